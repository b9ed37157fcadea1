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
    "counts": "counts of the units", "cell": "as reported", "control_total": "total that the source states",
    "either": "counts of the units, or a total that a source states",
    "territory": "counts of the units that make up the territory or reach into it",
    "within": "counts of the units that lie wholly within the territory",
    "below": "counts of the units it is held against", "panel": "counts of the units that give both",
    "months": "counts of the months added up", "first": "what was stated first",
    "version": "what became current on that day", "age": "what was current when the window had that age",
    "source": "what this source says of the unit", "declared": "declared in the reference data",
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
        told += ["", f"{given.column}{_value(given)}"]
        told += [line for part in given.parts for line in _part_lines(part)]
        told += [line for declared in given.declarations for line in _declaration_lines(declared)]
        told += [f"  {remark}" for remark in _remarks(given)]
    if not explained.inputs:
        told.append("Nothing of this row is read from a cell: it follows from other rows.")
    return told


def write(explained: Explained, beware: Sequence[str], path: Path) -> None:
    """Write the explanation as a page, below what the reader must beware of."""
    page: str = template("lineage.html").render(
        explained=explained, beware=beware, value=_value, place=_place, text=_text, how=_how, remarks=_remarks
    )
    path.write_text(page, encoding="utf-8")


def _part_lines(part: Any) -> list[str]:
    told = [
        f"  {_text(part)} of {part.name} ({part.scope_id}){_how(part)}",
        f"    {_place(part)}: {part.raw_text!r}",
        f"    SHA-256 {part.sha256}, submission {part.submission_id}, {part.source_id}, revision {part.revision}, "
        f"known since {part.known_on}, layout {part.layout}",
    ]
    told += [
        f"    {finding.severity} {finding.code}{'' if finding.is_open else ' (settled)'}: {finding.found}"
        for finding in part.findings
    ]
    return told


def _declaration_lines(declared: Any) -> list[str]:
    return [
        f"  {declared.key}: {declared.text!r}",
        f"    {declared.table}.csv{f', published in {declared.citation}' if declared.citation else ''}",
    ]


def _value(given: Any) -> str:
    basis = _SAID.get(given.basis, given.basis)
    if given.value is None:
        return f": {basis}" if given.declarations else ": none"
    return f" {given.value}: {basis}"


def _remarks(given: Any) -> list[str]:
    """What does not follow from the parts alone."""
    if given.value is not None and not (given.parts or given.declarations):
        return ["no cell of a file gives it"]
    if given.value is not None and given.together not in (None, given.value):
        return [f"together {given.together}"]
    return []


def _text(part: Any) -> str:
    return part.status if part.value is None else str(part.value)


def _place(part: Any) -> str:
    return f"{part.file} {part.sheet}!{part.cell}" if part.sheet else f"{part.file} {part.cell}"


def _how(part: Any) -> str:
    told = [f"corrected from {part.corrected_from!r}"] if part.corrected_from is not None else []
    told += [f"{part.evidence}"] if part.evidence not in (None, "submitted") else []
    told += [f"derived from {part.derived_from}"] if part.derived_from else []
    return f", {', '.join(told)}" if told else ""
