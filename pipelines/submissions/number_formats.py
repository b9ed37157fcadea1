"""The number formats that spreadsheets name by a number and do not write out.

Belongs here: their texts, as the standard (ECMA-376 part 1, 18.8.30) and the programs give them.
Does not belong here: what a format says of a figure (workbooks.py).
"""

from __future__ import annotations

import re

GENERAL = "General"

# 27 to 36 and 50 to 58 are dates whose text depends on the language of the program; 5 to 8 and 41 to 44 carry the
# currency of its country and are given without one.
BUILT_IN: dict[int, str] = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: "#,##0;-#,##0",
    6: "#,##0;[Red]-#,##0",
    7: "#,##0.00;-#,##0.00",
    8: "#,##0.00;[Red]-#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    41: "#,##0;-#,##0",
    42: "#,##0;-#,##0",
    43: "#,##0.00;-#,##0.00",
    44: "#,##0.00;-#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}

_THREE_DECIMALS = re.compile(r"\.0{3}(?!0)")


def shows_thousandths(number_format: str) -> bool:
    """Whether a format shows exactly three decimals: what 2 shown as 2.000 may mean is not the number alone."""
    return _THREE_DECIMALS.search(number_format) is not None
