"""Deforum: its settings files and schedule strings, read safely."""
