"""A worker: `celery -A crime_dagster.worker worker` does steps of runs in a folder of its own (docs/scaling.md)."""

from contextlib import closing
from typing import Any

import psycopg2
from celery import Task
from dagster_celery.executor import CeleryExecutor
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task
from sqlalchemy.exc import DBAPIError

from crime_dagster.core.lake.place import require_lake
from crime_dagster.core.settings import Settings
from crime_dagster.defs.automation.executor import list_celery_options
from crime_dagster.defs.runtime.exchange import exchanged

# A step whose PostgreSQL went away in the middle is done again.
MOST_RETRIES, RETRY_SECONDS = 10, 15
SETTINGS = Settings.from_environment()
SETTINGS.prepare()


class Step(Task):
    """A step of a run, between fetching what it may need and sending what it made."""

    abstract = True

    def __call__(self, execute_step_args_packed: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Do the step, unless another worker is doing it: Redis gives a step that takes long to a second one too.

        That one waits, and then finds everything done. PostgreSQL frees the lock of a worker that was killed.
        """
        try:
            return self._do(execute_step_args_packed, *args, **kwargs)
        except (psycopg2.Error, DBAPIError) as error:
            raise self.retry(exc=error, countdown=RETRY_SECONDS, max_retries=MOST_RETRIES) from error

    def _do(self, execute_step_args_packed: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        lake = require_lake(SETTINGS.lake, SETTINGS.database)
        step = " ".join([lake.data, *execute_step_args_packed["step_keys_to_execute"]])
        with closing(psycopg2.connect(lake.catalogue.removeprefix("postgres:"))) as locks, locks.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(hashtext(%s))", [step])
            with exchanged(SETTINGS, lake):
                return super().__call__(execute_step_args_packed, *args, **kwargs)


app = make_app(CeleryExecutor.for_cli(**list_celery_options(SETTINGS)).app_args())
create_task(app, base=Step)
