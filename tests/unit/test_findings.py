"""Findings and their messages: what is wrong, where, and what to do about it, in every language."""

from __future__ import annotations

import pytest

from pipelines.domain.findings import LANGUAGES, Finding, Severity, catalogue, message, place_of


@pytest.mark.parametrize(
    ("file", "sheet", "cell", "expected"),
    [
        ("2023/a.xlsx", "Form 1", "C12", "2023/a.xlsx › Form 1!C12"),
        ("a.csv", "", "C12", "a.csv › C12"),
        ("a.xlsx", "Form 1", "", "a.xlsx › Form 1"),
        ("a.xlsx", "", "", "a.xlsx"),
        ("", "", "", ""),
    ],
)
def test_a_place_is_written_as_spreadsheets_do(file: str, sheet: str, cell: str, expected: str) -> None:
    assert place_of(file, sheet, cell) == expected
    assert Finding("file_empty", Severity.CRITICAL, file, sheet, cell).place == expected


def test_the_languages_know_the_same_codes_in_the_same_order() -> None:
    catalogues = [list(catalogue(language)) for language in LANGUAGES]
    assert all(codes == catalogues[0] for codes in catalogues)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_says_what_is_wrong_and_what_to_do(language: str) -> None:
    for code, entry in catalogue(language).items():
        assert entry.what.strip().endswith((".", "?")), code
        assert entry.do.strip().endswith("."), code
        assert entry.what != entry.do, code


def test_the_languages_differ() -> None:
    """A message that was copied instead of translated would help nobody."""
    english, other = (catalogue(language) for language in LANGUAGES)
    assert [
        code for code in english if english[code].what == other[code].what or english[code].do == other[code].do
    ] == []


def test_an_unknown_code_or_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        message("nothing_of_the_kind", "en")
    with pytest.raises(KeyError, match="xx"):
        message("file_empty", "xx")


def test_severities_are_written_in_lower_case() -> None:
    """They are stored as text and named in SQL."""
    assert [str(severity) for severity in Severity] == ["critical", "warning", "info"]
