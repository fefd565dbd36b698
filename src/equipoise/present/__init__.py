"""Figures, maps, tables and reports, from results alone."""
