"""The file of the Indices of Deprivation: scores, and ranks and deciles among areas of a whole country."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr

from crime_dagster.sources.synthetic.city import City
from crime_dagster.sources.synthetic.crimes import WARM_UP
from crime_dagster.sources.synthetic.features import DOMAINS
from crime_dagster.sources.synthetic.kit import Array, save_csv, standardise

FILE = "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"
NAMES = {
    "lsoa_code": "LSOA code (2021)",
    "lsoa_name": "LSOA name (2021)",
    "borough_code": "Local Authority District code (2024)",
    "borough_name": "Local Authority District name (2024)",
}
NATIONAL_AREAS = 33_755
RANK, DECILE = "Rank (where 1 is most deprived)", "Decile (where 1 is most deprived 10% of LSOAs)"
# Published with its end cut off.
LONG = f"Children and Young People Sub-domain {DECILE}"
# How the scores of a domain become rates or positive numbers.
SHAPES: dict[str, Callable[[Array], Array]] = {"expit": expit, "exp": np.exp, "same": np.asarray}


def save_deprivation(folder: Path, city: City) -> None:
    """Write File 7; its crime domain is derived from recorded crime, like the real one."""
    lsoas = city.geography.lsoas
    # Of the two years that the index covers.
    recorded = city.crimes.counts[:, :, : WARM_UP + 12].sum(axis=(1, 2))
    crime = standardise(np.log((recorded + 5) / city.areas.features["residents"].to_numpy()))
    standard = city.areas.deprivation.assign(crime=crime)
    table = pd.DataFrame(lsoas[list(NAMES)]).rename(columns=NAMES)
    parts = {}
    overall = np.zeros(len(lsoas))
    # `nation` says how much more deprived the city is than the country; the index adds domains by their `weight`.
    for domain in DOMAINS.to_dict("records"):
        values = standard[domain["key"]].to_numpy()
        score = SHAPES[domain["shape"]](domain["level"] + domain["spread"] * values).round(3)
        rank = _rank_nationally(score, ndtr(values + domain["nation"]), lsoas["lsoa_code"])
        overall += domain["weight"] * _transform_exponentially(rank)
        parts[domain["title"]] = (score, rank)
    score = overall.round(3)
    rank = _rank_nationally(score, ndtr((np.log(score) - 2.85) / 0.65), lsoas["lsoa_code"])
    parts = {"Index of Multiple Deprivation (IMD)": (score, rank), **parts}
    rates = set(DOMAINS.loc[DOMAINS["is_rate"], "title"])
    for title, (score, rank) in parts.items():
        table[f"{title} Score{' (rate)' if title in rates else ''}"] = score
        table[f"{title} {RANK}"] = rank
        table[f"{title} {DECILE}"] = np.ceil(rank * 10 / NATIONAL_AREAS).astype(int)
    save_csv(table.rename(columns={LONG: LONG.removesuffix("As)")}), folder / "mhclg" / FILE)


def _rank_nationally(score: Array, share_less_deprived: Array, codes: pd.Series) -> np.ndarray:
    """Rank each area in a country, from 1 (most deprived); ranks are unique, and codes break ties."""
    order = np.lexsort((codes.to_numpy(), -score))
    wanted = np.round((1 - share_less_deprived[order]) * NATIONAL_AREAS)
    count = np.arange(len(order))
    rising = np.maximum.accumulate(np.clip(wanted, 1, None) - count) + count
    # Of more areas than England has, the first share its first rank.
    highest = np.maximum(NATIONAL_AREAS - count[::-1], 1)
    ranks = np.empty(len(order), dtype=int)
    ranks[order] = np.minimum(rising, highest)
    return ranks


def _transform_exponentially(rank: np.ndarray) -> Array:
    """Transform ranks to the scores that the index adds up.

    Source: English Indices of Deprivation, Technical Report, exponential transformation of domain ranks.
    """
    share = 1 - rank / (NATIONAL_AREAS + 1)
    return np.asarray(-23 * np.log(1 - share * (1 - np.exp(-100 / 23))))
