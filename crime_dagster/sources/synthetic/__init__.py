"""A made-up city of any size, written in the layouts of the published files, with known effects."""

from crime_dagster.sources.synthetic.writing import write_city

__all__ = ["write_city"]
