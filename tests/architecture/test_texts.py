"""What must hold of the texts of the code: no country in it, every finding explained, every module says what it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.domain.findings import LANGUAGES, catalogue
from pipelines.settings import MODELS
from tests.architecture.sources import MODEL_FILES, MODULES, PIPELINES, calls, name, text, without_comments

LINES = 400
# Files of the code that hold text: anything particular to a country belongs into data_raw/.
TEXTS = tuple(
    sorted(
        path
        for folder in (PIPELINES, MODELS)
        for path in folder.rglob("*")
        if path.suffix in (".py", ".sql", ".yml", ".html", ".css", ".js")
    )
)
COUNTRIES = re.compile(
    r"\b(viet ?nam(ese)?|việt|hà ?nội|hanoi|saigon|sài gòn|vnd(?!\.)|taiwan(ese)?|china|chinese|germany|german|"
    r"japan(ese)?|scotland|england|france|french|india|indian|mexic(o|an)|brazil(ian)?|philippines?|thailand|laos|cambodia|"
    r"netherlands|dutch|canad(a|ian)|korean?|deu|twn|vnm)\b|\bVN\b",
    re.IGNORECASE,
)
# The folder that is used when no other is named; the one place is Settings, which help texts repeat.
DEFAULT_FOLDER = re.compile(r'data_raw/vietnam|"data_raw" / "vietnam"')


def test_no_country_is_named_in_code() -> None:
    named = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in TEXTS
        for number, line in enumerate(text(path).splitlines(), 1)
        if COUNTRIES.search(DEFAULT_FOLDER.sub("", line))
    ]
    assert named == []


def test_the_default_folder_is_chosen_in_one_place() -> None:
    assert [name(path) for path in MODULES if re.search(r'"vietnam"', text(path))] == ["pipelines/settings.py"]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_belongs_in_it(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(text(path))) or ""
    assert docstring
    if path != PIPELINES / "__init__.py":
        assert "Belongs here:" in docstring
        assert "not belong here:" in docstring


@pytest.mark.parametrize("path", [p for p in TEXTS if p.is_relative_to(PIPELINES)], ids=name)
def test_no_file_is_too_long_to_be_read(path: Path) -> None:
    assert len(text(path).splitlines()) <= LINES


# --- findings ------------------------------------------------------------------------------------------------------

# What takes a finding's code as its first argument.
RAISERS = {"Finding", "Refused", "Difference", "Rule", "_problem", "_between"}


def codes_in_python() -> Iterator[str]:
    for path in MODULES:
        for called, call in calls(path):
            if called in RAISERS and call.args:
                yield from (
                    node.value
                    for node in ast.walk(call.args[0])
                    if isinstance(node, ast.Constant) and isinstance(node.value, str)
                )


def codes_in_sql() -> Iterator[str]:
    for path in PIPELINES.rglob("*.sql"):
        yield from re.findall(r"'([a-z_]+)', '(?:critical|warning|info)'", text(path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_a_message_and_every_message_a_finding(language: str) -> None:
    used = {*codes_in_python(), *codes_in_sql()}
    assert used
    assert used == set(catalogue(language))


# --- SQL -----------------------------------------------------------------------------------------------------------


def statements(path: Path) -> str:
    return without_comments(text(path)).casefold()


def test_marts_read_neither_raw_nor_ops() -> None:
    """The builder refuses it as well; here also for tests and macros, and without trusting its parser."""
    reading = [
        name(p) for p in MODEL_FILES if p.parent.name == "marts" and re.search(r"\b(raw|ops|staging)\.", statements(p))
    ]
    assert reading == []


def test_models_only_select() -> None:
    """No data are written in a model, and none of its own are made up."""
    forbidden = r"\b(insert|update|delete|create|drop|alter|copy|attach|pragma|set)\b|\bvalues\s*\("
    writing = [
        name(path) for path in MODEL_FILES if "macros" not in path.parts and re.search(forbidden, statements(path))
    ]
    assert writing == []


def test_models_read_no_clock_and_no_files() -> None:
    """The same ledger always gives the same tables."""
    forbidden = (
        r"\b(current_date|current_timestamp)\b|\b(now|today|random|uuid|get_current_\w+|read_\w+|glob|getenv)\s*\("
    )
    reading = [name(path) for path in MODEL_FILES if re.search(forbidden, re.sub(r"'[^']*'", "''", statements(path)))]
    assert reading == []


def test_every_test_stands_beside_its_model() -> None:
    """`<model>__<rule>.test.sql`: a test whose model was renamed would be about nothing."""
    models = {path.relative_to(MODELS).as_posix() for path in MODEL_FILES if not path.name.endswith(".test.sql")}
    tests = [path for path in MODEL_FILES if path.name.endswith(".test.sql")]
    lost = [name(path) for path in tests if f"{path.parent.name}/{path.name.partition('__')[0]}.sql" not in models]
    assert lost == []


def test_every_statement_is_used_by_its_room() -> None:
    """sql/<name>.sql of a room is named in one of the room's modules."""
    unused = [
        name(path)
        for path in PIPELINES.glob("*/sql/*.sql")
        if not any(f'"{path.stem}"' in text(module) for module in path.parents[1].glob("*.py"))
    ]
    assert unused == []
