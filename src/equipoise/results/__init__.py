"""Frozen results over xarray, their store and their provenance."""
