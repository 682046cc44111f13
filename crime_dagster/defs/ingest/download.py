"""The job that fetches published files. It is no part of a refresh: what a run reads must not change while it runs."""

import dagster as dg

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.download import Policy, download_sources

POLICY = Policy()


@dg.op(name="download_published_files", description="Fetch what is new or changed from the publishers.")
def download_published_files(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    try:
        report = download_sources(
            load_catalogue(), settings.download_dir, context.log.info, POLICY, base=settings.publishers
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
