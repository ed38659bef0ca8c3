"""Measurements, each a package with a `__main__`. README.md says what they measure and how to read them."""
