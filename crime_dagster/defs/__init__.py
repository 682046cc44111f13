"""Dagster's side, thin: each asset reads, calls one function of a room below, writes, and reports metadata."""
