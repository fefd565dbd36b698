"""Whom the defence protects: defended area, launch policies, raids."""
