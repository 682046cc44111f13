"""The job that fetches published files. It is no part of a refresh: what a run reads must not change while it runs."""

from collections.abc import Mapping

import dagster as dg

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue.catalogue import Source, load_catalogue
from crime_dagster.sources.download import Policy, download_sources


def build_download_job(
    settings: Settings, catalogue: Mapping[str, Source] | None = None, policy: Policy | None = None
) -> dg.JobDefinition:
    """One step: every source of the catalogue in turn; it fails when any of them did, after all were tried.

    Args:
        settings: Where the files go.
        catalogue: Sources by key; the project's own where it is None.
        policy: How patient it is; the usual way where it is None.
    """

    @dg.op(name="download_published_files", description="Fetch what is new or changed from the publishers.")
    def download_published_files(context: dg.OpExecutionContext) -> None:
        sources = load_catalogue() if catalogue is None else catalogue
        try:
            report = download_sources(
                sources, settings.download_dir, context.log.info, policy, base=settings.publishers
            )
        except InputError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        if report.failed:
            raise dg.Failure(description=report.describe(), metadata={"failed": len(report.failed)})
        context.log.info(report.describe())

    @dg.job(
        name="download_sources",
        description="Fetch new and changed published files into the download folder. Nothing is landed or built.",
        executor_def=dg.in_process_executor,
    )
    def download_sources_job() -> None:
        download_published_files()

    return download_sources_job
