"""Analyses: records in, one result out."""
