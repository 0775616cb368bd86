"""A whole document: read, rendered, written."""
