"""Steps on several machines: Dagster's executor on Celery, where a broker is named."""

from typing import Any

import dagster as dg

from crime_dagster.core.settings import Settings


def list_celery_options(settings: Settings) -> dict[str, Any]:
    """Return what the executor and the workers must agree on: a step is done when its worker says so."""
    return {
        "broker": settings.broker,
        "backend": settings.broker,
        "config_source": {
            "task_acks_late": True,
            "task_reject_on_worker_lost": True,
            "worker_prefetch_multiplier": 1,
            "broker_transport_options": {"visibility_timeout": settings.lost_seconds},
            "broker_connection_retry_on_startup": True,
        },
    }


def choose_executor(settings: Settings) -> dg.ExecutorDefinition:
    """Return Celery's executor where there is a broker, else that of one process.

    A process per step costs 4 to 5 seconds of imports each; work in parallel happens inside the functions.
    """
    if not settings.broker:
        return dg.in_process_executor
    from dagster_celery import celery_executor

    executor: dg.ExecutorDefinition = celery_executor.configured(list_celery_options(settings))
    return executor
