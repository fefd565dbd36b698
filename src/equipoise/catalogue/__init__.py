"""The built-in data: one TOML file per system, each value with its unit, range, source and confidence."""
