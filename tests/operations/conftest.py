"""Dagster's UI over a copy of the built sample, and a browser for it."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import chromium  # noqa: F401 the fixture of the browser tests
from tests.conftest import Run
from tests.operations.services import Services, answers, find_free_port, name_environment, wait_for

LOCATION = "locations/crime_dagster.definitions"
WRITE = "text => { const one = document.querySelector('.CodeMirror').CodeMirror; one.setValue(text); one.focus(); }"


@dataclass(frozen=True)
class Started:
    """The UI, and the seconds until it answered."""

    address: str
    seconds: float


@pytest.fixture(scope="session")
def built(built_sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built sample."""
    folder = tmp_path_factory.mktemp("ui") / "warehouse"
    return Path(shutil.copytree(built_sample.warehouse, folder, symlinks=True))


@pytest.fixture(scope="session")
def started(built: Path, sample_dir: Path) -> Iterator[Started]:
    """Start the UI over it, as `make dev` does."""
    folder = built.parent
    port = find_free_port()
    with Services(name_environment(sample_dir, folder / "warehouse"), folder / "logs") as services:
        begun = time.monotonic()
        services.start("dev", "python", "-m", "crime_dagster", "dev", "--port", str(port))
        wait_for("the UI", lambda: answers(port), 120)
        yield Started(f"http://127.0.0.1:{port}", time.monotonic() - begun)


@pytest.fixture(scope="session")
def address(started: Started) -> str:
    return started.address


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:  # noqa: F811 pytest passes the fixture by its name
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def see(page: Any, *words: str) -> None:
    """Wait for words."""
    for word in words:
        page.get_by_text(word).first.wait_for()


def find_answer(built: Path) -> Path:
    """Return the folder of the what-if that was asked last."""
    return max((built / "what_if").iterdir(), key=lambda folder: folder.stat().st_mtime)
