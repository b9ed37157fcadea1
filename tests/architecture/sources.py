"""The project's own files as the architecture tests see them: paths, texts and syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipelines.settings import MODELS, ROOT

PIPELINES = ROOT / "pipelines"
MODULES = tuple(sorted(PIPELINES.rglob("*.py")))
MODEL_FILES = tuple(sorted(MODELS.rglob("*.sql")))


def name(path: Path) -> str:
    """A path as the repository writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), str(path))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module with the name of what is called: `f` or `x.f`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imported_names(path: Path, module: str) -> set[str]:
    """What a module takes from another by `from module import …`."""
    return {
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }


def without_comments(sql: str) -> str:
    """SQL without `-- …` and `/* … */`."""
    return re.sub(r"--[^\n]*|/\*.*?\*/", "", sql, flags=re.DOTALL)
