"""Compiled-kernel support, integrators, roots, interpolation and sampling."""
