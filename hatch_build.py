"""Compiles rules/*.yaml into one JSON file inside the wheel, so that no start-up parses YAML."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RulesHook(BuildHookInterface[Any]):
    """Puts streammigrate/rules/rules.json into a wheel; an editable install reads rules/ itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled rules to a temporary file and have it included."""
        if self.target_name != "wheel" or version == "editable":
            return
        # The tool's own reader, so that a checkout and a wheel hold the same data (YAML 1.2: `on` is text).
        sys.path.insert(0, str(Path(self.root) / "src"))
        from streammigrate.spec.model import Fetched
        from streammigrate.spec.parse import parse

        sources = sorted((Path(self.root) / "rules").glob("*.yaml"))
        data = {path.stem: parse(Fetched(str(path), path.read_bytes(), sha256="")) for path in sources}
        self._folder = tempfile.TemporaryDirectory()
        compiled = Path(self._folder.name) / "rules.json"
        compiled.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        build_data["force_include"][str(compiled)] = "streammigrate/rules/rules.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary file."""
        folder = getattr(self, "_folder", None)
        if folder is not None:
            folder.cleanup()
