"""Shared by all assets: skipping of unchanged steps, partitions, inputs, and reporting."""
