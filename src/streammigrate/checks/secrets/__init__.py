"""Secrets of Stream in what a project keeps or ships."""
