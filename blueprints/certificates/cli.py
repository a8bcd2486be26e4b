"""Commands of certificates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from blueprints.certificates import bp
from blueprints.certificates.checking import Problem, Tally
from core import storage
from core.locale import in_both_languages


@bp.cli.command("check")
@click.option("--clean", is_flag=True, help="Remove files that no row names, an hour old or more, and what killed workers left.")
@click.option("--trust", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True,
              help="A PEM file of authorities that every signature has to lead to; may be given more than once.")
@with_appcontext
def check(clean: bool, trust: tuple[Path, ...]) -> None:
    """Verify the whole store again: records, files, signatures, registers. Ends with 1 when anything is wrong."""
    from blueprints.certificates import checking, pressroom  # heavy: other commands do without

    tally, problems = Tally(), 0
    with click.progressbar(length=checking.how_many(), file=sys.stderr) as bar:
        for found in checking.certificates(tally, tuple(one for path in trust for one in _roots(path))):
            bar.update(1)
            problems += _tell(found)
    problems += _tell(checking.all_registers(tally)) + _tell(checking.other_files())
    gone = pressroom.sweep() + sum(storage.remove(one.at) is None for one in checking.strays()) if clean else 0
    problems += _tell(Problem(one.name, checking.STRAY) for one in checking.strays())
    click.echo(f"ตรวจเกียรติบัตร {tally.certificates:,} ฉบับ ไฟล์ {tally.files:,} ไฟล์ ลายมือชื่อดิจิทัล {tally.signatures:,} รายการ "
               f"ทะเบียนคุม {tally.registers:,} เล่ม ลบไฟล์ตกค้าง {gone:,} ไฟล์ พบปัญหา {problems:,} รายการ")
    click.echo(f"Checked {tally.certificates:,} certificates, {tally.files:,} files, {tally.signatures:,} signatures, "
               f"{tally.registers:,} registers; removed {gone:,} stray files; found {problems:,} problems.")
    if problems:
        raise SystemExit(1)


def _tell(problems: Any) -> int:
    """Print a line for each; how many."""
    count = 0
    for problem in problems:
        click.echo(f"✗ {problem.where}: {in_both_languages(problem.text)}")
        count += 1
    return count


def _roots(path: Path) -> list[bytes]:
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return [one.public_bytes(Encoding.DER) for one in load_pem_x509_certificates(path.read_bytes())]
    except ValueError:
        raise click.ClickException(f"{path} holds no certificate in PEM") from None
