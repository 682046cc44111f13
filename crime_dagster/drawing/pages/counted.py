"""What a headline counts and leaves out, from rows of `marts.headline_totals` and of boroughs' own years."""

from collections.abc import Collection, Sequence

from crime_dagster.core.facts import Row, read_number
from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.cautions import list_words

# Kept in capitals when a category is written in lower case.
ABBREVIATIONS = ("NFIB",)

# Street-level files have sexual offences in one category with violence.
WITH_SEXUAL_OFFENCES = ("total", "violent")
STREET_NOTE = (
    "Counted from street-level files of data.police.uk: violence includes sexual offences, and crimes without a known "
    "small area are left out."
)

# A sentence for each of more would be a page of its own.
MOST_FORCES = 3


def name_category(published: str) -> str:
    """Write a category published in capitals as in a sentence: "NFIB fraud", "burglary"."""
    return " ".join(part if part in ABBREVIATIONS else part.lower() for part in published.split())


def say_left_out(rows: Sequence[Row]) -> str:
    """State all recorded crime, and what the headline leaves out; empty if not known.

    "The Metropolitan Police Service recorded 906,370; the figure leaves out 27,280 sexual offences, which are not
    published for small areas, and 14,604 crimes without a known small area."
    """
    rows = sorted(rows, key=lambda row: row["sort_order"])
    forces = dict.fromkeys(row["force"] for row in rows if isinstance(row["force"], str))
    if len(forces) > MOST_FORCES:
        return f"{len(forces)} police forces recorded these crimes; the table of what is counted has each of them."
    return " ".join(
        filter(None, (_say_force(force, [row for row in rows if row["force"] == force]) for force in forces))
    )


def say_own_years(rows: Sequence[Row], noun: str, from_street: Collection[str] = ()) -> str:
    """Name late boroughs, each with its own latest year; rows of `marts.borough_own_years`.

    `from_street` has the codes of boroughs that are counted from street-level files.
    """
    said = []
    for row in rows:
        is_wider = row["borough_code"] in from_street and row["crime_type"] in WITH_SEXUAL_OFFENCES
        said.append(
            f"{row['borough_name']} recorded {words.whole_number(row['crimes'])} {noun} in its own latest year, the "
            f"{row['period_label']}{', sexual offences included' if is_wider else ''}."
        )
    return " ".join(said)


def tabulate_total(rows: Sequence[Row]) -> list[Row]:
    """Return the sum from all recorded crime to the headline, each with its label; empty if nothing is left out."""
    if len(rows) <= 2:
        return []
    parts = sorted(rows, key=lambda row: row["sort_order"])
    return [{**row, "label": _label(row), "crimes": read_number(row, "crimes")} for row in parts]


def _label(row: Row) -> str:
    by_force = {
        "recorded": "Recorded by {}",
        "recorded_here": "Recorded by {} in its areas, or without a known one",
        "placed": "Placed in small areas by {}",
    }
    if row["part"] in by_force:
        return by_force[row["part"]].format(words.force_words(row["force"]))
    labels = {
        "without_place": "Without a known small area" if (row["crimes"] or 0) <= 0 else "Difference between the files",
        "by_others": "Recorded in its areas by other forces",
        "headline": "Placed in small areas: the headline",
    }
    if row["part"] in labels:
        return labels[row["part"]]
    return f"{words.capitalise(name_category(row['category']))}: not published for small areas"


def _say_force(force: str, rows: Sequence[Row]) -> str:
    whole = next((row for row in rows if row["part"] in ("recorded", "recorded_here")), None)
    recorded = read_number(whole, "crimes") if whole else None
    left_out = [row for row in rows if row["part"] == "not_published"]
    if recorded is None:
        if not left_out:
            return ""
        named = list_words([name_category(row["category"]) for row in left_out])
        return (
            f"The figure leaves out {named}, which are not published for small areas, and crimes without a known small "
            "area; this data set does not say how many."
        )
    missing = []
    if left_out:
        names = [f"{words.whole_number(-row['crimes'])} {name_category(row['category'])}" for row in left_out]
        missing.append(f"{list_words(names)}, which are not published for small areas,")
    rest = next((row["crimes"] for row in rows if row["part"] == "without_place"), 0)
    if rest < 0:
        missing.append(f"{words.whole_number(-rest)} crimes without a known small area")
    said = f"{words.capitalise(words.force_words(force))} recorded {words.whole_number(recorded)}"
    if whole and whole["part"] == "recorded_here":
        said += " in the areas shown here or without a known one"
    said += f"; the figure leaves out {list_words(missing)}." if missing else "."
    if others := next((row["crimes"] for row in rows if row["part"] == "by_others"), 0):
        said += f" The figure includes {words.whole_number(others)} that other forces recorded there."
    # The files are of different days: the later one may have more.
    return f"{said} The files of small areas have {words.whole_number(rest)} more." if rest > 0 else said
