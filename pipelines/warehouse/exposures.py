"""Who uses the release (models/exposures.yml).

Belongs here: reading and checking the list.
Does not belong here: showing it (orchestration/specs.py), and making what it lists (publication/).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.domain.yaml_text import load_yaml
from pipelines.warehouse.models import ModelError

FILE = "exposures.yml"
_KINDS = ("dashboard", "report", "extract")


@dataclass(frozen=True)
class Exposure:
    """A use of the release: what it is, whose, and the tables it reads."""

    name: str
    kind: str
    description: str
    owner: str
    depends_on: tuple[str, ...]


def load_exposures(folder: Path, tables: Collection[str]) -> tuple[Exposure, ...]:
    """All uses. Raises ModelError for one that is incomplete or reads a table that is not among `tables`."""
    path = folder / FILE
    try:
        told = load_yaml(path.read_text(encoding="utf-8"))
        found = tuple(_exposure(name, entry, tables) for name, entry in told.items())
    except (OSError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise ModelError(f"{path}: cannot be used ({error})") from None
    for exposure in found:
        unknown = sorted(set(exposure.depends_on) - set(tables))
        if unknown or exposure.kind not in _KINDS:
            wrong = f"reads {', '.join(unknown)}, which is no table" if unknown else f"is a {exposure.kind}"
            raise ModelError(f"{path}: {exposure.name} {wrong}; kinds are {', '.join(_KINDS)}")
    return found


def _exposure(name: str, entry: dict[str, Any], tables: Collection[str]) -> Exposure:
    reads = sorted(tables) if entry["depends_on"] == "all" else entry["depends_on"]
    return Exposure(name, entry["kind"], entry["description"], entry["owner"], tuple(reads))
