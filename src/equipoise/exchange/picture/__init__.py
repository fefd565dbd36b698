"""What one party sees, and how it is shown."""
