"""The boroughs that get their own GIFs, validated as soon as names are known and not after the models."""

from collections.abc import Iterable

from crime_dagster.core.errors import InputError
from crime_dagster.core.parquet import list_columns, read_parquet
from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.picture_settings import load_pictures

COLUMNS = ("borough_code", "borough_name")


@noted()
def read_boroughs(settings: Settings) -> list[str]:
    """Return the requested names or codes, from the environment or else `pictures.yml`."""
    return list(settings.boroughs) or list(load_pictures(settings).boroughs)


def require_known(settings: Settings) -> None:
    """Refuse a borough that no landed file names; without landed names nothing is refused."""
    wanted = read_boroughs(settings)
    if not wanted:
        return
    paths = [path for path in sorted(settings.landing_dir.glob("*/*.parquet")) if {*COLUMNS} <= {*list_columns(path)}]
    if paths:
        rows = [row for path in paths for row in read_parquet([path], COLUMNS).to_pylist()]
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
