"""Page templates, and the only way to embed data in a script."""

import base64
import datetime as dt
import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined, meta, select_autoescape
from markupsafe import Markup

from crime_dagster.core.records import note_file
from crime_dagster.drawing.kit import navigation, theme, words
from crime_dagster.drawing.kit.cautions import list_words, months_words
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.year import read_change

# Valid in JSON but dangerous in a script element: its end tag, a comment, two line ends of older JavaScript.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}

# Each product has its own beside it, and the kit what all share; every name is unique.
TEMPLATES = {path.name: path for path in Path(__file__).parents[1].glob("*/templates/**/*.*")}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_read_template),
        # By the ending of a template: everything is escaped but plain text and Markdown.
        autoescape=select_autoescape(default=True, disabled_extensions=("txt.j2", "md.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "asdict": asdict,
        "capital": words.capitalise,
        "change": read_change,
        "count": words.whole_number,
        # As the card of a map has it: three significant figures, one decimal below ten.
        "expected": lambda value: words.rate_words(float(f"{value:.3g}")),
        "figures": words.three_figures,
        "in_words": words.number_words,
        "listed": list_words,
        "month_name": words.month_words,
        "months": months_words,
        "month": lambda text: words.month_words(dt.date.fromisoformat(f"{text}-01")),
        "ordinal": words.ordinal_words,
        "path": quote_path,
        "percent": words.percent,
        "possessive": words.possessive,
        "rate": words.rate_words,
        "score": lambda value: words.decimals(value, 2),
        "signed_percent": lambda value: words.percent(value, signed=True),
        "size": words.size_words,
        "year_to": words.year_to,
        "whole_percent": lambda value: words.percent(value, decimals=0),
    }
    environment.tests["known"] = words.is_number
    environment.globals |= {
        "allow_scripts": allow_scripts,
        "navigation": navigation,
        "read_script": read_script,
        "read_styles": read_styles,
        "theme": theme,
    }
    return environment


def render_template(template: str, /, **content: Any) -> str:
    """Fill a template of `templates/`; every string of a page is escaped unless it is our own markup."""
    for each in _list_templates(template):
        note_file(TEMPLATES[each])
    page = _environment().get_template(template).render(**content)
    stamp = content.get("stamp")
    return stamp.terms.say_page(page) if isinstance(stamp, Stamp) else page


def read_script(*names: str) -> Markup:
    """Return scripts of `templates/` as the content of a script element, in a scope of their own."""
    return Markup(f"(function () {{\n{read_scripts(*names)}\n}})();")  # noqa: S704 our own files


def read_styles(*names: str) -> Markup:
    """Return the theme's custom properties and style sheets of `templates/`, as the content of a style element."""
    sheets = [render_template("theme.css.j2").rstrip(), *map(_read_template, names)]
    return Markup("\n".join(sheets))  # noqa: S704 our own files


def read_scripts(*names: str) -> str:
    """Return scripts of `templates/`, in sequence, in one scope; all of them can use those of `element.js`."""
    inside = "\n".join(map(_read_template, ("element.js", *names)))
    return f'"use strict";\n{inside}'


def embed_json(content: Any) -> Markup:
    """Return data as the content of a JSON script element; NaN and infinity, which JSON lacks, are refused."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 escaped above


def allow_scripts(*scripts: str, beside: bool = False) -> str:
    """Return a page's allowed scripts for its content security policy: inline ones, optionally those beside it."""
    digests = [hashlib.sha256(script.encode("utf-8")).digest() for script in scripts]
    inside = [f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests]
    # Pages are also opened as files.
    return " ".join([*inside, *(["'self' file:"] if beside else [])])


def quote_path(path: str) -> str:
    """Quote a relative address, so that blanks and special characters stay part of the file name."""
    return quote(path, safe="/:?=#%+,;@~.-_")


def _read_template(name: str) -> str:
    note_file(TEMPLATES[name])
    return TEMPLATES[name].read_text(encoding="utf-8")


@cache
def _list_templates(name: str) -> tuple[str, ...]:
    """Return a template and all that it extends, includes or imports."""
    tree = _environment().parse(TEMPLATES[name].read_text(encoding="utf-8"))
    others = sorted(filter(None, meta.find_referenced_templates(tree)))
    return (name, *(each for other in others for each in _list_templates(other)))
