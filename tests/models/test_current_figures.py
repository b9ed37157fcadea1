"""core.counts: which of the figures that were received is the current one.

Source of the rules: domain.md §5 and §6 (the competing figure of 788 and 695), and the layers as designed: declared
precedence before revision, revision before arrival.
"""

from __future__ import annotations

from tests.models.conftest import Case, given
from tests.models.harness import NEXT_YEAR, YEAR, form, statement

CURRENT = ("unit_id", "measure", "value", "status", "source_id")


def current(case: Case) -> list[tuple[object, ...]]:
    return case.rows("core.counts", *CURRENT)


@given(form("A", recorded=897, cleared=728), form("A", recorded=788, cleared=695, source="own_release", revision=9))
def test_a_later_arrival_of_a_source_that_yields_does_not_replace(case: Case) -> None:
    """domain.md §6: the province's own conference printed 788 a day later; only 897 makes the cluster's 14.520."""
    assert current(case) == [
        ("A", "cleared", 728, "reported", "conference"),
        ("A", "recorded", 897, "reported", "conference"),
    ]


@given(form("A", recorded=788, cleared=695, source="own_release"), form("A", recorded=897))
def test_one_source_speaks_for_all_measures_of_a_unit_and_window(case: Case) -> None:
    """Clearances of one source never meet offences of another: 695 of 897 was printed by nobody (domain.md §6)."""
    assert current(case) == [("A", "recorded", 897, "reported", "conference")]
    assert case.row("marts.clearance", "recorded", "cleared", "clearance_rate", scope_id="A") == (897, None, None)


@given(form("A", recorded=None, cleared=None), form("A", recorded=788, cleared=695, source="own_release"))
def test_a_source_that_reports_nothing_does_not_speak(case: Case) -> None:
    """A blank is missing, not a statement (domain.md §3), so the next source in precedence is heard."""
    assert current(case) == [
        ("A", "cleared", 695, "reported", "own_release"),
        ("A", "recorded", 788, "reported", "own_release"),
    ]


@given(
    form("A", recorded=897),
    form("A", recorded=788, source="own_release"),
    form("B", recorded=40, source="own_release"),
    form("A", recorded=801, source="own_release", window=NEXT_YEAR),
)
def test_each_unit_and_each_window_has_its_own_speaking_source(case: Case) -> None:
    assert case.rows("core.counts", "unit_id", "window_end", "value", "source_id") == [
        ("A", YEAR[1], 897, "conference"),
        ("A", NEXT_YEAR[1], 801, "own_release"),
        ("B", YEAR[1], 40, "own_release"),
    ]


@given(form("A", recorded=870, revision=2), form("A", recorded=897, revision=1))
def test_a_declared_revision_outranks_arrival(case: Case) -> None:
    """The second revision came first; the first one, delayed in the post, does not undo it. It is lower, and counts."""
    assert current(case) == [("A", "recorded", 870, "reported", "conference")]


@given(form("A", recorded=897), form("A", recorded=880))
def test_without_a_revision_the_later_arrival_counts(case: Case) -> None:
    """domain.md §5: a correction, possibly lower, is simply sent again."""
    assert current(case) == [("A", "recorded", 880, "reported", "conference")]


@given(form("A", recorded=897), form("A", recorded=880), form("A", recorded=897))
def test_what_is_only_read_again_does_not_undo_a_correction(case: Case) -> None:
    """The first file is read anew, say with a mended layout, after the correction came: it arrived before it."""
    assert current(case) == [("A", "recorded", 880, "reported", "conference")]


@given(form("A", recorded=897), form("A", recorded=880), form("A", recorded=897, copy=True))
def test_a_copy_under_another_name_is_no_new_word(case: Case) -> None:
    """domain.md §5: the same bytes twice. The copy of the first file does not undo the correction in between."""
    assert current(case) == [("A", "recorded", 880, "reported", "conference")]


