"""Settings of pictures: `pictures.yml` of the data folder, overriding the project's own, and the Config of a launch."""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from crime_dagster.core.crime_types import FIRST_LOOK, read_crime_types
from crime_dagster.core.errors import InputError
from crime_dagster.core.parquet import list_columns, read_parquet
from crime_dagster.core.records import noted
from crime_dagster.core.settings import PICTURES, Settings
from crime_dagster.core.yaml_files import read_yaml
from crime_dagster.defs.runtime.invalid_config import explain_invalid, name_line
from crime_dagster.defs.runtime.unchanged import StepConfig
from crime_dagster.drawing.kit.classes import LOG, MOST_BREAKS, QUANTILE, Bands

LAYERS = ("recorded", "per_1000", "per_km2", "predicted", "difference", "forecast", "change", "hotspot")
LIMITS = f"at most {MOST_BREAKS} rising numbers above 0"
BANDS = f"{QUANTILE}, {LOG} or {LIMITS}; or one of these for each crime type"
REMEDY = f"correct {PICTURES}, or delete it to have pictures as they come with the project"
AS_THE_FILE = "Empty: as pictures.yml says"
BOROUGH_COLUMNS = ("borough_code", "borough_name")


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
    """A part of the file, whose fields a launch's Config may set too; None is as the file says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def over(self, config: StepConfig) -> Self:
        """Return the same, overridden by the Config of a launch."""
        given = {name: getattr(config, name) for name in type(self).model_fields}
        return self.model_copy(update={name: value for name, value in given.items() if value is not None})


class Pairs(Part):
    """Timing of GIFs of recorded and predicted crimes."""

    seconds: float | None = Field(
        default=None,
        ge=0.02,
        le=600,
        description=f"How long each frame is shown. {AS_THE_FILE} (2, of months 0.5).",
    )
    loop: int | None = Field(
        default=None, ge=0, description=f"How often it plays; 0 repeats it forever. {AS_THE_FILE} (0)."
    )


class Months(Pairs):
    """Timing of GIFs of months."""

    last_seconds: float | None = Field(
        default=None, ge=0.02, le=600, description=f"How long the last month is shown. {AS_THE_FILE} (2)."
    )


class Maps(Part):
    """First view of the maps, and streets below them."""

    start_layer: str | None = Field(
        default=None, description=f"The layer shown first: {', '.join(LAYERS)}. {AS_THE_FILE} (recorded)."
    )
    latitude: float | None = Field(
        default=None, ge=49, le=61, description="Middle of the first view, in degrees north."
    )
    longitude: float | None = Field(default=None, ge=-9, le=3, description="Middle of the first view, in degrees east.")
    zoom: float | None = Field(
        default=None, ge=8, le=17, description="Level of the first view, where it has a middle. Empty: 12."
    )
    base_map_url: str | None = Field(
        default=None,
        description="Tiles of streets below the areas, as https://tiles.example.org/{z}/{x}/{y}.png; they are "
        f"fetched when a page is opened. {AS_THE_FILE} (none, and pages need no network).",
    )
    base_map_credit: str | None = Field(
        default=None, description="Attribution of the tiles, as their licence asks for."
    )

    @field_validator("start_layer")
    @classmethod
    def _check_layer(cls, value: str | None) -> str | None:
        if value not in (None, *LAYERS):
            raise ValueError(f"one of {', '.join(LAYERS)}")
        return value


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


class HeadlineConfig(PictureConfig):
    """The crime types to draw."""

    crime_types: list[str] = Field(
        default=[],
        description="Codes of the crime types that are drawn. Empty: those of pictures.yml, else of published files "
        f"all of them, of made-up data {', '.join(FIRST_LOOK)}.",
    )


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
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            value = {**before, **{key: one for key, one in value.items() if one is not None}}
        whole[str(name)] = before if value is None else value
    try:
        found = Pictures.model_validate(whole)
        _require_types(settings, found)
    except ValidationError as error:
        field = Pictures.model_fields.get(str(error.errors()[0]["loc"][0]))
        known = getattr(field and field.annotation, "model_fields", Pictures.model_fields)
        raise _name_line(settings, explain_invalid(error, file, REMEDY, known)) from error
    except InputError as error:
        raise _name_line(settings, error) from error
    return found


def _require_types(settings: Settings, pictures: Pictures) -> None:
    by_type = list(pictures.bands) if isinstance(pictures.bands, dict) else []
    for column, names in (("crime_types", pictures.crime_types), ("bands", by_type)):
        require_types(settings, names, file=settings.data_dir / PICTURES, column=column, remedy=REMEDY)


def require_types(
    settings: Settings, names: Iterable[str], *, remedy: str, column: str, file: Path | None = None
) -> None:
    """Refuse a name that is no crime type."""
    known = [one.crime_type for one in read_crime_types(settings.dbt_dir)]
    if unknown := [name for name in names if name not in known]:
        expected = f"some of {', '.join(known)}"
        raise InputError(file=file, column=column, found=unknown[0], expected=expected, remedy=remedy)


def _name_line(settings: Settings, error: InputError) -> InputError:
    key, value = (error.column or "").rpartition(".")[2], (error.found or "").strip("'\"")
    return name_line(error, settings.data_dir / PICTURES, (key, value), (key,))


@noted()
def read_boroughs(settings: Settings) -> list[str]:
    """Return the requested names or codes, from the environment or else `pictures.yml`."""
    return list(settings.boroughs) or list(load_pictures(settings).boroughs)


def require_known(settings: Settings) -> None:
    """Refuse a borough that no landed file names; without landed names nothing is refused."""
    wanted = read_boroughs(settings)
    if not wanted:
        return
    landed = sorted(settings.landing_dir.glob("*/*.parquet"))
    paths = [path for path in landed if {*BOROUGH_COLUMNS} <= {*list_columns(path)}]
    if paths:
        rows = [row for path in paths for row in read_parquet([path], BOROUGH_COLUMNS).to_pylist()]
        named = {row["borough_code"]: row["borough_name"] for row in rows if row["borough_name"]}
        require_boroughs(wanted, named)


def require_boroughs(wanted: Iterable[str], named: dict[str, str]) -> list[str]:
    """Return the codes of boroughs given by name or code, ignoring case; `named` has the name of every code."""
    by_word = {name.casefold(): code for code, name in named.items()} | {code.casefold(): code for code in named}
    unknown = [one for one in wanted if one.strip().casefold() not in by_word]
    if unknown:
        raise InputError(
            file="CRIME_BOROUGH, or `boroughs` in pictures.yml or the Config",
            found=f"borough {', '.join(map(repr, unknown))}",
            expected=f"names or codes out of {', '.join(sorted(set(named.values())))}",
            remedy="correct the name, or leave it out",
        )
    return list(dict.fromkeys(by_word[one.strip().casefold()] for one in wanted))
