"""The lessons: builders of graphs, no mathematics of their own; what they teach is read off the adjoints."""
