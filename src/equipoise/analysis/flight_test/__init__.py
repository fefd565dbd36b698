"""Flight tests: plan, notify, observe, and turn what was seen into evidence about a clause."""
