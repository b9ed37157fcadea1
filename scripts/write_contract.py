"""Write models/contract.yml anew from the models, under the version that the difference asks for.

Belongs here: the one way in which the contract's version moves.
Does not belong here: what a difference breaks (pipelines/warehouse/contract.py).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.settings import MODELS
from pipelines.warehouse import contract
from pipelines.warehouse.contract import Contract


def main(folder: Path = MODELS) -> str:
    """Write the file and say what moved."""
    path = folder / contract.FILE
    old = contract.load(folder) if path.exists() else Contract("0.0", {}, {})
    new = contract.actual(folder)
    version = contract.next_version(old, new) if path.exists() else "1.0"
    path.write_text(contract.text(replace(new, version=version)), encoding="utf-8")
    changes = [*contract.broken(old, new), *(f"new: {name}" for name in contract.added(old, new))]
    return "\n".join([f"{path}: version {version} (was {old.version})", *changes])


if __name__ == "__main__":
    print(main())
