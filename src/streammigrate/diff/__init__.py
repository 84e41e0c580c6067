"""Comparing two API descriptions."""
