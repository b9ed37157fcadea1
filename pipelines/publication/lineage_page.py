"""Where a published number comes from, as lines for a terminal and as a page.

Belongs here: laying out an explanation in English, with the texts as they stand in the files.
Does not belong here: finding it (warehouse/lineage.py). It shows raw texts, so it is for those who run the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pipelines.publication.asking import template

_SAID = {
    "counts": "counts of the units", "control_total": "total that the source states",
    "territory": "counts of the units that make up the territory", "below": "counts of the units it is held against",
    "bound": "what the stated total and the counts of the others leave", "panel": "counts of the units of both windows",
    "months": "counts of the months added up",
}  # fmt: skip


class Explained(Protocol):
    """What warehouse/lineage.py gives; this room does not know that one."""

    @property
    def table(self) -> str: ...
    @property
    def grain(self) -> Mapping[str, Any]: ...
    @property
    def inputs(self) -> Sequence[Any]: ...


def lines(explained: Explained) -> list[str]:
    """The explanation for a terminal."""
    told = [f"{explained.table}: " + ", ".join(f"{key} {value}" for key, value in explained.grain.items())]
    for given in explained.inputs:
        told += ["", f"{given.column} {'(none)' if given.value is None else given.value}: {_basis(given)}"]
        told += [line for part in given.parts for line in _part_lines(part)]
        if not given.parts:
            told.append("  nothing was received that gives it")
    if not explained.inputs:
        told.append("Nothing of this row is read from a cell: it follows from other rows.")
    return told


def write(explained: Explained, path: Path) -> None:
    """Write the explanation as a page."""
    page: str = template("lineage.html").render(explained=explained, basis=_basis, place=_place, how=_how)
    path.write_text(page, encoding="utf-8")


def _part_lines(part: Any) -> list[str]:
    told = [
        f"  {part.value} of {part.name} ({part.scope_id}){_how(part)}",
        f"    {_place(part)}: {part.raw_text!r}",
        f"    SHA-256 {part.sha256}, submission {part.submission_id}, {part.source_id}, revision {part.revision}, "
        f"known since {part.known_on}, layout {part.layout}",
    ]
    told += [
        f"    {finding.severity} {finding.code}{'' if finding.is_open else ' (settled)'}: {finding.found}"
        for finding in part.findings
    ]
    return told


def _basis(given: Any) -> str:
    return _SAID.get(str(given.basis), str(given.basis))


def _place(part: Any) -> str:
    return f"{part.file} {part.sheet}!{part.cell}" if part.sheet else f"{part.file} {part.cell}"


def _how(part: Any) -> str:
    told = [f"corrected from {part.corrected_from!r}"] if part.corrected_from is not None else []
    told += [f"{part.evidence}"] if part.evidence not in (None, "submitted") else []
    told += [f"derived from {part.derived_from}"] if part.derived_from else []
    return f", {', '.join(told)}" if told else ""
