"""A workbook to start from, with the headings that are understood and one made-up person in each category."""

from __future__ import annotations

import io

import xlsxwriter

from blueprints.registration.exports import COLUMNS
from core.locale import both
from models import Event

HEADINGS = ("title", "first_name", "last_name", "organisation", "position", "email", "phone", "category", "name_en", "certificate_name", "staff_note")


def workbook(event: Event) -> bytes:
    """The sample in the reader's language."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for column, name in enumerate(HEADINGS):
        sheet.set_column(column, column, 22)
        sheet.write_string(0, column, str(COLUMNS[name][0]), bold)
    for number, category in enumerate(event.categories, 1):
        person = ("นางสาว", f"ตัวอย่าง{number}", "สกุลสมมติ", "บริษัท ตัวอย่าง จำกัด", "ผู้จัดการ", f"sample{number}@example.org", "081 234 5678",
                  both(category.name_th, category.name_en), f"Miss Tuayang{number} Sakulsommut", "", "")
        for column, text in enumerate(person):
            sheet.write_string(number, column, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()
