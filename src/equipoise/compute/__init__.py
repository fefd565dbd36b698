"""Where work runs: threads here, processes, or a distributed engine."""
