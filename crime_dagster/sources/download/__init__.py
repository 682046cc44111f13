"""Fetching the published files: addresses stand in the catalogue, and nothing is kept that is not what it should be."""

from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.report import Outcome, Report
from crime_dagster.sources.download.run import download_sources

__all__ = ["Outcome", "Policy", "Report", "download_sources"]
