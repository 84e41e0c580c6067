"""Is an app ready for the cutover? One file per check, in a folder per area; `registry` finds them by walking."""
