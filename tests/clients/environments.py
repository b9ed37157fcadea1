"""Environments of their own for the clients that people have, made once under var/clients/ from locks with hashes."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

from pipelines.settings import ROOT

LOCKS = Path(__file__).parent / "locks"
ENVIRONMENTS = ROOT / "var" / "clients"


def environment(name: str) -> Path:
    """The bin folder of an environment with exactly what locks/<name>.lock says."""
    home = ENVIRONMENTS / f"{name}-py{sys.version_info.major}.{sys.version_info.minor}"
    if not (home / ".ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run(
            [home / "bin" / "python", "-m", "pip", "install", "-qq", "--require-hashes", "--no-deps", "-r",
             LOCKS / f"{name}.lock"],
            check=True,
        )  # fmt: skip
        (home / ".ready").touch()
    return home / "bin"


def packages(name: str) -> Path:
    """The folder of an environment of Node with exactly what <name>/package-lock.json says."""
    home = ENVIRONMENTS / name
    if not (home / ".ready").exists():
        home.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", "package-lock.json"):
            (home / file).write_bytes((Path(__file__).parent / name / file).read_bytes())
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=home, check=True)
        (home / ".ready").touch()
    return home


def plain_environment(**more: str) -> dict[str, str]:
    """The environment without this project's own packages."""
    return {**os.environ, "PYTHONPATH": "", **more}
