"""One page is drawn again after a change, and a page that there is not is refused."""

from collections.abc import Iterator

import dagster as dg
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.automation.watch import watch_page
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.kit.finish import save_file


@step("gallery/one", "html", description="A page.")
def one(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    text = (settings.data_dir / "template.html").read_text(encoding="utf-8")
    save_file(text.encode(), settings.build_dir / "one.html")
    return dg.MaterializeResult()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.warehouse_dir.mkdir()
    (settings.data_dir / "template.html").write_text("before")
    return settings


def test_a_page_is_drawn_again_after_a_change(settings: Settings, capfd: pytest.CaptureFixture[str]):
    page, template = settings.build_dir / "one.html", settings.data_dir / "template.html"

    def change() -> Iterator[list[tuple[object, str]]]:
        assert page.read_text() == "before"
        template.write_text("after")
        yield [(None, "template.html")]

    assert watch_page(settings, dg.Definitions([one], resources={"settings": settings}), "one", change()) == 0
    assert page.read_text() == "after"
    assert capfd.readouterr().out.count(f"Drawn: {page}") == 2


def test_a_page_that_there_is_not_is_refused(settings: Settings):
    with pytest.raises(InputError, match="gallery/one"):
        watch_page(settings, dg.Definitions([one], resources={"settings": settings}), "other", [])
