"""The Earth, its air and its gravity."""
