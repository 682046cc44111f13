"""Dagster definitions, kept thin: each asset reads, calls one function below, writes, and reports metadata."""
