"""Places of several police forces, or of more areas than a page can hold: a page per force, or part of one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from markupsafe import Markup, escape
from shapely.geometry.base import BaseGeometry

from crime_dagster.core.places import name_force_area
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.kit.navigation import make_slug
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.kit.rendering import embed_json, render_template
from crime_dagster.drawing.kit.stamp import Stamp

# More areas on one page would be more than 4 MB in the explorer: 36 months of 14 types are 700 bytes an area.
MOST_AREAS = 5_000
# A larger force is cut between boroughs, so that its largest part is somewhat larger.
_USUAL_AREAS = 3_500
# Units of the longer side of the index's map, and of the squares that may vanish from its borders.
_SIZE, _TOLERANCE = 1_000, 3.0
# A river may lie between neighbours.
_BESIDE_M = 1_000


@dataclass(frozen=True)
class Region:
    """The areas of one page, of whole boroughs: those of a police force, or a part of them."""

    slug: str  # ends the names of its pages
    areas: Areas
    name: str  # of the force's area; of a part with its largest borough
    note: str  # what the page shows
    force: str = ""

    def name_page(self, stem: str) -> str:
        """Return the file name of its page, given that of the page of the whole place without its ending."""
        return f"{stem}-{self.slug}.html"


def is_too_large(areas: Areas) -> bool:
    """Whether one page cannot hold all areas; an index of regions has its address then."""
    return len(areas.codes) > MOST_AREAS


def divide(areas: Areas, forces: Mapping[str, str]) -> list[Region]:
    """Return a region per force, more of a larger one; none of a city, in metres, whose areas one page holds.

    `forces` has the force by borough code, where there are several.
    """
    codes = areas.boroughs["borough_code"].to_numpy()
    sizes = areas.areas["borough_code"].value_counts().reindex(codes).to_numpy()
    points = areas.boroughs[["label_x", "label_y"]].to_numpy(dtype=float)
    owners = np.array([forces.get(code, "") for code in codes])
    found = []
    for force in sorted(set(owners.tolist())):
        members = np.flatnonzero(owners == force)
        size = int(sizes[members].sum())
        groups = _split(points, sizes, members, math.ceil(size / _USUAL_AREAS) if size > MOST_AREAS else 1)
        found += [(force, number if len(groups) > 1 else 0, group) for number, group in enumerate(groups, start=1)]
    if len(found) == 1:
        return []
    regions = []
    for force, number, members in found:
        largest = areas.boroughs["borough_name"].iloc[members[sizes[members].argmax()]]
        owner, part = name_force_area(force), f"around {largest}" if len(members) > 1 else str(largest)
        name = words.capitalise(part) if not owner else f"{owner}, {part}" if number else owner
        shown, every = (words.whole_number(int(count)) for count in (sizes[members].sum(), sizes.sum()))
        slug = "-".join([*([make_slug(force)] if force else []), *([str(number)] if number or not force else [])])
        note = f"{name}: {shown} of {every} small areas."
        regions.append(Region(slug, _keep(areas, codes[members]), name, note, force))
    return regions


def link_regions(regions: Sequence[Region], stem: str, whole: str, current: Region | None) -> list[Link]:
    """Return the pages of a place, of which `whole` is the name, and of its regions; none without regions."""
    pages: list[tuple[str, Region | None]] = [(whole, None), *((one.name, one) for one in regions)]
    links = [Link(name, one.name_page(stem) if one else f"{stem}.html", one is current) for name, one in pages]
    return links if regions else []


def _split(
    points: npt.NDArray[np.float64], sizes: npt.NDArray[np.int64], members: npt.NDArray[np.int64], parts: int
) -> list[npt.NDArray[np.int64]]:
    """Divide boroughs into compact groups of about as many areas, by halving along the longer side."""
    if parts == 1 or len(members) == 1:
        return [members]
    first = parts // 2
    axis = int(np.ptp(points[members], axis=0).argmax())
    ordered = members[np.argsort(points[members, axis], kind="stable")]
    shares = np.add.accumulate(sizes[ordered])[:-1] / sizes[ordered].sum()
    cut = int(np.abs(shares - first / parts).argmin()) + 1
    return _split(points, sizes, ordered[:cut], first) + _split(points, sizes, ordered[cut:], parts - first)


def _keep(areas: Areas, codes: npt.NDArray[np.object_]) -> Areas:
    boroughs = areas.boroughs[areas.boroughs["borough_code"].isin(codes)].reset_index(drop=True)
    outline = shapely.union_all(boroughs.geometry.to_numpy())
    return replace(
        areas,
        areas=areas.areas[areas.areas["borough_code"].isin(codes)].reset_index(drop=True),
        boroughs=boroughs,
        outline=outline,
        water=shapely.clip_by_rect(areas.water, *outline.bounds),
    )


def list_scripts(names: Sequence[str], region: Region | None) -> list[str]:
    """Return the scripts of a page, given those of a page of all areas: the search of a region leads to others."""
    return [f"{name}.js" for name in [*names, *(["map_regions"] if region else [])]]


def keep_landmarks(landmarks: Mapping[str, list[list[Any]]], on_globe: Areas) -> dict[str, list[list[Any]]]:
    """Return the landmarks, as from `encode_landmarks`, in the rectangle around some areas."""
    left, bottom, right, top = on_globe.bounds
    return {
        kind: [one for one in rows if bottom <= one[1] <= top and left <= one[2] <= right]
        for kind, rows in landmarks.items()
    }


def draw_region_index(
    areas: Areas,
    regions: Sequence[Region],
    stamp: Stamp,
    *,
    stem: str,
    title: str,
    current: str,
    up: str = "",
    others: Sequence[Link] = (),
) -> str:
    """Draw the page that leads to the pages of regions, itself with the address that one page of all areas would have.

    `areas` are all, in metres; `stem` is the page's file name without its ending; `current` and `up` are those of
    `page.html.j2`; `others` are the same pages of every crime type, if there is one each.
    """
    paths, height = _draw_boroughs(areas, regions, stem)
    listed = [
        (region, region.name_page(stem), region.areas.boroughs.sort_values("borough_name").to_dict("records"))
        for region in regions
    ]
    # An address that names a place, as other pages write it, leads on to the page that has it.
    data = {
        "stem": stem,
        "types": [link.href.removesuffix(".html") for link in others],
        "regions": {one.slug: [*one.areas.boroughs["borough_code"], *one.areas.codes] for one in regions},
    }
    return render_template(
        "regions.html.j2",
        stamp=stamp,
        current=current,
        up=up,
        title=title,
        description=f"{stamp.place} has {words.whole_number(len(areas.codes))} small areas, on {len(regions)} pages. "
        "Choose a borough.",
        regions=listed,
        others=others,
        paths=paths,
        size=(_SIZE, height),
        page_data=embed_json(data),
    )


def _shade(outlines: Sequence[BaseGeometry]) -> list[int]:
    """Return one of four shades for each outline, that of a neighbour only where these have all four."""
    shades: list[int] = []
    for number, outline in enumerate(outlines):
        beside = shapely.dwithin(outline, outlines[:number], _BESIDE_M)
        taken = {shade for shade, is_beside in zip(shades, beside, strict=True) if is_beside}
        shades.append(min({0, 1, 2, 3} - taken, default=number % 4))
    return shades


def _draw_boroughs(areas: Areas, regions: Sequence[Region], stem: str) -> tuple[list[Markup], int]:
    """Return a link per borough as SVG, and the height of the drawing."""
    left, bottom, right, top = areas.bounds
    scale = _SIZE / max(right - left, top - bottom)
    frame = areas.boroughs
    simple = shapely.coverage_simplify(frame.geometry.to_numpy(), _TOLERANCE / scale)
    drawn = shapely.transform(simple, lambda points: np.rint((points - (left, top)) * (scale, -scale)))
    pages = {code: at for at, region in enumerate(regions) for code in region.areas.boroughs["borough_code"]}
    shades = _shade([region.areas.outline for region in regions])
    links = []
    for code, name, shape in zip(frame["borough_code"], frame["borough_name"], drawn, strict=True):
        rings = [ring for part in shapely.get_parts(shape) for ring in shapely.get_rings(part)]
        path = "".join(
            "M" + "L".join(f"{int(x)} {int(y)}" for x, y in shapely.get_coordinates(ring)[:-1]) + "Z" for ring in rings
        )
        links.append(
            Markup('<a href="{}#place={}"><path class="shade-{}" d="{}"><title>{}</title></path></a>').format(
                regions[pages[code]].name_page(stem), code, shades[pages[code]], path, escape(name)
            )
        )
    return links, math.ceil((top - bottom) * scale)
