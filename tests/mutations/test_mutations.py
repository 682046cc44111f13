"""No damage of a published table goes unreported."""

from pathlib import Path

import pytest

from tests.mutations.trial import WRONG, Verdict, describe, try_folder


def require_words(verdicts: list[Verdict]) -> None:
    assert len({one.damage for one in verdicts}) >= 12, "the trial tried too little to say anything"
    assert not [one for one in verdicts if one.verdict in WRONG], describe(verdicts)


def test_no_damage_of_the_sample_is_silent(sample_dir: Path):
    require_words(list(try_folder(sample_dir)))


@pytest.mark.real
@pytest.mark.slow
def test_no_damage_of_london_is_silent(real_data_dir: Path):
    require_words(list(try_folder(real_data_dir)))
