"""A made-up country of several police forces: street-level months of each, in the folders of data.police.uk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
import yaml

from crime_dagster.sources.synthetic import police_files
from crime_dagster.sources.synthetic.city import City
from crime_dagster.sources.synthetic.kit import open_stream
from crime_dagster.sources.synthetic.names import COUNTRY, FORCES
from crime_dagster.sources.synthetic.nesting import split_evenly

STUB_SHARE = 0.03  # of a month's records in a file that was cut short
# The new records system counts more of one kind of crime and less of another.
BROKEN = {"Violence and sexual offences": 1.5, "Criminal damage and arson": 0.7}
NEEDS = [
    *("police_uk/street_crime", "ons/lsoa_boundaries", "ons/lsoa_2011_to_2021", "ons/population"),
    *("ons/ns_sec", "mhclg/deprivation"),
]
MOVED = "moved to a new records system in {:%B %Y}. Part of a change across it can be recording, not crime."


@dataclass(frozen=True)
class Force:
    """A police force and its irregular months, as numbers from 0."""

    name: str
    authorities: tuple[str, ...]  # codes, sorted
    absent: tuple[int, ...] = ()  # months without a file
    empty: tuple[int, ...] = ()  # months with a header alone
    stub: tuple[int, ...] = ()  # months of which only a few records were delivered
    broken_from: int | None = None  # the month in which it moved to another records system

    @property
    def slug(self) -> str:
        return self.name.removesuffix(" Police").casefold().replace(" ", "-")


def list_forces(city: City) -> list[Force]:
    """Share the local authorities out to neighbouring groups, and choose who delivers what.

    The first force is whole. The second lacks two months and has an empty one, the third has a stub, the last moved to
    another records system; of two forces the second has all of these.
    """
    authorities = city.geography.lsoas.dissolve("borough_code").centroid
    points = np.column_stack([authorities.x, authorities.y])
    groups = split_evenly(points, np.arange(len(points)), city.plan.forces)
    months, last = city.plan.months, city.plan.forces - 1
    odd: list[dict[str, Any]] = [{} for _ in groups]
    odd[min(1, last)] |= {"absent": (months // 3, months // 3 + 1), "empty": (months // 2,)}
    odd[min(2, last)] |= {"stub": (months // 4,)}
    odd[last] |= {"broken_from": months - 8}
    named = zip(FORCES[: city.plan.forces], groups, odd, strict=True)
    return [Force(name, tuple(sorted(authorities.index[group])), **its_odd) for name, group, its_odd in named]


def describe_forces(city: City) -> str:
    """Return the `data_set.yml` of a made-up country."""
    names = city.geography.lsoas.drop_duplicates("borough_code").set_index("borough_code")["borough_name"]
    forces = list_forces(city)
    months = {one.name: city.plan.calendar[one.broken_from].start_time for one in forces if one.broken_from is not None}
    said = {
        "place": COUNTRY,
        "synthetic": True,
        "forces": {one.name: {code: names[code] for code in one.authorities} for one in forces},
        "recording_breaks": [
            {
                "starts_on": f"{month:%Y-%m-%d}",
                "force": name,
                "crime_type": "total",
                "title": f"{name} changed its records system",
                "words": f"{name} {MOVED.format(month)}",
            }
            for name, month in months.items()
        ],
        "needs": NEEDS,
    }
    return "# This data set is made up: no such country exists.\n" + yaml.safe_dump(said, sort_keys=False, width=200)


def save_force_months(folder: Path, city: City) -> None:
    """Write a file per force and month that was delivered."""
    lsoas = city.geography.lsoas.reset_index(drop=True)
    types = city.crimes.minors["street_type"].to_numpy()
    every = np.arange(len(lsoas))
    streets = police_files.lay_streets(lsoas, open_stream(city.plan.seed, "streets"))
    for force in list_forces(city):
        inside = np.flatnonzero(lsoas["borough_code"].isin(force.authorities))
        outside = np.setdiff1d(every, inside)
        for number, month in enumerate(city.plan.calendar):
            if number in force.absent:
                continue
            random = open_stream(city.plan.seed, f"street {force.slug} {month}")
            counts = city.crimes.published[inside, :, number]
            if force.broken_from is not None and number >= force.broken_from:
                counts = random.poisson(counts * np.array([BROKEN.get(kind, 1.0) for kind in types]))
            rows = police_files.list_street_rows(counts, inside, outside, types, random)
            share = 0 if number in force.empty else STUB_SHARE if number in force.stub else 1
            rows = rows[random.random(len(rows)) < share].reset_index(drop=True)
            table: pd.DataFrame = police_files.fill_in(rows, streets, str(month), force.name, random)
            _save_month(table, folder / "police_uk" / str(month) / f"{month}-{force.slug}-street.csv")


def _save_month(table: pd.DataFrame, path: Path) -> None:
    """Write what `save_csv` would, but faster: a country has millions of records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write((",".join(police_files.HEADER) + "\n").encode())
        plain = pc.WriteOptions(include_header=False, quoting_style="none")
        pc.write_csv(pa.Table.from_pandas(table, preserve_index=False), stream, plain)
