"""The command line: one file per command, each thin: parse options, call `streammigrate.api`, render, exit."""

from streammigrate.cli.app import main

__all__ = ["main"]
