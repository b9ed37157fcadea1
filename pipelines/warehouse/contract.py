"""What readers of a release rely on: its tables with grain and types, its macros, and the version that says so.

Belongs here: the contract as it is written down (models/contract.yml), as the models are, and what a difference breaks.
Does not belong here: what tables and macros do (models/).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipelines.domain.yaml_text import load_yaml
from pipelines.warehouse import models
from pipelines.warehouse.differences import TABLES
from pipelines.warehouse.models import ModelError

FILE = "contract.yml"
_MACRO = re.compile(r"create macro main\.(\w+)\(([^)]*)\)", re.IGNORECASE)
_HEAD = (
    "# What readers of a release rely on. Written by `python -m scripts.write_contract`, which moves the version: the\n"
    "# first number where something that was there is gone or another, the second where something was added. The\n"
    "# changelog says both.\n"
)


@dataclass(frozen=True)
class Contract:
    """Version; by table its grain and the type of each column; by macro its parameters and, of a table, its columns."""

    version: str
    tables: Mapping[str, Mapping[str, object]]
    macros: Mapping[str, Mapping[str, Sequence[str]]]


def load(folder: Path) -> Contract:
    """The contract as written down. Raises ModelError when it is absent or incomplete."""
    try:
        told = load_yaml((folder / FILE).read_text(encoding="utf-8"))
        return Contract(str(told["version"]), told["tables"], told["macros"])
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise ModelError(f"{folder / FILE}: cannot be used ({error}); `python -m scripts.write_contract`") from None


def actual(folder: Path, version: str = "0.0") -> Contract:
    """The contract as the models are now."""
    columns = models.load_columns(folder)
    tables: dict[str, Mapping[str, object]] = {
        model.name: {"grain": list(model.grain), "columns": {c.name: c.type for c in model.columns}}
        for model in models.load_models(folder)
        if model.layer == "marts"
    }
    for name, told in TABLES.items():
        tables[name] = {"grain": list(told.grain), "columns": {c: columns[c].type for c in told.columns}}
    macros = dict(_macro(text) for text in models.release_macros(folder))
    return Contract(version, dict(sorted(tables.items())), dict(sorted(macros.items())))


def broken(old: Contract, new: Contract) -> tuple[str, ...]:
    """What a reader of `old` would miss in `new`: tables, columns and macros that are gone or another."""
    found = [f"table {name} is gone" for name in old.tables if name not in new.tables]
    for name, told in new.tables.items():
        if name in old.tables:
            found += _broken_table(name, old.tables[name], told)
    for name, macro in old.macros.items():
        now = new.macros.get(name, {"parameters": (), "columns": ()})
        if list(now["parameters"]) != list(macro["parameters"]):
            found.append(f"macro {name} is gone or takes other parameters")
        found += [f"{name}().{column} is gone" for column in macro["columns"] if column not in now["columns"]]
    return tuple(found)


def added(old: Contract, new: Contract) -> tuple[str, ...]:
    """What `new` has that `old` had not."""
    found = [f"table {name}" for name in new.tables if name not in old.tables]
    for name in set(new.tables) & set(old.tables):
        had = _columns(old.tables[name])
        found += [f"column {name}.{column}" for column in _columns(new.tables[name]) if column not in had]
    for name, macro in new.macros.items():
        if name not in old.macros:
            found.append(f"macro {name}")
        else:
            found += [f"column {name}().{c}" for c in macro["columns"] if c not in old.macros[name]["columns"]]
    return tuple(sorted(found))


def next_version(old: Contract, new: Contract) -> str:
    """The version under which `new` is to be written: a break moves the first number, an addition the second."""
    major, minor = (int(part) for part in old.version.split("."))
    if broken(old, new):
        return f"{major + 1}.0"
    return f"{major}.{minor + 1}" if added(old, new) else old.version


def text(contract: Contract) -> str:
    """The contract as a file."""
    told = {"version": contract.version, "tables": contract.tables, "macros": dict(contract.macros)}
    return _HEAD + yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)


def _broken_table(name: str, old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    now = _columns(new)
    found = [f"{name}: its grain is another"] if old["grain"] != new["grain"] else []
    for column, kind in _columns(old).items():
        if column not in now:
            found.append(f"{name}.{column} is gone")
        elif now[column] != kind:
            found.append(f"{name}.{column} is {now[column]}, not {kind}")
    return found


def _columns(table: Mapping[str, object]) -> Mapping[str, str]:
    columns = table["columns"]
    return columns if isinstance(columns, dict) else {}


def _macro(text: str) -> tuple[str, dict[str, list[str]]]:
    name, names = parameters(text)
    _, _, body = text.partition("as table")
    return name, {"parameters": names, "columns": list(models.selected_columns(body)) if body else []}


def parameters(macro: str) -> tuple[str, list[str]]:
    """Name and parameters of a macro, from its text. Raises ModelError for any other text."""
    found = _MACRO.search(macro)
    if found is None:
        raise ModelError(f"a macro of a release begins with create macro main.name(…): {macro[:80]}")
    return found[1], [name.strip() for name in found[2].split(",") if name.strip()]
