"""Benchmarks: every figure with its data, split, seed and baseline beside it."""
