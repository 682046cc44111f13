"""Download of published files: the catalogue holds the addresses, and each file is read before it is kept."""

from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.records import Outcome, Report
from crime_dagster.sources.download.run import download_sources

__all__ = ["Outcome", "Policy", "Report", "download_sources"]
