"""Guarantees: statements about a permitted system, the search that proves or refutes them, the worst system."""
