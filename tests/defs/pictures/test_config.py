"""Every Config field in the launchpad has a description and bounds."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

import annotated_types
import dagster as dg
import pytest
from pydantic.fields import FieldInfo

from crime_dagster import defs

for found in pkgutil.walk_packages(defs.__path__, f"{defs.__name__}."):
    importlib.import_module(found.name)  # every module that has a Config


def list_configs(base: type[dg.Config] = dg.Config) -> Iterator[type[dg.Config]]:
    for one in base.__subclasses__():
        if one.__module__.startswith("crime_dagster."):
            yield one
        yield from list_configs(one)


def is_number(kind: Any) -> bool:
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return any(part in (int, float) for part in parts)


FIELDS = [
    pytest.param(field, id=f"{config.__name__}.{name}")
    for config in sorted(set(list_configs()), key=lambda one: one.__qualname__)
    for name, field in config.model_fields.items()
]


def test_there_are_fields_to_look_at():
    assert len(FIELDS) > 20


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_described_and_a_number_has_bounds(field: FieldInfo):
    assert field.description
    if is_number(field.annotation):
        assert any(isinstance(rule, annotated_types.Ge | annotated_types.Gt) for rule in field.metadata)
