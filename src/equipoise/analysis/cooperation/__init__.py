"""Cooperation: what each mode defends for each party, what it makes the party depend on, and what each sensor adds."""
