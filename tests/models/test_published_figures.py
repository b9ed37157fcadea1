"""Printed figures against the warehouse's own: the verdict, and the rounding that gave it (domain.md §3 and §6)."""

from __future__ import annotations

from tests.models.conftest import Testland
from tests.models.harness import YEAR, Submission, World, form, statement


def printed(figure_id: str, measure: str, text: str | None, *, unit: str = "A", **more: object) -> dict[str, object]:
    """A row of published_figures for a unit in the statistical year 2023."""
    return {
        "figure_id": figure_id,
        "source_id": "conference",
        "scope_type": "unit",
        "scope_id": unit,
        "measure": measure,
        "series_id": "s",
        "definition_version": "v",
        "offence_code": "all",
        "window_start": YEAR[0],
        "window_end": YEAR[1],
        "window_basis": "assumed",
        "printed_text": text,
        "evidence": "published",
        **more,
    }


def verdicts(world: World) -> dict[str, str]:
    return dict(world.rows("marts.published_figures", "figure_id", "verdict"))


# domain.md §6: the conference's offences and clearances, and the nation as it states it.
HCMC, BR_VT, TAY_NINH = ("A", 6482, None), ("B", 897, 728), ("C", 794, 696)
FIGURES: tuple[Submission, ...] = (
    *(form(unit, recorded=recorded, cleared=cleared) for unit, recorded, cleared in (HCMC, BR_VT, TAY_NINH)),
    form("D", recorded=304, cleared=247),  # the German table: 81,25 % exactly, the tie that proves half up
    form("E", recorded=2533, cleared=2874),  # 113,4623… %
    statement("N", recorded=58086),
)


def test_shares_are_truncated_and_rates_are_rounded(testland: Testland) -> None:
    """domain.md §3: the conference truncates its shares (11,15 of 11,1593…) and rounds its rates (81,1594…; 87,6574…).

    Each with the last printed digit one up and one down: the verdict must change.
    """
    cases = {
        "11,15%": ("A", "national_share", "truncates to"),
        "11,16%": ("A", "national_share", "rounds to"),
        "11,14%": ("A", "national_share", "contradicted"),
        "11,17%": ("A", "national_share", "contradicted"),
        "11,1%": ("A", "national_share", "truncates to"),  # half up gives 11,2
        "11%": ("A", "national_share", "rounds to"),  # both give 11
        "87,66%": ("C", "clearance_rate", "rounds to"),
        "87,65%": ("C", "clearance_rate", "truncates to"),
        "87,67%": ("C", "clearance_rate", "contradicted"),
        "87,64%": ("C", "clearance_rate", "contradicted"),
        "81,3%": ("D", "clearance_rate", "rounds to"),
        "81,2%": ("D", "clearance_rate", "truncates to"),
        "81,4%": ("D", "clearance_rate", "contradicted"),
        "81,25%": ("D", "clearance_rate", "exact"),
        "81,250%": ("D", "clearance_rate", "exact"),
        "81,26%": ("D", "clearance_rate", "contradicted"),
        "113,5%": ("E", "clearance_rate", "rounds to"),
        "113,4%": ("E", "clearance_rate", "truncates to"),
        "113,6%": ("E", "clearance_rate", "contradicted"),
    }
    figures = [printed(text, measure, text, unit=unit) for text, (unit, measure, _) in cases.items()]
    world = testland(*FIGURES, published_figures=figures)
    assert verdicts(world) == {text: verdict for text, (*_, verdict) in cases.items()}
    columns = ("numerator", "denominator", "printed_number", "printed_digits", "rounded_number", "truncated_number")
    assert world.row("marts.published_figures", *columns, figure_id="11,15%") == (6482, 58086, 1115, 2, 1116, 1115)
    assert world.row("marts.published_figures", *columns, figure_id="87,66%") == (696, 794, 8766, 2, 8766, 8765)
    assert world.row("marts.published_figures", "rule", figure_id="11,15%") == (
        "own share: truncation; half up gives another digit",
    )
    assert world.row("marts.published_figures", "rule", figure_id="11%") == (
        "own share: half up, and truncation gives the same",
    )


def test_the_clusters_share_is_a_truncation_and_its_rate_is_not_formed(testland: Testland) -> None:
    """domain.md §6: 14.520/58.086 is 24,9974…%, printed 24,9; a rate of the counts would need all clearances."""
    cluster = {"scope_type": "cluster", "unit": "c3"}
    world = testland(
        form("A", recorded=14000),
        form("B", recorded=500, cleared=400),
        form("C", recorded=20, cleared=10),
        statement("N", recorded=58086),
        published_figures=[
            printed("share", "national_share", "24,9%", **cluster),
            printed("share up", "national_share", "25,0%", **cluster),
            printed("share down", "national_share", "24,8%", **cluster),
            printed("recorded", "recorded", "14.520", **cluster),
            printed("recorded down", "recorded", "14.519", **cluster),
            printed("cleared", "cleared", "410", **cluster),
            printed("rate", "clearance_rate", "78,8%", **cluster),
        ],
    )
    assert verdicts(world) == {
        "share": "truncates to",
        "share up": "rounds to",
        "share down": "contradicted",
        "recorded": "exact",
        "recorded down": "contradicted",
        "cleared": "not verifiable",  # 410 over two of three units is not the cluster's figure
        "rate": "not verifiable",
    }
    assert world.row("marts.published_figures", "rule", figure_id="cleared") == ("counts cover 2 of 3 units",)
    assert world.row("marts.published_figures", "rule", figure_id="rate") == (
        # 78,75 % of 14.520 is 11.434,5 and 78,85 % 11.449,02; 78,8 % is 11.441,76 and 78,9 % 11.456,28
        "clearances cover 2 of 3 units; it leaves cleared if rounded 11435 to 11449, "
        "cleared if truncated 11442 to 11456",
    )


