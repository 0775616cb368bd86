"""Parseq: sd-parseq's documents and their language, exactly."""
