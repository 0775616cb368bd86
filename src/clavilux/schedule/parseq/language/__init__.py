"""The text of an expression, read to a tree."""
