"""Boroughs of London by the many spellings of their names."""

from __future__ import annotations

import re
from functools import cache

# The current code, the code of the Office for National Statistics before 2011 (both Open Government Licence v3.0), and
# the name. The City of London is a district of its own, never a part of Westminster.
_BOROUGHS = """
E09000001 00AA City of London
E09000002 00AB Barking and Dagenham
E09000003 00AC Barnet
E09000004 00AD Bexley
E09000005 00AE Brent
E09000006 00AF Bromley
E09000007 00AG Camden
E09000008 00AH Croydon
E09000009 00AJ Ealing
E09000010 00AK Enfield
E09000011 00AL Greenwich
E09000012 00AM Hackney
E09000013 00AN Hammersmith and Fulham
E09000014 00AP Haringey
E09000015 00AQ Harrow
E09000016 00AR Havering
E09000017 00AS Hillingdon
E09000018 00AT Hounslow
E09000019 00AU Islington
E09000020 00AW Kensington and Chelsea
E09000021 00AX Kingston upon Thames
E09000022 00AY Lambeth
E09000023 00AZ Lewisham
E09000024 00BA Merton
E09000025 00BB Newham
E09000026 00BC Redbridge
E09000027 00BD Richmond upon Thames
E09000028 00BE Southwark
E09000029 00BF Sutton
E09000030 00BG Tower Hamlets
E09000031 00BH Waltham Forest
E09000032 00BJ Wandsworth
E09000033 00BK Westminster
"""
_TITLES = re.compile(r"^(the )?((royal|london) )*borough of |^(the )?city of (?=westminster)|^lb |( london)? borough$")


def find_borough(name: str) -> str | None:
    """The code of a borough, from any of its names or codes; None for anything else.

    Args:
        name: A name in any spelling (`Kensington & Chelsea`, `Richmond-upon-Thames`, `City of Westminster`), a code
            `E09...`, or one of the codes before 2011 such as `00BG`.
    """
    return _read_names().get(_fold(name))


@cache
def _read_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _BOROUGHS.strip().splitlines():
        code, legacy, name = line.split(" ", 2)
        found.update({_fold(code): code, _fold(legacy): code, _fold(name): code})
        # The Metropolitan Police Service writes Kingston and Richmond.
        found[_fold(name.removesuffix(" upon Thames"))] = code
    return found


def _fold(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", name.casefold().replace("&", " and ")).strip()
    return _TITLES.sub("", words)
