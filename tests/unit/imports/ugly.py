"""Workbooks as people send them: each writes its bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from openpyxl import Workbook, load_workbook


def xlsx(rows: Sequence[Sequence[Any]], merge: Sequence[str] = (), more: dict[str, Sequence[Sequence[Any]]] | None = None, hidden: str = "") -> bytes:
    book = Workbook()
    book.active.title = "Sheet1"
    for name, content in {"Sheet1": rows, **(more or {})}.items():
        sheet = book.active if name == "Sheet1" else book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    for area in merge:
        book["Sheet1"].merge_cells(area)
    if hidden:
        book[hidden].sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def hiding(data: bytes, *numbers: int) -> bytes:
    """The same workbook with some of its rows hidden."""
    book = load_workbook(io.BytesIO(data))
    for number in numbers:
        book.active.row_dimensions[number].hidden = True
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def computed(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook in which a pair (formula, value) is a formula with what it last came to."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, tuple):
                sheet.write_formula(number, column, cell[0], None, cell[1])
            else:
                sheet.write(number, column, cell)
    book.close()
    return file.getvalue()


def text(rows: Sequence[Sequence[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


PERSON = {"title": "นางสาว", "first_name": "กัญญา", "last_name": "ศรีสุข", "organisation_name": "บริษัท เครื่องมือแพทย์เหนือ จำกัด",
          "email": "kanya@example.org", "phone": "+66812345678"}

#: Name → the file, and what the people in it are called, with some of the rest.
FOLDER: dict[str, tuple[bytes, list[dict[str, str]]]] = {
    "plain": (xlsx([["คำนำหน้า", "ชื่อ", "นามสกุล", "หน่วยงาน", "อีเมล", "โทรศัพท์"],
                    ["นางสาว", "กัญญา", "ศรีสุข", "บริษัท เครื่องมือแพทย์เหนือ จำกัด", "kanya@example.org", "081-234-5678"]]), [PERSON]),
    "titles on top, merged headings, totals below": (
        xlsx([["รายชื่อผู้เข้าร่วมประชุมสรุปผลการดำเนินงาน"], ["วันที่ 17 กรกฎาคม 2563 ณ จังหวัดเชียงใหม่"], [],
              ["ลำดับ", "ผู้เข้าร่วม", None, "ติดต่อ", None, "ลายมือชื่อ"], [None, "ชื่อ-สกุล", "หน่วยงาน", "โทรศัพท์", "อีเมล", None],
              [1, "นางสาวกัญญา ศรีสุข", "บริษัท เครื่องมือแพทย์เหนือ จำกัด", 812345678, "kanya@example.org", None],
              [2, "ว่าที่ร้อยตรีหญิงน้ำทิพย์ ก้ำแก้ว", "บริษัท ข จำกัด", "๐๘๙ ๑๒๓ ๔๕๖๗", None, None], [], ["รวม", "2 คน"]],
             merge=["B4:C4", "D4:E4", "A4:A5", "F4:F5"]),
        [PERSON, {"title": "ว่าที่ร้อยตรีหญิง", "first_name": "น้ำทิพย์", "last_name": "ก้ำแก้ว", "phone": "+66891234567"}]),
    "windows-874 with commas": (text([["ชื่อ-นามสกุล", "บริษัท", "อีเมล์", "เบอร์โทร"],
                                      ["น.ส.กัญญา ศรีสุข", "บริษัท เครื่องมือแพทย์เหนือ จำกัด", "kanya@example.org", "0812345678"]], encoding="cp874"),
                                [PERSON | {"title": "น.ส."}]),
    "semicolons and a byte-order mark": (text([["Title", "First name", "Last name", "E-mail"],
                                               ["Ms.", "Kanya", "Srisuk", "K@Example.org"]], ";", "utf-8-sig"), [
        {"title": "Ms.", "first_name": "Kanya", "last_name": "Srisuk", "email": "k@example.org"}]),
    "tabs in UTF-16": (text([["ชื่อ", "สกุล", "มือถือ"], ["กัญญา", "ศรีสุข", "+66 81 234 5678"]], "\t", "utf-16"),
                       [{"first_name": "กัญญา", "last_name": "ศรีสุข", "phone": "+66812345678"}]),
    "เเ, a decomposed sara am and invisible letters": (
        xlsx([["ชื่อ-สกุล"], ["นายเเดง\u200b นํ้าใจ"]]), [{"title": "นาย", "first_name": "แดง", "last_name": "น้ำใจ"}]),
    "national IDs": (xlsx([["ชื่อ-สกุล", "เลขบัตรประชาชน", "ข้อมูล"], ["นายสมชาย ใจดี", "1101700230708", 1101700230708]]),
                     [{"first_name": "สมชาย", "last_name": "ใจดี"}]),
    "several sheets, one hidden": (
        xlsx([["ปก"], ["โครงการยกระดับคลัสเตอร์"]], more={"เก่า": [["ชื่อ-สกุล", "หน่วยงาน", "อีเมล"], ["ลบ แล้ว", "ก", "x@example.org"]],
                                               "รายชื่อ": [["ชื่อ-สกุล", "หน่วยงาน"], ["นางสาวกัญญา ศรีสุข", "บริษัท ก"]]}, hidden="เก่า"),
        [{"title": "นางสาว", "first_name": "กัญญา"}]),
    "empty columns, repeated headings, empty rows": (
        xlsx([[None, "ชื่อ", None, "นามสกุล"], [None, "กัญญา", None, "ศรีสุข"], [], [None, "ชื่อ", None, "นามสกุล"], [None, "ปิ่น", None, "ฝั้น"]]),
        [{"first_name": "กัญญา"}, {"first_name": "ปิ่น", "last_name": "ฝั้น"}]),
    "what looks like a formula": (text([["ชื่อ", "หมายเหตุ"], ["กัญญา", "'=cmd|' /C calc'!A0"]]), [
        {"first_name": "กัญญา", "staff_note": "=cmd|' /C calc'!A0"}]),
    "addresses and numbers as Excel makes them": (
        xlsx([["ชื่อ-สกุล", "E-mail", "โทร"], ["นายสมชาย ใจดี", "mailto:somchai @example.org", 53245361.0],
              ["นายสมชัย ใจดี", "a@example.org; b@example.org", "081-234-5678, 089-999-9999"], ["ปี๊บ", None, "02-345-6789 ต่อ 101"]]),
        [{"email": "somchai@example.org", "phone": "+6653245361"}, {"email": "a@example.org", "phone": "+66812345678"},
         {"first_name": "ปี๊บ", "last_name": "", "phone": "+6623456789", "phone_extension": "101"}]),
    "dates among the rest": (xlsx([["วันที่ลงทะเบียน", "ชื่อ-สกุล", "หมายเหตุ"], [date(2020, 7, 17), "นางปิ่น ฝั้น", "มา ๑๗ ก.ค. ๖๓"]]),
                             [{"title": "นาง", "first_name": "ปิ่น", "staff_note": "มา ๑๗ ก.ค. ๖๓"}]),
    "one heading over title, first and last name": (
        xlsx([["ลำดับ", "ชื่อ – สกุล", None, None, "สังกัด"], [1, "พ.ต.อ.", "ญาณี", "ฐิติกุล", "สถาบัน ก"], ["กลุ่มที่ 2 ผู้ประกอบการ"],
              [2, "นาย", "ปิ่น", "ณ เชียงใหม่", "-"]], merge=["B1:D1", "A3:E3"]),
        [{"title": "พ.ต.อ.", "first_name": "ญาณี", "last_name": "ฐิติกุล", "organisation_name": "สถาบัน ก"},
         {"title": "นาย", "first_name": "ปิ่น", "last_name": "ณ เชียงใหม่", "organisation_name": ""}]),
    "one organisation merged over its people": (
        xlsx([["ชื่อ", "นามสกุล", "หน่วยงาน"], ["กัญญา", "ศรีสุข", "บริษัท ก จำกัด"], ["ปิ่น", "ฝั้น", None], ["ปี๊บ", "ฟื้น", None]], merge=["C2:C4"]),
        [{"organisation_name": "บริษัท ก จำกัด"}] * 3),
    "no headings at all": (
        xlsx([["นางสาวกัญญา ศรีสุข", 812345678, "kanya@example.org"], ["ผศ. ดร.ทพญ.กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ", "0 5324 5361 ต่อ 101", "k@example.org"]]),
        [PERSON | {"organisation_name": ""}, {"title": "ผศ. ดร.ทพญ.", "first_name": "กัญญ์ณัฏฐ์", "phone": "+6653245361", "phone_extension": "101"}]),
    "formulas by what they last came to": (
        computed([["คำนำหน้า", "ชื่อ", "นามสกุล", "อีเมล"], ["นาง", ("=UPPER(A1)", "ปิ่น"), "ฝั้น", ('=LOWER("A@EXAMPLE.ORG")', "a@example.org")]]),
        [{"first_name": "ปิ่น", "email": "a@example.org"}]),
    "a hidden row is read too": (
        hiding(xlsx([["ชื่อ-สกุล"], ["นางปิ่น ฝั้น"], ["นายลับ ซ่อนเร้น"]]), 3), [{"first_name": "ปิ่น"}, {"first_name": "ลับ"}]),
    "telephones as offices write them": (
        text([["ชื่อ-สกุล", "โทรศัพท์", "ต่อ"], ["ก ก", "โทร. 053-123456-7", ""], ["ข ข", "0812345678 0898765432", ""], ["ค ค", "02 345 6789", "๑๐๑"],
              ["ง ง", "66812345678", ""], ["จ จ", "812345678.0", ""]], ";"),
        [{"phone": "+6653123456"}, {"phone": "+66812345678"}, {"phone": "+6623456789", "phone_extension": "101"}, {"phone": "+66812345678"},
         {"phone": "+66812345678"}]),
    "quoted line breaks, names in English, a signature below": (
        'Name,Company\r\n"Mr. Johannes Maximilian Bartholomew-Featherstonehaugh Wolfeschlegel","Siam\nMedical, Ltd."\r\n'
        'ลงชื่อ ........................ ผู้รับรอง,\r\n'.encode(),
        [{"title": "Mr.", "first_name": "Johannes", "last_name": "Maximilian Bartholomew-Featherstonehaugh Wolfeschlegel",
          "organisation_name": "Siam Medical, Ltd."}]),
    "a first name that begins like a total": (xlsx([["ชื่อ", "สกุล"], ["รวมพร", "ใจดี"], ["รวม", "1 คน"]]), [{"first_name": "รวมพร"}]),
    "the wrong extension does not matter": (text([["ชื่อ"], ["กัญญา"]]), [{"first_name": "กัญญา"}]),
}
