"""The decorator of every step that draws, models or writes pages, with what they have in common."""

from collections.abc import Callable, Iterable

import dagster as dg

from crime_dagster.defs.runtime.code_links import refer_to
from crime_dagster.defs.runtime.partitions import CRIME_TYPES, OWNER, SINGLE_RUN
from crime_dagster.defs.runtime.unchanged import Metadata, Step, recorded

__all__ = ["Metadata", "step"]


def step(
    key: str,
    *kinds: str,
    description: str,
    marts: Iterable[str] = (),
    after: Iterable[str] = (),
    by_type: bool = False,
    together: bool = False,
) -> Callable[[Step], dg.AssetsDefinition]:
    """Make a function an asset, in the group of its key's first half, that runs again only if something changed.

    `marts` and `after` (keys of other assets) are what it reads; `by_type` gives it a partition per crime type;
    `together` says that a partition shows figures of others, so that all must run together.
    """
    place = key.split("/")[0]

    def decorate(function: Step) -> dg.AssetsDefinition:
        return dg.asset(
            key=key.split("/"),
            group_name=place,
            owners=[OWNER],
            kinds={"python", *kinds},
            deps=[dg.AssetKey(one.split("/")) for one in (*after, *(f"marts/{name}" for name in marts))],
            partitions_def=CRIME_TYPES if by_type else None,
            backfill_policy=SINGLE_RUN if by_type else None,
            description=description,
            metadata=refer_to(function),
        )(recorded(function, together=together))

    return decorate
