"""Checkers that stand alone: they share no code with what they check."""
