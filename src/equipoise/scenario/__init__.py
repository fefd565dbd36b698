"""Scenario files: one schema for loading, checking, defaults and documentation."""
