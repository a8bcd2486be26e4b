"""Reports made up for the tests of their writers: one that is hard, and any."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st
from markupsafe import Markup

from blueprints.reports.document import Chart, Column, Document, Fact, Facts, Heading, Kind, Level, PageBreak, Row, Table, Text

#: Words that break writers: markup, formulas, codes, control characters, marks, other writings, escapes of Excel.
HARD = (
    "<b>x</b>", "=1+1", "+66 81", "-1", "@SUM(A1)", "{{7*7}}", "a & b; 'c' \"d\"", "_x0041_", "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ",
    "พระมหาสมปอง ตาลปุตฺโต", "ปิ่น ฝั้น ฟื้น ปี๊บ", "สำนักงานสาขาน้ำตาลทราย", "A" * 60, "bell\x07 nul\x00 esc\x1b", "zero\u200bwidth", "good 😀 morning", "田中",
    "two\nlines", "\ufffe\uffff", "http://example.org/?a=1&b=2", "]]>", "</w:t>",
)
SVG = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 34" role="img" aria-label="ก" font-family="Sarabun, sans-serif">'
             '<text x="300" y="20" font-size="14" fill="currentColor">น้ำ ๑</text><rect x="340" y="7" width="200" height="20" fill="#26357a"/></svg>')
COLUMNS = (Column("ชื่อ", Kind.WORDS, 4), Column("จำนวน"), Column("เฉลี่ย", Kind.FIGURE), Column("ร้อยละ", Kind.PERCENT),
           Column("วันที่", Kind.DAY, 2), Column("รหัส", Kind.CODE, 2))


def sample(thai_digits: bool = False) -> Document:
    """One of everything, with the hard words in a table."""
    rows = tuple(Row((word, n, Decimal(n) / 4, Decimal("12.50"), date(2020, 7, 17), f"K-{n}")) for n, word in enumerate(HARD))
    total = Row(("รวม", 12345, Decimal("4.50"), None, None, None), level=Level.WHOLE)
    return Document("รายงานสรุปผล <โครงการ>", ("สำนักงานสาขาน้ำตาลทราย", "ปีงบประมาณ พ.ศ. 2563"), (
        Heading("บทสรุป"), Text("มีผู้เข้าร่วม 120 คน\nจาก 20 กิจการ"),
        Facts((Fact("ผู้เข้าร่วม", 1234, hint="จาก 1,500"), Fact("ร้อยละ", Decimal("80.25"), Kind.PERCENT))),
        Heading("ตาราง", 2), Table("hard", "ตาราง: ยาก/มาก?", COLUMNS, (*rows, total), "หมายเหตุของตาราง"), Chart("แผนภูมิ", SVG), PageBreak(),
        Heading("ตารางกว้าง"), wide(), Table("when", "เวลา", (Column("เมื่อ", Kind.WORDS), Column("เวลา", Kind.DAY)), (
            Row(("เปิด", datetime(2020, 7, 17, 2, 30, tzinfo=UTC))),)), Table("empty", "ว่าง", COLUMNS, ())), thai_digits)


def wide(columns: int = 40, rows: int = 45) -> Table:
    """A matrix that no page holds at once."""
    return Table("matrix", "หน่วยงานและงาน", (Column("หน่วยงาน", Kind.WORDS, 5), *(Column(f"17 ก.ค. 63 งานที่ {n}") for n in range(columns))),
                 tuple(Row((f"กิจการ {row}", *(row * 100 + n for n in range(columns)))) for row in range(rows)))


_words = st.one_of(st.sampled_from(HARD), st.text(max_size=40))
_moments = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_values = {
    Kind.WORDS: _words, Kind.CODE: _words, Kind.COUNT: st.integers(-10**9, 10**9),
    Kind.FIGURE: st.decimals(-10**6, 10**6, places=2), Kind.PERCENT: st.decimals(0, 100, places=2),
    Kind.DAY: st.dates(date(1960, 1, 1), date(2100, 1, 1)) | _moments}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Any table of at most five columns."""
    columns = draw(st.lists(st.builds(Column, _words, st.sampled_from(Kind), st.integers(1, 5)), min_size=1, max_size=5))
    lines = st.builds(Row, st.tuples(*(st.none() | _values[column.kind] for column in columns)), level=st.sampled_from(Level))
    return Table(draw(_words), draw(_words), tuple(columns), tuple(draw(st.lists(lines, max_size=5))), draw(_words))


def documents() -> st.SearchStrategy[Document]:
    """Any report."""
    block = st.one_of(tables(), st.builds(Heading, _words, st.sampled_from((1, 2))), st.builds(Text, _words),
                      st.builds(Facts, st.tuples(st.builds(Fact, _words, st.integers(0, 10**6)))), st.just(PageBreak()))
    return st.builds(Document, _words, st.tuples(_words), st.lists(block, max_size=5).map(tuple), st.booleans())
