"""The note beside a received file: who sent it, when, which revision it is, and how its figures are known.

Belongs here: the sidecar's fields and reading it.
Does not belong here: anything that is printed in the file itself.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError, field_validator

from pipelines.domain.findings import catalogue
from pipelines.domain.yaml_text import load_yaml
from pipelines.submissions.inbox import SIDECAR_SUFFIX
from pipelines.submissions.layouts import DIMENSIONS


class SidecarError(Exception):
    """The sidecar cannot be used; the message says which entry and why."""


class Evidence(BaseModel):
    """How a measure's figures are known: published, other_release or derived (then from which printed figure)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    evidence: Literal["published", "other_release", "derived"]
    citation: str = ""
    derived_from: str | None = None


class Correction(BaseModel):
    """What a cell (`Biểu 01!C12`; in a text file `C12`) wrongly holds, becomes, why, who says so, until when."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)
    cell: str
    found: str
    becomes: str
    reason: Annotated[str, Field(min_length=1)]
    author: Annotated[str, Field(min_length=1)]
    expires_on: date


class Confirmation(BaseModel):
    """The sender stands by figures that a rule (`code`) doubts: those of a cell, or all of the file without one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    cell: str | None = None
    by: Annotated[str, Field(min_length=1)]
    day: date

    @field_validator("code")
    @classmethod
    def _code_is_known(cls, value: str) -> str:
        if value not in catalogue("en"):
            raise ValueError(f"no finding has the code {value}")
        return value


class Sidecar(BaseModel):
    """All entries are optional; an absent received_on leaves punctuality unknown.

    `layout` names the only layout to compare with; `fields` say what the file itself does not (docs/adding-a-form.md).
    `known_on` is the day from which the figures count as known, if not the day on which they are taken in; with
    `backfill` it may lie before what is published already. `replaces` names a file of which nothing stands any more;
    `withdrawn` says why nothing of this one does. `nil` declares that what the form leaves blank is zero.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)
    source: str | None = None
    sender: str | None = None
    received_on: date | None = None
    known_on: date | None = None
    backfill: bool = False
    replaces: str | None = None
    withdrawn: str | None = None
    nil: bool = False
    revision: Annotated[StrictInt, Field(ge=0)] = 0
    label: str | None = None
    definition_version: str | None = None
    window_basis: Literal["printed", "assumed"] | None = None
    layout: str | None = None
    fields: dict[str, str] = {}
    evidence: dict[str, Evidence] = {}
    corrections: tuple[Correction, ...] = ()
    confirmed: tuple[Confirmation, ...] = ()
    note: str | None = None

    @field_validator("fields", mode="before")
    @classmethod
    def _dates_as_text(cls, value: object) -> object:
        """YAML makes dates of 2023-12-31; as a field they are the text that a form would print."""
        if not isinstance(value, dict):
            return value
        return {name: text.isoformat() if isinstance(text, date) else text for name, text in value.items()}

    @field_validator("fields")
    @classmethod
    def _known_fields(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value) - set(DIMENSIONS))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: not one of {', '.join(DIMENSIONS)}")
        return value

    @property
    def declared(self) -> dict[str, str]:
        """The fields of every figure of the file that the sidecar gives."""
        own = {"definition_version": self.definition_version, "window_basis": self.window_basis}
        return {**{name: text for name, text in own.items() if text}, **self.fields}


def read_sidecar(path: str | Path) -> Sidecar:
    """The sidecar of a received file, empty when there is none. Raises SidecarError when it cannot be used."""
    try:
        with open(f"{path}{SIDECAR_SUFFIX}", "rb", buffering=0) as file:
            return _parsed(file.read())
    except FileNotFoundError:
        return Sidecar()
    except ValidationError as error:
        raise SidecarError("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())) from None
    except (OSError, yaml.YAMLError, ValueError) as error:  # YAML itself raises ValueError for 2024-02-30
        raise SidecarError(" ".join(str(error).split())) from None


@lru_cache(maxsize=1024)  # the files of one delivery often come with the same note
def _parsed(content: bytes) -> Sidecar:
    return Sidecar.model_validate(load_yaml(content.decode("utf-8")) or {})
