import pickle

from crime_dagster.core.errors import InputError


def test_message_names_place_finding_expectation_and_remedy():
    error = InputError(
        file="mps/a.csv", row=3, column="202401", found="'x'", expected="a whole number", remedy="mend the cell"
    )
    assert str(error).splitlines() == [
        "file mps/a.csv, row 3, column 202401",
        "  found:    'x'",
        "  expected: a whole number",
        "  to do:    mend the cell",
    ]


def test_message_leaves_out_what_is_not_known():
    assert str(InputError(expected="e", remedy="r")).splitlines() == ["  expected: e", "  to do:    r"]


def test_it_comes_back_from_another_process_as_it_was():
    error = InputError(file="a.csv", row=2, column="c", found="f", expected="e", remedy="r")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 our own bytes
