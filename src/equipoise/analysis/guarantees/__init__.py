"""Guarantees: statements about a permitted system, the search for a certificate or a counterexample, the worst system."""