@given(form("A", recorded=789, cleared=728, content="x"), form("A", recorded=897, content="x"))
def test_a_submission_is_what_it_was_last_read_as(case: Case) -> None:
    """Read anew with a mended layout: nothing stays of the first reading, neither 789 nor the clearances."""
    assert current(case) == [("A", "recorded", 897, "reported", "conference")]


@given(statement("c3", recorded=1, cleared=2, content="x"), statement("c3", recorded=3, content="x"))
def test_a_statement_is_what_it_was_last_read_as(case: Case) -> None:
    assert case.rows("core.controls", "measure", "value") == [("recorded", 3)]


@given(form("A", recorded=897, cleared=728, revision=1), form("A", cleared=730, revision=2))
def test_a_revision_speaks_only_of_what_it_holds(case: Case) -> None:
    """Rows of the revision that were refused leave the last accepted figure in force."""
    assert current(case) == [
        ("A", "cleared", 730, "reported", "conference"),
        ("A", "recorded", 897, "reported", "conference"),
    ]


@given(form("A", recorded=870, revision=2, file="one"), form("A", recorded=897, revision=1, file="one"))
def test_of_a_file_the_newest_sidecar_counts(case: Case) -> None:
    """Whoever declares a file anew means the new declaration, whatever revision the old one said it was."""
    assert current(case) == [("A", "recorded", 897, "reported", "conference")]


@given(
    form("A", recorded=870, cleared=700, file="two"),
    form("A", recorded=897, file="two"),
    form("A", recorded=1, file="three", source="own_release"),
)
def test_what_a_file_with_its_newest_sidecar_does_not_state_no_longer_stands(case: Case) -> None:
    """A file declared with the wrong window would otherwise leave its figures there for good."""
    assert current(case) == [("A", "recorded", 897, "reported", "conference")]


@given(form("A", recorded=5, file="four"), form("B", recorded=5, file="four"))
def test_a_file_declared_with_the_wrong_unit_leaves_nothing_there(case: Case) -> None:
    assert current(case) == [("B", "recorded", 5, "reported", "conference")]


@given(form("A", recorded=5, file="five"), form("A", recorded=6, file="five", rejected=True))
def test_a_newest_declaration_of_which_nothing_was_accepted_leaves_the_last_one(case: Case) -> None:
    assert current(case) == [("A", "recorded", 5, "reported", "conference")]


@given(form("A", recorded=5, file="six"), form("A", recorded=6, file="seven"))
def test_files_that_contradict_each_other_are_named(case: Case) -> None:
    assert case.rows("core.competing_values", "value", "standing_value", "standing_file") == [(5, 6, "seven")]


@given(
    form("A", recorded=897, file="eight"),
    form("A", recorded=None, file="eight"),
    form("A", recorded=788, source="ministry"),
)
def test_a_figure_that_is_declared_missing_is_missing(case: Case) -> None:
    """Then its source reports nothing, and the next one is heard."""
    assert current(case) == [("A", "recorded", 788, "reported", "ministry")]


@given(
    form("A", recorded=897, file="first table"),
    form("A", recorded=None, cleared=728, file="second table"),
    form("A", recorded="not_applicable", cleared="suppressed", file="third table"),
)
def test_a_file_that_does_not_give_a_figure_does_not_replace_another_files(case: Case) -> None:
    """Several tables of one publication speak of one unit; each leaves blank what the others give."""
    assert current(case) == [
        ("A", "cleared", 728, "reported", "conference"),
        ("A", "recorded", 897, "reported", "conference"),
    ]
    assert case.rows("core.competing_values", "value") == []


@given(form("A", recorded=897, revision=1), form("A", recorded="suppressed", revision=2))
def test_a_higher_revision_withdraws_a_figure(case: Case) -> None:
    assert current(case) == [("A", "recorded", None, "suppressed", "conference")]


@given(statement("c3", recorded=12), statement("c3", recorded=None))
def test_a_stated_total_is_not_replaced_by_a_blank_of_another_file(case: Case) -> None:
    assert case.rows("core.controls", "value", "status") == [(12, "reported")]


