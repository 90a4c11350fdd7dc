"""Checking answers: whether one is right and how that is known, the mistake by name, working line by line,
hints.

Knows both halves and the questions that are asked of them; refuses to know records, pages and commands.
"""
