"""chainrule matrix: its notation, shapes, and the adjoint graph written as matrix algebra."""
