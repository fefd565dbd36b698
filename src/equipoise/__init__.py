"""Equipoise: open, reproducible analysis of missile defence, deterrence and the guarantees between them."""

__version__ = "0.1.0"
