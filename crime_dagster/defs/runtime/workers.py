"""Steps on several machines: what Dagster's executor and its workers on Celery agree on."""

from typing import Any

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
