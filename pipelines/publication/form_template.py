"""The empty form that a unit fills: official-looking for people, and telling the reader everything by itself.

Belongs here: writing the workbook. What it tells the reader stands in one line of its sheet and in the row of codes
above the cells; layouts/template.yml of a jurisdiction reads just that (docs/adding-a-form.md).
Does not belong here: reading it, and which units, periods and offences there are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

SHEET, METADATA = "Form", "ccw"
_FIRST_ROW = 10  # of offences, below the row of codes
_FONT = "Times New Roman"


@dataclass(frozen=True)
class Named:
    """A code with its name in the senders' language and in English."""

    code: str
    name: str
    name_en: str

    @property
    def both(self) -> str:
        return self.name if self.name == self.name_en else f"{self.name}\n{self.name_en}"


@dataclass(frozen=True)
class FormTemplate:
    """What a form is for: `unit` by the name under which it is known at the end of the window."""

    unit: str
    unit_id: str
    window_start: date
    window_end: date
    series: Named
    definition_version: str
    accumulation: str
    revision: int
    jurisdiction: str
    measures: Sequence[Named]
    offences: Sequence[Named]
    largest_count: int
    language: str

    @property
    def line(self) -> str:
        """All that the reader needs, in one text."""
        window = f"{self.window_start.isoformat()}..{self.window_end.isoformat()}"
        series = f"{self.series.code}/{self.definition_version}"
        return f"ccw window={window} series={series} {self.accumulation} revision={self.revision} unit={self.unit}"


# What stands on every form, by language; the English text stands below the senders' own.
_WORDS = {
    "en": {
        "unit": "Reporting unit", "period": "Period", "revision": "Revision", "code": "Code", "offence": "Offence",
        "hint": "Fill in the white cells only. Leave a cell blank when the figure is not known yet; "
        "write 0 when there was none.",
        "count": "A whole number, 0 or more", "prepared": "Prepared by", "head": "Head of the unit",
        "signed": "(signature, full name)",
    },
    "vi": {
        "unit": "Đơn vị báo cáo", "period": "Kỳ báo cáo", "revision": "Lần sửa", "code": "Mã",
        "offence": "Loại tội phạm",
        "hint": "Chỉ điền vào ô trắng. Để trống nếu chưa có số liệu; ghi 0 nếu không phát sinh.",
        "count": "Số nguyên, từ 0 trở lên", "prepared": "Người lập biểu", "head": "Thủ trưởng đơn vị",
        "signed": "(Ký, ghi rõ họ tên)",
    },
}  # fmt: skip


def workbook_bytes(form: FormTemplate) -> bytes:
    """The form as an xlsx workbook; its sheets are protected without a password, only the cells of counts are open."""
    import openpyxl  # only this command needs it

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    _write_head(sheet, form)
    _write_table(sheet, form)
    _write_foot(sheet, form)
    _set_up(sheet, form)
    _write_metadata(book, form)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _words(form: FormTemplate, key: str) -> str:
    own, english = _WORDS.get(form.language, _WORDS["en"])[key], _WORDS["en"][key]
    return own if own == english else f"{own} / {english}"


def _write_head(sheet: Any, form: FormTemplate) -> None:
    from openpyxl.styles import Font

    period = f"{form.window_start:%d/%m/%Y} – {form.window_end:%d/%m/%Y}"
    texts = (
        (1, form.line, Font(name=_FONT, size=7, color="FF808080")),
        (2, form.series.name.upper(), Font(name=_FONT, size=14, bold=True)),
        (3, form.series.name_en, Font(name=_FONT, size=11, italic=True)),
        (4, f"{_words(form, 'unit')}: {form.unit}", Font(name=_FONT, size=12, bold=True)),
        (5, f"{_words(form, 'period')}: {period}", Font(name=_FONT, size=12)),
        (6, f"{_words(form, 'revision')}: {form.revision}", Font(name=_FONT, size=12)),
        (7, _words(form, "hint"), Font(name=_FONT, size=10, italic=True)),
    )
    for row, text, font in texts:
        cell = sheet.cell(row, 1, text)
        cell.data_type = "s"  # a name may begin with a sign
        cell.font = font


def _write_table(sheet: Any, form: FormTemplate) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
    from openpyxl.worksheet.datavalidation import DataValidation

    line = Side(style="thin")
    border, grey = Border(line, line, line, line), PatternFill("solid", fgColor="FFEFEFEF")
    heads = [_words(form, "code"), _words(form, "offence"), *(measure.both for measure in form.measures)]
    codes = ["ccw", "label", *(measure.code for measure in form.measures)]
    rows = [heads, codes, *([offence.code, offence.both] for offence in form.offences)]
    for number, texts in enumerate(rows, _FIRST_ROW - 2):
        for column in range(1, len(heads) + 1):
            cell = sheet.cell(number, column, texts[column - 1] if column <= len(texts) else None)
            cell.border = border
            is_count = number >= _FIRST_ROW and column > 2
            cell.protection = Protection(locked=not is_count)
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="right" if is_count else None)
            cell.font = Font(name=_FONT, size=8 if number == _FIRST_ROW - 1 else 11, bold=number == _FIRST_ROW - 2)
            if is_count:
                cell.number_format = "0"
            else:
                cell.fill = grey
    counts = DataValidation(
        type="whole", operator="between", formula1="0", formula2=str(form.largest_count), allow_blank=True,
        showErrorMessage=True, errorTitle=_words(form, "count"), error=_words(form, "count"),
    )  # fmt: skip
    last = sheet.cell(_FIRST_ROW + len(form.offences) - 1, 2 + len(form.measures)).coordinate
    counts.add(f"C{_FIRST_ROW}:{last}")
    sheet.add_data_validation(counts)


def _write_foot(sheet: Any, form: FormTemplate) -> None:
    from openpyxl.styles import Font

    row = _FIRST_ROW + len(form.offences)
    sheet.cell(row, 1, "ccw end").font = Font(name=_FONT, size=7, color="FF808080")
    for column, key in ((2, "prepared"), (3, "head")):
        sheet.cell(row + 2, column, _words(form, key)).font = Font(name=_FONT, size=11, bold=True)
        sheet.cell(row + 3, column, _words(form, "signed")).font = Font(name=_FONT, size=11, italic=True)


def _set_up(sheet: Any, form: FormTemplate) -> None:
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 52
    for column in range(3, 3 + len(form.measures)):
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = 20
    sheet.row_dimensions[_FIRST_ROW - 2].height = 48
    for row in range(_FIRST_ROW, _FIRST_ROW + len(form.offences)):
        sheet.row_dimensions[row].height = 32  # two lines
    sheet.freeze_panes = sheet.cell(_FIRST_ROW, 3)
    sheet.protection.sheet = True
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write_metadata(book: Any, form: FormTemplate) -> None:
    """For programs: the same on a hidden sheet, each value a cell with a name."""
    from openpyxl.workbook.defined_name import DefinedName

    sheet = book.create_sheet(METADATA)
    values = {
        "jurisdiction": form.jurisdiction, "unit_id": form.unit_id, "unit": form.unit,
        "window_start": form.window_start.isoformat(), "window_end": form.window_end.isoformat(),
        "series": form.series.code, "definition_version": form.definition_version,
        "accumulation": form.accumulation, "revision": str(form.revision),
    }  # fmt: skip
    for row, (name, text) in enumerate(values.items(), 1):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, text).data_type = "s"
        book.defined_names[f"ccw_{name}"] = DefinedName(f"ccw_{name}", attr_text=f"{METADATA}!$B${row}")
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
