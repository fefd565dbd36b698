"""The built-in data: one TOML file per system, each value with its unit, range, source and confidence."""

from equipoise.catalogue.load import KINDS, Catalogue, load_catalogue

__all__ = ["KINDS", "Catalogue", "load_catalogue"]
