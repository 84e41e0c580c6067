"""Choosing what is rewritten: questions and answers as values, without a terminal."""
