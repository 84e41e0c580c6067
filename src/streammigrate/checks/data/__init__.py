"""What exported or imported data says."""
