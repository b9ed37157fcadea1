"""Benchmarks: what is measured, against what, and the figures. Nothing here is a test; nothing in tests/ is timed."""
