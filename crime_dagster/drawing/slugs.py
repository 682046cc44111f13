"""Names of places as parts of file names and addresses."""

from __future__ import annotations

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9]+")


def make_slug(name: str) -> str:
    """Turn a name into a part of a file name: "Kensington and Chelsea" is `kensington-and-chelsea`.

    Args:
        name: Name of a borough or another place.

    Returns:
        Lower-case letters a to z, figures and single hyphens; accents are dropped. `place` where nothing is left.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    return _OTHER.sub("-", plain).strip("-") or "place"
