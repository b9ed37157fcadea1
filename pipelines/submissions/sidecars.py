"""The note beside a received file: who sent it, when, which revision it is, and how its figures are known.

Belongs here: the sidecar's fields and reading it.
Does not belong here: anything that is printed in the file itself.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError

from pipelines.submissions.inbox import sidecar_of


class SidecarError(Exception):
    """The sidecar cannot be used; the message says which entry and why."""


class Evidence(BaseModel):
    """How a measure's figures are known: published, other_release or derived (then from which printed figure)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    evidence: Literal["published", "other_release", "derived"]
    citation: str = ""
    derived_from: str | None = None


class Sidecar(BaseModel):
    """All entries are optional; an absent received_on leaves punctuality unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str | None = None
    sender: str | None = None
    received_on: date | None = None
    revision: Annotated[StrictInt, Field(ge=0)] = 0
    label: str | None = None
    definition_version: str | None = None
    window_basis: Literal["printed", "assumed"] | None = None
    evidence: dict[str, Evidence] = {}
    note: str | None = None


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar of a received file, empty when there is none. Raises SidecarError when it cannot be used."""
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return Sidecar()
    try:
        return Sidecar.model_validate(yaml.safe_load(sidecar.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        raise SidecarError("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())) from None
    except (yaml.YAMLError, ValueError) as error:  # YAML itself raises ValueError for 2024-02-30
        raise SidecarError(" ".join(str(error).split())) from None
