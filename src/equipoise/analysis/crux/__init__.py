"""Why two scenarios disagree: which differences in their claims turn a verdict, how much each carries, what would settle it."""
