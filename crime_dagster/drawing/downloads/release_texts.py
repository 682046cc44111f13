"""Human-readable documents of a release: README, licence and citation."""

import json

from crime_dagster.drawing.downloads.package import LICENCES, About
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import SYNTHETIC_SENTENCE

README, LICENCE = "readme.txt.j2", "licence.txt.j2"


def write_readme(about: About) -> str:
    return render_template(README, about=about, synthetic=SYNTHETIC_SENTENCE)


def write_licence(about: About) -> str:
    return render_template(LICENCE, about=about, synthetic=SYNTHETIC_SENTENCE, addresses=LICENCES)


def write_citation(about: About) -> str:
    """Return the citation as a Citation File Format file."""
    made_up = f"{SYNTHETIC_SENTENCE} " * about.is_synthetic
    said = {
        "cff-version": "1.2.0",
        "message": f"{made_up}Cite the release and the sources that LICENCE.txt names.",
        "type": "dataset",
        "title": about.title,
        "version": about.version,
        "date-released": about.built_at[:10],
        "authors": [{"name": "The crime-dagster authors"}],
    }
    # YAML 1.2 is a superset of JSON, so JSON strings need no YAML quoting rules.
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
    return "\n".join([*lines, f"# code: {about.commit}"]) + "\n"
