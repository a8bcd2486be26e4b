"""Names for files and folders that every system keeps: Windows, macOS, Linux, and programs that unpack. Pure."""

from __future__ import annotations

import re
import unicodedata

MOST_BYTES = 120  # of one name in UTF-8: a folder, a file and a path to them stay within what systems allow
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
#: Names of devices on Windows, with whatever ending: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])( *\.|$)", re.IGNORECASE)
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # they hide what a name says, or turn it round


def safe_name(text: str, otherwise: str, most: int = MOST_BYTES) -> str:
    """`text` as the name of a file or folder of at most `most` bytes; `otherwise` when nothing of it can stand in one.

    It never leaves the folder it is put in, and no system reads a device, a hidden file or an ending into it.
    """
    name = unicodedata.normalize("NFC", "".join(char for char in text if unicodedata.category(char) not in _UNSEEN))
    name = _FORBIDDEN.sub("-", " ".join(name.split())).lstrip(" .-").rstrip(" .")
    if not name.strip("-_. "):
        name = otherwise
    if _DEVICE.match(name):
        name = f"_{name}"
    return shortened(name, most)


def shortened(name: str, most: int) -> str:
    """At most `most` bytes of `name`, cut between two letters with their marks."""
    if len(name.encode()) <= most:
        return name
    cut = len(name.encode()[:most].decode(errors="ignore"))
    while cut > 1 and unicodedata.category(name[cut]).startswith("M"):
        cut -= 1
    return name[:cut].rstrip(" .")


class Distinct:
    """Hands out names that differ for systems that ignore case: a second "A.pdf" is "A (2).pdf"."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, stem: str, ending: str = "") -> str:
        """`stem` and `ending`, or the next one that is free."""
        candidate, number = stem, 1
        while unicodedata.normalize("NFKC", candidate + ending).casefold() in self._taken:
            number += 1
            candidate = f"{stem} ({number})"
        self._taken.add(unicodedata.normalize("NFKC", candidate + ending).casefold())
        return candidate + ending
