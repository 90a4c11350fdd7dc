"""chainrule matrix: its notation, shapes, and the adjoint graph written as matrix algebra.

From the text down to the graph (sizes to lowering), from the graph up to algebra (renaming to derivative),
then what is made of the answer: text, numpy code, short names, steps, and its check (spelling to checking).
tests/test_house.py holds the order of the modules.
"""
