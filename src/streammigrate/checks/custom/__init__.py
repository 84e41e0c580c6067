"""What becomes of custom data: keys that v1 sends and answers beside the fields, and v2 keeps in `custom`."""
