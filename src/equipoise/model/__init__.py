"""Frozen records: missiles, interceptors, sensors, sites, parties, forces, clauses, instruments."""
