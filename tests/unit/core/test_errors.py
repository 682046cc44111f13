import errno
import pickle

import pytest

from crime_dagster.core.errors import InputError, explain


def test_message_names_place_finding_expectation_and_remedy():
    error = InputError(
        file="mps/a.csv", row=3, column="202401", found="'x'", expected="a whole number", remedy="correct the cell"
    )
    assert str(error).splitlines() == [
        "file mps/a.csv, row 3, column 202401",
        "  found:    'x'",
        "  expected: a whole number",
        "  to do:    correct the cell",
    ]


def test_message_leaves_out_what_is_not_known():
    assert str(InputError(expected="e", remedy="r")).splitlines() == ["  expected: e", "  to do:    r"]


def test_it_comes_back_from_another_process_as_it_was():
    error = InputError(file="a.csv", row=2, column="c", found="f", expected="e", remedy="r")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 our own bytes


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "run as the user"), (errno.EROFS, "run as the user"), (errno.ENOSPC, "free some space")],
)
def test_what_the_system_refuses_is_a_message_with_the_file(number: int, words: str):
    said = str(explain(OSError(number, "said", "/data/x")))
    assert said.startswith("file /data/x\n  found:    ")
    assert words in said
    assert len(said.splitlines()) == 4


def test_any_other_error_of_the_system_is_none_of_the_users():
    with pytest.raises(OSError, match="said"):
        explain(OSError(errno.EBADF, "said", "/data/x"))
