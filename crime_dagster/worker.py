"""A worker: `celery -A crime_dagster.worker worker` does steps of runs in a folder of its own (docs/scaling.md)."""

from typing import Any

from celery import Task
from dagster_celery.executor import CeleryExecutor
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from crime_dagster.core.lake import require_lake
from crime_dagster.core.settings import Settings
from crime_dagster.core.store import exchanged
from crime_dagster.defs.runtime.workers import list_celery_options

SETTINGS = Settings.from_environment()
SETTINGS.prepare()


class Step(Task):
    """A step of a run, between fetching what it may need and sending what it made."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do the step."""
        with exchanged(SETTINGS, require_lake(SETTINGS.lake, SETTINGS.database)):
            return super().__call__(*args, **kwargs)


app = make_app(CeleryExecutor.for_cli(**list_celery_options(SETTINGS)).app_args())
create_task(app, base=Step)
