"""Bar charts as SVG, with the text that says the same.

Belongs here: drawing named figures, and the words for those who cannot see them.
Does not belong here: which figures (cluster_report.py), and how numbers are written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FONTS = 'system-ui, "Noto Sans", "DejaVu Sans", sans-serif'
_COLOURS = {"known": "#1f5fa8", "bound": "#9db8d6", "whole": "#0b3a6b", "target": "#b26a00"}
_BAR, _MARGIN = 26, 70


@dataclass(frozen=True)
class Bar:
    """A bar: its name, its length, the figure as written; `kind` is known, bound or whole."""

    name: str
    length: float | None
    written: str
    kind: str = "known"


def bar_chart(
    chart_id: str, bars: Sequence[Bar], targets: Sequence[float | None] = (), names: Sequence[str] = ()
) -> str:
    """An SVG of horizontal bars in the order given, each with its name and figure beside it.

    With `targets`, a second bar stands beside each that has one; `names` are then those of the two. The same bars
    give the same text.
    """
    import pygal  # only publishing needs it
    from pygal.style import Style

    series = 2 if targets else 1
    style = Style(
        background="transparent", plot_background="transparent", font_family=_FONTS, foreground="#1c1c1c",
        foreground_strong="#1c1c1c", foreground_subtle="#bbbbbb", colors=(_COLOURS["known"], _COLOURS["target"]),
        label_font_size=13, major_label_font_size=13, legend_font_size=13, opacity="1", opacity_hover="1",
    )  # fmt: skip
    chart = pygal.HorizontalBar(
        style=style, js=[], show_legend=bool(targets), legend_at_bottom=True, explicit_size=True, width=660,
        height=_MARGIN + len(bars) * _BAR * series, print_values=False, show_x_labels=False, show_x_guides=False,
        margin=8, truncate_label=-1, truncate_legend=-1, include_x_axis=True, pretty_print=False,
        disable_xml_declaration=True,
    )  # fmt: skip
    chart.uuid = chart_id
    drawn = list(reversed(bars))  # the first one stands on top
    chart.x_labels = [f"{bar.name}  {bar.written}" for bar in drawn]
    chart.add(names[0] if names else "", [{"value": bar.length, "color": _COLOURS[bar.kind]} for bar in drawn])
    if targets:
        chart.add(names[1], list(reversed(targets)))
    drawing: str = chart.render(is_unicode=True)
    # the library writes the day of drawing, its own address, and a script for what moves
    return re.sub(r"<!--.*?-->|<script.*?</script>", "", drawing, flags=re.DOTALL)


def in_words(bars: Sequence[Bar]) -> str:
    """The same as text: name and figure of each bar."""
    return "; ".join(f"{bar.name}: {bar.written}" for bar in bars)
