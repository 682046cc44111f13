"""The crime types of the slowest pictures: for made-up data only some, unless requested."""

import dagster as dg
from pydantic import Field

from crime_dagster.core.crime_types import FIRST_LOOK, CrimeType, read_crime_types
from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.partitions import list_chosen_types
from crime_dagster.defs.runtime.picture_settings import PictureConfig, read_pictures
from crime_dagster.defs.runtime.pictures import discard_pictures


class HeadlineConfig(PictureConfig):
    """The crime types to draw."""

    crime_types: list[str] = Field(
        default=[],
        description="Codes of the crime types that are drawn. Empty: those of pictures.yml, else of published files "
        f"all of them, of made-up data {', '.join(FIRST_LOOK)}.",
    )


def choose_drawn(
    context: dg.AssetExecutionContext, settings: Settings, config: HeadlineConfig, folder: str, ending: str
) -> list[CrimeType]:
    """Return the crime types of this run to draw.

    Pictures `<folder>/<type>_<ending>*` of the others are removed, because they would be published with old figures;
    the log says how to request them.
    """
    known = [row.crime_type for row in read_crime_types(settings.dbt_dir)]
    if unknown := [name for name in config.crime_types if name not in known]:
        raise InputError(
            column="crime_types",
            found=", ".join(unknown),
            expected=f"some of {', '.join(known)}",
            remedy="correct the Config",
        )
    asked = config.crime_types or read_pictures(settings, "crime_types")
    wanted = asked or (FIRST_LOOK if settings.data_set.synthetic else known)
    crimes = list_chosen_types(context, settings)
    left = [crime for crime in crimes if crime.crime_type not in wanted]
    if left:
        names = ", ".join(crime.crime_type for crime in left)
        context.log.info(
            f"not drawn: {names}; to draw them too, name them under crime_types, in pictures.yml or the Config"
        )
    for crime in left:
        discard_pictures(settings, folder, f"{crime.crime_type}_{ending}*")
    return [crime for crime in crimes if crime not in left]
