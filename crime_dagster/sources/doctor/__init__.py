"""Checks that every address of the catalogue still answers as expected; nothing that it sends is kept."""

from crime_dagster.sources.doctor.report import Diagnosis
from crime_dagster.sources.doctor.run import check_publishers

__all__ = ["Diagnosis", "check_publishers"]
