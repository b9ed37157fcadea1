"""A form of `ccw template` that is filled in LibreOffice and comes back as xlsx and as ods."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.settings import ROOT

PYTHON = "/usr/bin/python3"  # the one for which Debian's python3-uno is made
COUNTS = {"C10": 152, "D10": 130, "E10": 20, "C11": 12, "D11": 0}


def _has_office() -> bool:
    if shutil.which("soffice") is None or not Path(PYTHON).exists():
        return False
    return subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def _ccw(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / ".venv" / "bin" / "ccw"), *arguments]
    return subprocess.run(command, cwd=cwd, env=os.environ, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not _has_office(), reason="LibreOffice (libreoffice-calc-nogui, python3-uno) is not installed")
def test_a_form_filled_in_libreoffice_comes_back(tmp_path: Path) -> None:
    form = tmp_path / "form.xlsx"
    asked = ("--unit", "Bình Dương", "--period", "2023-05", "--series", "ttxh/occurred", "--to", str(form))
    assert _ccw("template", *asked, cwd=tmp_path).returncode == 0
    script = Path(__file__).with_name("fill_form.py")
    counts = [f"{cell}={count}" for cell, count in COUNTS.items()]
    filled = subprocess.run(
        [PYTHON, str(script), str(form), str(tmp_path), *counts], capture_output=True, text=True, check=True
    )
    assert filled.stdout.split() == ["True", "False"]  # the form is protected, the metadata are hidden
    for name in ("filled.xlsx", "filled.ods"):
        checked = _ccw("check", name, "--language", "en", cwd=tmp_path)
        assert checked.stdout.strip() == f"{name}: everything would be taken in."
        explained = _ccw("layout", "explain", name, cwd=tmp_path).stdout
        assert "C:F 152" in explained
        assert "Every name is known" in explained
