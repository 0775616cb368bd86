"""Parseq: sd-parseq's documents and their language, exactly.

`javascript` holds what the browser does to numbers, strings and patterns, `language` reads the
text of an expression, `evaluation` computes it over frames, `document` reads, renders and writes
whole documents.
"""
