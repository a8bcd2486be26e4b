"""One certificate, a hundred and a thousand, each beside the plain way: every one rendered from scratch."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median

from flask import Flask

from app import create_app
from blueprints.certificates import pressroom, signing
from blueprints.certificates.design import Design, Signatory
from blueprints.certificates.facts import Facts
from blueprints.certificates.pdf import Press, render_one
from blueprints.certificates.pressing import Plate
from blueprints.certificates.printing import CHUNK
from blueprints.certificates.specimen import demo_signature
from core import storage
from core.p12 import Seal
from core.transaction import transaction
from models import db
from tests.benchmarks.usage import so_far
from tests.conftest import settings
from tests.keys import PASSWORD, write_p12

SIZES, FROM_SCRATCH, SIGNATURES = (1, 100, 1000), 3, 15
ROUNDS = {1: 5, 100: 3, 1000: 1}
REACH_OWN, REACH_MERGED = "≤ 14 ms each", "≤ 15 s, ≤ 300 MB for 1,000"
Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Cost:
    """What a piece of work took: CPU of this process and of the one that rendered, the clock, its peak memory, the bytes of all files."""

    cpu: float
    wall: float
    megabytes: float
    size: int


def people(count: int) -> list[Facts]:
    """Made-up facts of as many holders."""
    return [Facts(
        number=f"๐{n}/๒๕๖๓", holder_th=f"ผู้ช่วยศาสตราจารย์ ดร.น้ำทิพย์ ก้ำแก้วที่ {n}", event_title="อบรมเชิงปฏิบัติการการจัดทำแผนที่คลัสเตอร์",
        dates_text="ระหว่างวันที่ 12 – 13 มีนาคม 2563", issued_on=date(2020, 3, 13), hosts=("ศูนย์ตัวอย่าง", "วิทยาลัยตัวอย่าง"),
        verify_url=f"HTTPS://RUAM.EXAMPLE.GO.TH/V/{n:026d}".replace("0", "A").replace("1", "B").replace("8", "C").replace("9", "D"),
        organisation="บริษัท ตัวอย่าง จำกัด", place="โรงแรมตัวอย่าง") for n in range(count)]


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of CPU of this process for `work`."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def own_files(plate: Plate, count: int) -> Cost:
    """A stored file for each."""
    crowd, size = [facts.to_json() for facts in people(count)], 0

    def work(room: pressroom.Pressroom) -> None:
        nonlocal size
        rest = iter(crowd)
        while chunk := list(islice(rest, CHUNK)):
            with room.individual(plate, chunk) as made:
                size += sum(room.store(one)[1] for one in made)
            room.settle()  # no row names them: they go again

    return _measured(plate, work, lambda: size)


def one_file(plate: Plate, count: int) -> Cost:
    """One file for the printer."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "all.pdf"
        return _measured(plate, lambda room: room.merge(plate, people(count), out), lambda: out.stat().st_size)


def _measured(plate: Plate, work: Callable[[pressroom.Pressroom], None], size: Callable[[], int]) -> Cost:
    """The cost in a process that has pressed once before, so that its start is not counted."""
    with pressroom.Pressroom() as room:
        room.check(plate, people(1)[0].to_json())
        before, started, own = room._doer.do(so_far, cpu=5)[0], time.perf_counter(), time.process_time()
        work(room)
        wall, own = time.perf_counter() - started, time.process_time() - own
        after, megabytes = room._doer.do(so_far, cpu=5)
    return Cost(after - before + own, wall, megabytes, size())


def rows() -> Iterator[Row]:
    """The rows of the table."""
    with tempfile.TemporaryDirectory(prefix="ruam-bench-") as folder:
        app = create_app(settings(Path(folder), "") | {"RENDER_IN_PROCESS": False})
        with app.app_context():
            yield from _rows(app, Path(folder))
            db.session.remove()
            db.engine.dispose()


def _rows(app: Flask, folder: Path) -> Iterator[Row]:
    db.create_all()
    with transaction():
        pictures = [storage.put(demo_signature(n), "image/png") for n in (3, 6)]
    design = Design(signatories=tuple(Signatory("นางสาวตัวอย่าง สมมติ", "ผู้อำนวยการ", image_sha256=one) for one in pictures))
    plate, crowd = pressroom.plate(design.to_json()), people(FROM_SCRATCH)
    scratch = median(cpu(lambda facts=facts: render_one(design, facts, storage.read)) for facts in crowd)
    for count in SIZES:
        costs = [own_files(plate, count) for _ in range(ROUNDS[count])]
        yield _row(f"{count:,} certificates, own files", costs, count, REACH_OWN, scratch)
        costs = [one_file(plate, count) for _ in range(ROUNDS[count])]
        yield _row(f"{count:,} certificates, one file for the printer", costs, count, REACH_MERGED, scratch)
    file = next(Press(design, storage.read).individual(people(1)))
    for kind, name in (("ec", "EC P-256"), ("rsa", "RSA 2048")):
        write_p12(folder / f"{kind}.p12", kind)
        seal = Seal(str(folder / f"{kind}.p12"), PASSWORD)
        signing.sign(file, seal, "1")
        took = [cpu(lambda seal=seal: signing.sign(file, seal, "1")) for _ in range(SIGNATURES)]
        yield (f"one signature, {name}", f"{median(took):.0f} ms CPU ({min(took):.0f}–{max(took):.0f})", "", "", str(SIGNATURES))


def _row(name: str, costs: list[Cost], count: int, reach: str, scratch: float) -> Row:
    each = [cost.cpu * 1000 / count for cost in costs]
    middle, last = median(each), costs[-1]
    measured = (f"{middle:.1f} ms CPU each ({min(each):.1f}–{max(each):.1f}), {median(cost.wall for cost in costs):.1f} s in all, "
                f"{max(cost.megabytes for cost in costs):.0f} MB peak, {last.size / count / 1000:.0f} kB each")
    beside = f"{scratch / middle:.0f}× cheaper than from scratch ({scratch:.0f} ms each, measured on {FROM_SCRATCH} and scaled)"
    return name, measured, reach, beside, f"{len(costs)}×{count}"
