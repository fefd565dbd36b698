"""Rigorous bounds over boxes of permitted systems."""
