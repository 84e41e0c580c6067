"""What both SDKs offer, read from the installed packages: for deriving and proving only, never when the tool runs."""
