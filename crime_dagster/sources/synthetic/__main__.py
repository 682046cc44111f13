"""Writes a made-up city into a folder: `python -m crime_dagster.sources.synthetic <folder>`."""

import argparse
import sys
from pathlib import Path

from crime_dagster.core.errors import InputError
from crime_dagster.sources.synthetic.city import DEFAULT_PLAN, CityPlan
from crime_dagster.sources.synthetic.writing import write_city


def main(arguments: list[str] | None = None) -> int:
    """Write the city and return the exit status: 0, or 2 if the options are impossible."""
    parser = argparse.ArgumentParser(
        prog="python -m crime_dagster.sources.synthetic",
        description="Write a made-up city in the layouts of the published files.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="folder to write into; it is made if needed")
    parser.add_argument("--seed", type=int, default=DEFAULT_PLAN.seed, help="the same seed gives the same city")
    parser.add_argument("--areas", type=int, help=f"2021 LSOAs ({DEFAULT_PLAN.areas}; of a country 6 per borough)")
    parser.add_argument("--boroughs", type=int, help=f"boroughs ({DEFAULT_PLAN.boroughs}; of a country 5 per force)")
    parser.add_argument("--forces", type=int, default=0, help="police forces of a made-up country; 0 for a city")
    parser.add_argument("--crime-level", type=float, default=DEFAULT_PLAN.crime_level, help="crimes, times the usual")
    parser.add_argument("--months", type=int, default=DEFAULT_PLAN.months, help="months that the crime files cover")
    parser.add_argument("--last-month", default=DEFAULT_PLAN.last_month, help="newest month, YYYY-MM")
    options = vars(parser.parse_args(arguments))
    folder: Path = options.pop("folder")
    forces = options["forces"]
    options["boroughs"] = options["boroughs"] or (5 * forces if forces else DEFAULT_PLAN.boroughs)
    options["areas"] = options["areas"] or (6 * options["boroughs"] if forces else DEFAULT_PLAN.areas)
    try:
        write_city(folder, CityPlan(**options))
    except InputError as error:
        print(f"\nStopped.\n{error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"\nStopped.\nfile {folder}\n  found:    {error}\n  to do:    name a folder of yours", file=sys.stderr)
        return 2
    kind = f"country of {forces} police forces," if forces else "city of"
    print(f"A made-up {kind} {options['areas']} areas and {options['months']} months is in {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
