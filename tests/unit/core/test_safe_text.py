import io

import pandas as pd
import pytest

from crime_dagster.core.safe_text import write_csv


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-2 Pubs", "@home", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_text(text: str):
    read = pd.read_csv(
        io.BytesIO(write_csv(pd.DataFrame({"name": [text, "The Crown"], text: ["a", "b"]}))), quotechar='"'
    )
    assert read["name"].tolist()[1] == "The Crown"
    assert read["name"].tolist()[0].startswith("'")
    assert list(read.columns)[1].startswith("'")


def test_numbers_keep_their_sign_and_whole_numbers_stay_whole():
    table = pd.DataFrame({"change": [-1.5, 2.0], "crimes": pd.array([3, None], dtype="Int64")})
    assert write_csv(table) == b"change,crimes\r\n-1.5,3\r\n2.0,\r\n"


def test_letters_beyond_ascii_are_marked_for_excel_and_plain_text_is_not():
    assert write_csv(pd.DataFrame({"unit": ["per km²", "£"]})).startswith(b"\xef\xbb\xbf")
    assert not write_csv(pd.DataFrame({"unit": ["per km2"]})).startswith(b"\xef\xbb\xbf")
