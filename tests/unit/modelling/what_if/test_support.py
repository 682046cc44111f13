import re

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.modelling.what_if.scenarios import Scenario, read_scenario
from crime_dagster.modelling.what_if.support import UnanswerableError, find_outside, find_range, require_support

KNOWN = pd.Series(np.linspace(100, 200, 101), name="residents")
TOP = KNOWN[KNOWN >= 180]


def _share(scenario: Scenario, known: pd.Series = KNOWN, before: pd.Series = TOP) -> float:
    after = before * (1 + scenario.change) if scenario.kind == "relative" else before + scenario.change
    return float(100 * find_outside(known, before, after).mean())


def test_a_change_far_outside_is_refused_with_the_range_that_can_be_asked():
    scenario = Scenario("nobody", "residents", -1.0)
    with pytest.raises(UnanswerableError) as found:
        require_support(scenario, KNOWN, TOP, _share(scenario))
    message = str(found.value)
    assert "-100 % would put 95 % of its 21 areas outside" in message
    assert "force: true" in message
    lowest, highest = (float(end) / 100 for end in re.findall(r"from (\S+) % to (\S+) %", message)[0])
    # What the message allows is answered, and one step more is not.
    for end, step in ((lowest, -0.01), (highest, 0.01)):
        allowed, more = Scenario("x", "residents", end), Scenario("x", "residents", end + step)
        require_support(allowed, KNOWN, TOP, _share(allowed))
        with pytest.raises(UnanswerableError):
            require_support(more, KNOWN, TOP, _share(more))


def test_who_insists_gets_an_answer():
    scenario = read_scenario({"feature": "residents", "change": -1, "force": True})
    require_support(scenario, KNOWN, TOP, _share(scenario))


@pytest.mark.parametrize("said", ["yes", 1, "true"])
def test_force_is_true_or_false(said):
    with pytest.raises(InputError, match="true or false"):
        read_scenario({"feature": "residents", "force": said})


def test_an_amount_has_a_range_too_and_ends_at_the_bounds_of_the_feature():
    amount = Scenario("x", "residents", 500.0, kind="absolute")
    lowest, highest = find_range(amount, KNOWN, TOP)
    assert -90 < lowest < -75
    assert 5 < highest < 15
    share = pd.Series(np.linspace(0, 100, 101))
    # Half of these areas would have 100 %, which is more than 98 of 100 areas have.
    assert find_range(Scenario("x", "owned_pct", 90.0, kind="absolute"), share, share[40:60], is_share=True)[1] == 50
    common = pd.Series([0.0] * 50 + [100.0] * 50)
    assert find_range(Scenario("x", "owned_pct", 90.0, kind="absolute"), common, common, is_share=True) == (-100, 100)
