"""The built-in exercise."""
