"""The command that writes the derived files: see `command`."""

from __future__ import annotations

import sys

from streammigrate.surface.command import main

sys.exit(main(sys.argv[1:]))
