"""What a certificate costs, pressed in layers, beside rendering each from scratch."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from blueprints.certificates.design import Design, Signatory
from blueprints.certificates.facts import Facts

MANY, FROM_SCRATCH, ROUNDS = 100, 3, 3


def people(count: int) -> list[Facts]:
    """Made-up facts of as many holders."""
    return [Facts(
        number=f"๐{n}/๒๕๖๓", holder_th=f"ผู้ช่วยศาสตราจารย์ ดร.น้ำทิพย์ ก้ำแก้วที่ {n}", event_title="อบรมเชิงปฏิบัติการการจัดทำแผนที่คลัสเตอร์",
        dates_text="ระหว่างวันที่ 12 – 13 มีนาคม 2563", issued_on=date(2020, 3, 13), hosts=("ศูนย์ตัวอย่าง", "วิทยาลัยตัวอย่าง"),
        verify_url=f"HTTPS://RUAM.EXAMPLE.GO.TH/V/{n:026d}".replace("0", "A").replace("1", "B").replace("8", "C").replace("9", "D"),
        organisation="บริษัท ตัวอย่าง จำกัด", place="โรงแรมตัวอย่าง") for n in range(count)]


def cpu(work: Callable[[], Any]) -> float:
    """Seconds of CPU of this process for `work`."""
    start = time.process_time()
    work()
    return time.process_time() - start


def rows(press: Any, render_one: Any, signature: Callable[[int], bytes]) -> list[tuple[str, str, str, str, str]]:
    """The rows of the table."""
    pictures = {str(n): signature(n) for n in (3, 6)}
    design = Design(signatories=tuple(Signatory("นางสาวตัวอย่าง สมมติ", "ผู้อำนวยการ", image_sha256=n) for n in pictures))
    crowd, printer = people(MANY), press(design, pictures.__getitem__)
    scratch = median(cpu(lambda facts=facts: render_one(design, facts, pictures.__getitem__)) for facts in crowd[:FROM_SCRATCH]) * 1000
    list(printer.individual(crowd[:1]))
    own = [cpu(lambda: list(printer.individual(crowd))) * 1000 / MANY for _ in range(ROUNDS)]
    with tempfile.TemporaryDirectory() as folder:
        merged = [cpu(lambda: printer.merge(crowd, Path(folder) / "all.pdf")) * 1000 / MANY for _ in range(ROUNDS)]
    return [
        ("one certificate, own file", f"{median(own):.1f} ms CPU ({min(own):.1f}–{max(own):.1f})", "≤ 14 ms",
         f"{scratch / median(own):.0f}× cheaper than from scratch ({scratch:.0f} ms)", f"{ROUNDS}×{MANY}"),
        ("one certificate, merged for the printer", f"{median(merged):.1f} ms CPU ({min(merged):.1f}–{max(merged):.1f})", "≤ 15 s for 1,000",
         f"{scratch / median(merged):.0f}× cheaper than from scratch", f"{ROUNDS}×{MANY}")]
