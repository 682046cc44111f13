"""Downloads published files from the catalogue's addresses, and reads each before keeping it."""

from crime_dagster.sources.download.policy import Policy
from crime_dagster.sources.download.records import Outcome, Report
from crime_dagster.sources.download.run import download_sources

__all__ = ["Outcome", "Policy", "Report", "download_sources"]
