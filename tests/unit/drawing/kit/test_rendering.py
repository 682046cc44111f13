"""Data embedded in a page."""

import json
import math

import pytest

from crime_dagster.drawing.kit.rendering import _environment, allow_scripts, embed_json, quote_path


def test_json_cannot_leave_its_script_element():
    hostile = {"</script><script>alert(1)</script>": ["<!--", "&amp;", "a\u2028b\u2029c", '"'], "é": 1.5}
    text = str(embed_json(hostile))
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == hostile


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_json_has_no_word_for_nan(number):
    with pytest.raises(ValueError, match="JSON"):
        embed_json({"value": [1.0, number]})


def test_the_hash_of_a_script_is_the_one_that_browsers_compute():
    # Printed in the specification of Content Security Policy, level 3.
    digest = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"
    assert allow_scripts("doSomething();") == digest
    assert allow_scripts("doSomething();", beside=True) == f"{digest} 'self' file:"


def test_a_path_keeps_its_meaning():
    assert quote_path("maps/drug.html?q=a#table") == "maps/drug.html?q=a#table"
    assert quote_path("gifs/actual & predicted.gif") == "gifs/actual%20%26%20predicted.gif"
    assert quote_path('x" onerror="alert(1)') == "x%22%20onerror=%22alert%281%29"


@pytest.mark.parametrize(
    ("value", "said"), [(0.879, "0.9"), (2.53, "2.5"), (30.0, "30"), (24.94, "25"), (1237.4, "1,240")]
)
def test_what_is_expected_of_an_area_is_written_as_on_its_card(value, said):
    assert _environment().from_string("{{ value | expected }}").render(value=value) == said
