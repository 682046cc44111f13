"""Settings of pictures: `pictures.yml` of the data folder, overriding the project's own."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.errors import InputError
from crime_dagster.core.records import noted
from crime_dagster.core.settings import PICTURES, Settings
from crime_dagster.core.yaml_files import read_yaml
from crime_dagster.defs.runtime.invalid_config import explain_invalid, name_line
from crime_dagster.defs.runtime.unchanged import StepConfig
from crime_dagster.drawing.kit.classes import LOG, MOST_BREAKS, QUANTILE, Bands

Layer = Literal["recorded", "per_1000", "per_km2", "predicted", "difference", "forecast", "change", "hotspot"]
LIMITS = f"at most {MOST_BREAKS} rising numbers above 0"
BANDS = f"{QUANTILE}, {LOG} or {LIMITS}; or one of these for each crime type"
REMEDY = f"correct {PICTURES}, or delete it to have pictures as they come with the project"


def is_limits(value: Any) -> bool:
    """Whether a list is one of class limits."""
    numbers = isinstance(value, list) and all(type(one) in (int, float) and math.isfinite(one) for one in value)
    rising = numbers and all(low < high for low, high in pairwise(value))
    return rising and 0 < len(value) <= MOST_BREAKS and value[0] > 0


def _check_bands(value: Any) -> Any:
    if all(
        one in (QUANTILE, LOG) or is_limits(one) for one in (value.values() if isinstance(value, dict) else [value])
    ):
        return value
    raise ValueError(BANDS)


class Part(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def over(self, config: StepConfig) -> Self:
        """Return the same, overridden by the Config of a launch."""
        given = {name: getattr(config, name, None) for name in type(self).model_fields}
        return self.model_copy(update={name: value for name, value in given.items() if value is not None})


Seconds = Annotated[float, Field(ge=0.02, le=600)]
Loop = Annotated[int, Field(ge=0)]


class Pairs(Part):
    """Timing of GIFs of recorded and predicted crimes."""

    seconds: Seconds
    loop: Loop


class Months(Pairs):
    """Timing of GIFs of months."""

    last_seconds: Seconds


class Maps(Part):
    """First view of the maps, and streets below them."""

    start_layer: Layer
    latitude: Annotated[float, Field(ge=49, le=61)] | None = None
    longitude: Annotated[float, Field(ge=-9, le=3)] | None = None
    zoom: Annotated[float, Field(ge=8, le=17)] = 12
    base_map_url: str = ""
    base_map_credit: str = ""


class Pictures(Part):
    """The whole file."""

    boroughs: list[str]
    crime_types: list[str]
    bands: Annotated[Bands | dict[str, Bands], BeforeValidator(_check_bands)]
    maps: Maps
    actual_and_predicted: Pairs
    by_month: Months


class PictureConfig(StepConfig):
    """Config of a launch that overrides `pictures.yml`, until the picture is drawn again."""

    counts_once: ClassVar[bool] = True
    part: ClassVar[str] = ""  # the corresponding part of the file

    def describe_override(self) -> str:
        """Return what this launch set, and the YAML that keeps it; empty if nothing."""
        given = {
            name: value for name, value in self.model_dump(exclude={"force"}).items() if value not in (None, [], "")
        }
        if not given:
            return ""
        named = {"bands" if name == "class_breaks" else name: value for name, value in given.items()}
        kept = {name: named.pop(name) for name in ("boroughs", "crime_types", "bands") if name in named}
        text = yaml.safe_dump({**kept, **({self.part: named} if named else {})}, sort_keys=False)
        return (
            f"Drawn as this launch's Config says ({', '.join(given)}), until it is next drawn for another reason, or "
            f"with force. To keep it, write into {PICTURES} of the data folder:\n\n```yaml\n{text}```"
        )


PARTS: dict[str, type[Part]] = {"maps": Maps, "actual_and_predicted": Pairs, "by_month": Months}


@noted()
def read_pictures(settings: Settings, part: str) -> Any:
    """Read one part of `pictures.yml`, such as `bands` or `by_month`."""
    return getattr(load_pictures(settings), part)


def read_bands(settings: Settings, crime_type: str) -> Bands:
    bands = read_pictures(settings, "bands")
    return bands.get(crime_type, QUANTILE) if isinstance(bands, dict) else bands


def load_pictures(settings: Settings) -> Pictures:
    """Read `pictures.yml`; an error names file and line, the fault, and the valid values."""
    shipped = read_yaml(settings.project_dir / "crime_dagster" / "defs" / PICTURES, "YAML", "restore the file")
    file = settings.data_dir / PICTURES
    own = (read_yaml(file, f"YAML with {', '.join(shipped)}", REMEDY) or {}) if file.is_file() else {}
    if not isinstance(own, Mapping):
        raise InputError(file=file, found=repr(own), expected=f"YAML with {', '.join(shipped)}", remedy=REMEDY)
    whole = dict(shipped)
    for name, value in own.items():
        before = shipped.get(name)
        are_parts = isinstance(before, Mapping) and isinstance(value, Mapping)
        whole[str(name)] = before if value is None else {**before, **value} if are_parts else value
    try:
        found = Pictures.model_validate(whole)
        _require_types(settings, found)
    except ValidationError as error:
        kind = PARTS.get(str(error.errors()[0]["loc"][0]), Pictures)
        raise _name_line(settings, explain_invalid(error, file, REMEDY, kind.model_fields)) from error
    except InputError as error:
        raise _name_line(settings, error) from error
    return found


def _require_types(settings: Settings, pictures: Pictures) -> None:
    known = [one.crime_type for one in read_crime_types(settings.dbt_dir)]
    by_type = list(pictures.bands) if isinstance(pictures.bands, dict) else []
    for column, names in (("crime_types", pictures.crime_types), ("bands", by_type)):
        if unknown := [name for name in names if name not in known]:
            expected = f"some of {', '.join(known)}"
            file = settings.data_dir / PICTURES
            raise InputError(file=file, column=column, found=unknown[0], expected=expected, remedy=REMEDY)


def _name_line(settings: Settings, error: InputError) -> InputError:
    key, value = (error.column or "").rpartition(".")[2], (error.found or "").strip("'\"")
    return name_line(error, settings.data_dir / PICTURES, (key, value), (key,))
