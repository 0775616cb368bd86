"""JavaScript's numbers, strings, patterns and seeded randomness, to the last bit."""