def test_what_was_derived_from_a_figure_cannot_confirm_it(testland: Testland) -> None:
    """domain.md §6: 728 is the only integer that fits 81,16 % of 897, so it proves nothing about 81,16 %.

    The count that was derived is not confirmed either; another figure about the same count is.
    """
    world = testland(
        form("A", recorded=897),
        form("A", cleared=728, evidence="derived", derived_from="rate"),
        published_figures=[
            printed("rate", "clearance_rate", "81,16%"),
            printed("elsewhere", "clearance_rate", "81,2%"),
            printed("count", "cleared", None, value=728, evidence="derived"),
            printed("recorded", "recorded", "897"),
        ],
    )
    assert verdicts(world) == {
        "rate": "not independent",
        "elsewhere": "rounds to",
        "count": "not independent",
        "recorded": "exact",
    }


def test_a_contradicted_count(testland: Testland) -> None:
    """domain.md §6: 788 was printed elsewhere; the current figure is 897. Every digit counts."""
    texts = {
        "897": "exact",
        "788": "contradicted",
        "898": "contradicted",
        "896": "contradicted",
        "8.970": "contradicted",
    }
    figures = [printed(text, "recorded", text) for text in texts]
    assert verdicts(testland(form("A", recorded=897), published_figures=figures)) == texts


def test_what_cannot_be_compared_is_not_verifiable_and_says_why(testland: Testland) -> None:
    """domain.md §2: other windows and versions are other figures; words and targets are no measurements."""
    world = testland(
        form("A", recorded=897, cleared=None),
        form("B", recorded=0, cleared=3),
        published_figures=[
            printed("no clearances", "clearance_rate", "81,16%"),
            printed("nothing recorded", "clearance_rate", "100%", unit="B"),
            printed("other window", "recorded", "897", window_start="2022-10-01", window_end="2023-09-30"),
            printed("other version", "recorded", "897", definition_version="w"),
            printed("other unit", "recorded", "897", unit="G"),
            printed("words", "recorded", "many"),
            printed("change", "recorded_change", "-5%"),
            printed("target", "reduction_target", "5%"),
        ],
    )
    missing = "no count of the same window, series and definition"
    assert dict(world.rows("marts.published_figures", "figure_id", "rule")) == {
        "no clearances": "offences cleared are missing; it leaves cleared if rounded 728, cleared if truncated none",
        "nothing recorded": "nothing was recorded",
        "other window": missing,
        "other version": missing,
        "other unit": missing,
        "words": "no number is printed",
        "change": "no base is printed or known",
        "target": "a target is declared, not measured: see target_attainment",
    }
    assert set(verdicts(world).values()) == {"not verifiable"}


def test_a_hedged_figure_is_an_interval(testland: Testland) -> None:
    """ "over X" is more than X and less than one unit of its last digit that is not zero more."""
    cases = {
        "over 897": "within the hedge",
        "over 898": "contradicted",
        "over 890": "within the hedge",
        "over 880": "contradicted",  # 898 would be "over 890"
        "over 800": "within the hedge",
    }
    figures = [printed(text, "recorded", text) for text in cases]
    assert verdicts(testland(form("A", recorded=898), published_figures=figures)) == cases


def test_a_missing_count_never_agrees_with_a_printed_zero(testland: Testland) -> None:
    """domain.md §3: missing ≠ zero."""
    world = testland(
        form("A", recorded=None),
        form("B", recorded=0),
        published_figures=[printed("blank", "recorded", "0"), printed("zero", "recorded", "0", unit="B")],
    )
    assert verdicts(world) == {"blank": "not verifiable", "zero": "exact"}


def test_a_ratio_without_a_denominator_is_not_verifiable(testland: Testland) -> None:
    """Without a nation and without B's offences there is no ratio: 897 is not 89,7 %, and 728 is not 72,8 %."""
    world = testland(
        form("A", recorded=897),
        form("B", cleared=728),
        published_figures=[
            printed("share", "national_share", "1,5%"),
            printed("same digits", "national_share", "89,7%"),
            printed("rate", "clearance_rate", "72,8%", unit="B"),
        ],
    )
    assert set(verdicts(world).values()) == {"not verifiable"}
    assert world.row("marts.published_figures", "rule", figure_id="share") == (
        "no national figure of the same window, series and definition",
    )


def test_a_count_derived_from_a_share_cannot_confirm_the_share(testland: Testland) -> None:
    """domain.md §6: a derived count cannot confirm the figure it was derived from; a share is no other than a rate."""
    world = testland(
        form("A", recorded=250, evidence="derived", derived_from="share"),
        statement("N", recorded=1000),
        published_figures=[printed("share", "national_share", "25%")],
    )
    assert verdicts(world) == {"share": "not independent"}


def test_a_printed_number_of_suspects_is_not_contradicted_by_a_sum(testland: Testland) -> None:
    """domain.md §3: suspects are not additive, one person may be counted by two units."""
    world = testland(
        *(form(unit, suspects=5) for unit in "ABC"),
        published_figures=[printed("suspects", "suspects", "14", scope_type="cluster", unit="c3")],
    )
    assert verdicts(world) == {"suspects": "not verifiable"}


def test_a_first_month_may_be_increment_and_cumulative(testland: Testland) -> None:
    """domain.md §2: a year's first month is both at once, and a form prints both."""
    both = (form("A", recorded=10), form("A", recorded=10, accumulation="cumulative"))
    assert verdicts(testland(*both, published_figures=[printed("f", "recorded", "10")])) == {"f": "exact"}
