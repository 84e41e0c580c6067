"""What a project sends to Stream, or takes from it, without an SDK."""
