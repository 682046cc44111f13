"""Dagster's state where DAGSTER_HOME is not set: a bare `dg dev` or `dg launch` uses that of the warehouse."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._cli.utils import TMP_DAGSTER_HOME_PREFIX
from dagster._core.instance.ref import InstanceRef

from crime_dagster.core.settings import Settings


class WarehouseInstance(dg.DagsterInstance):
    """Dagster's own instance, except for the folder of its runs, events and logs; `dagster.yaml` names it."""

    @classmethod
    def config_schema(cls) -> Mapping[str, Any]:
        """Return its own settings: none."""
        return {}

    @classmethod
    def config_defaults(cls, base_dir: str) -> Mapping[str, Any]:
        """Return what keeps the state in the given folder, unless it is one that Dagster deletes in the end."""
        if Path(base_dir).name.startswith(TMP_DAGSTER_HOME_PREFIX):
            base_dir = str(Settings.from_environment().dagster_home)
            logging.getLogger("dagster").info(f"Nothing is stored there: runs, events and logs are in {base_dir}.")
        return InstanceRef.config_defaults(base_dir)