@given(form("A", recorded="not_applicable", cleared="suppressed", suspects=None))
def test_missing_not_applicable_and_suppressed_are_told_apart(case: Case) -> None:
    """domain.md §3: missing ≠ zero ≠ not applicable ≠ suppressed."""
    assert case.rows("core.counts", "measure", "value", "status") == [
        ("cleared", None, "suppressed"),
        ("recorded", None, "not_applicable"),
        ("suspects", None, "missing"),
    ]


@given(
    form("A", recorded=1000, rounded_to=1000, file="in thousands"),
    form("A", recorded=1234, file="in full"),
    form("B", recorded=1000, rounded_to=1000, file="b in thousands"),
    form("B", recorded=1501, file="b in full"),
)
def test_a_rounded_figure_contradicts_only_beyond_its_rounding(case: Case) -> None:
    assert case.rows("core.competing_values", "unit_id", "value", "standing_value") == [("B", 1000, 1501)]


@given(form("A", recorded=5, rounded_to=5, provisional=True, tolerated_per_million=10), form("B", recorded=5))
def test_a_figure_keeps_how_it_was_rounded_and_whether_it_is_provisional(case: Case) -> None:
    assert case.rows("core.counts", "unit_id", "rounded_to", "tolerated_per_million", "provisional") == [
        ("A", 5, 10, True),
        ("B", 1, 0, False),
    ]


@given(statement("c3", recorded=5, rounded_to=5, provisional=True, tolerated_per_million=10))
def test_a_stated_total_keeps_how_it_was_rounded(case: Case) -> None:
    assert case.rows("core.controls", "rounded_to", "tolerated_per_million", "provisional") == [(5, 10, True)]


@given(form("A", recorded=0, cleared=None))
def test_zero_is_reported_and_a_blank_is_missing(case: Case) -> None:
    """domain.md §3: missing ≠ zero."""
    assert current(case) == [
        ("A", "cleared", None, "missing", "conference"),
        ("A", "recorded", 0, "reported", "conference"),
    ]


@given(form("A", recorded=897), form("A", recorded=910, version="w", source="own_release"))
def test_definition_versions_stand_beside_each_other(case: Case) -> None:
    """domain.md §1: figures of different definition versions are never combined, so neither replaces the other."""
    assert case.rows("core.counts", "definition_version", "value") == [("v", 897), ("w", 910)]


@given(statement("c3", recorded=10), statement("N", recorded=100))
def test_statements_never_enter_the_counts(case: Case) -> None:
    """A control total is never data (domain.md §5): with a statement alone there is no count."""
    assert current(case) == []
    assert case.rows("core.controls", "scope_type", "scope_id", "value") == [("cluster", "c3", 10), ("unit", "N", 100)]


@given(statement("c3", recorded=12, revision=1), statement("c3", recorded=11))
def test_a_stated_total_is_revised_like_a_count(case: Case) -> None:
    assert case.rows("core.controls", "scope_id", "value") == [("c3", 12)]


@given(
    form("A", recorded=897, revision=1),
    form("A", recorded=None, revision=2),
    form("A", recorded=788, source="ministry"),
)
def test_a_source_that_withdrew_its_figure_does_not_speak(case: Case) -> None:
    """Its current revision is blank, so it reports nothing, and the next source is heard."""
    assert current(case) == [("A", "recorded", 788, "reported", "ministry")]


@given(form("A", recorded=897), form("A", recorded=788, source="own_release"))
def test_the_delivery_that_counts_is_that_of_the_speaking_source(case: Case) -> None:
    """domain.md §6: completeness names the source whose figures are current, not a release of a day later."""
    assert case.rows("core.deliveries", "unit_id", "source_id") == [("A", "conference")]


@given(form("A", recorded=None), form("A", recorded=788, source="own_release"))
def test_a_source_that_reports_nothing_did_not_deliver_either(case: Case) -> None:
    """The current figure is own_release's, so the delivery that counts is as well."""
    assert case.rows("core.deliveries", "unit_id", "source_id") == [("A", "own_release")]
