"""Where an asset's code is: in the repository that pyproject.toml names, else on this machine."""

import importlib.metadata
import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg

from crime_dagster.core.code_version import PROJECT
from crime_dagster.core.settings import PROJECT_DIR

# Marked as beta in the pinned version, once per asset; the pin is the answer to it.
for category in (dg.BetaWarning, dg.PreviewWarning):
    warnings.filterwarnings("ignore", r".*(CodeRef|link_code_ref|FilePathMapping|map_resolved)", category=category)
# What Dagster can make links of.
HOSTS = ("github", "gitlab")


def refer_to(function: Callable[..., Any]) -> Mapping[str, Any]:
    """Metadata that has the UI show where a function is, whatever it was decorated with."""
    code = inspect.unwrap(function).__code__
    place = dg.LocalFileCodeReference(file_path=code.co_filename, line_number=code.co_firstlineno)
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[place])}


def find_repository() -> str | None:
    """The first address of `project.urls` that is a repository of a host that Dagster knows."""
    listed = importlib.metadata.metadata(PROJECT).get_all("Project-URL") or []
    addresses = [one.partition(", ")[2] for one in listed]
    return next((one for one in addresses if any(host in one for host in HOSTS)), None)


def link_code(definitions: dg.Definitions, repository: str) -> dg.Definitions:
    """Have the assets link to their code in the repository."""
    mapping = dg.AnchorBasedFilePathMapping(local_file_anchor=PROJECT_DIR, file_anchor_path_in_repository="")

    def link(spec: dg.AssetSpec) -> Any:
        return dg.link_code_references_to_git([spec], repository, "HEAD", mapping)[0]

    return definitions.map_asset_specs(func=link)
