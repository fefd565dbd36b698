"""The flight laboratory: fly one missile or many, usable alone."""
