"""What a certificate says about one holder, as plain values that last."""

from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from core.paper import drawable


@dataclass(frozen=True)
class Facts:
    """Everything one certificate states, as it is printed.

    `dates_text` and `hours` are phrases (`เมื่อวันที่ 17 กรกฎาคม 2563`, `รวม 6 ชั่วโมง`); `verify_url` is in the QR code,
    upper-case so that the code stays small; `kind` is attendance, speaker, organiser or enterprise; `replaces` is the number
    of the certificate in whose place this one was issued.
    """

    number: str
    holder_th: str
    event_title: str
    dates_text: str
    issued_on: date
    verify_url: str
    holder_en: str = ""
    organisation: str = ""
    event_title_en: str = ""
    programme_title: str = ""
    programme_title_en: str = ""
    dates_text_en: str = ""
    hours: str = ""
    place: str = ""
    hosts: tuple[str, ...] = ()
    kind: str = "attendance"
    replaces: str = ""

    def to_json(self) -> dict[str, Any]:
        """A plain dict that JSON can hold; `from_json` makes equal facts of it."""
        return asdict(self) | {"issued_on": self.issued_on.isoformat(), "hosts": list(self.hosts)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The facts that `to_json` described. Raises TypeError on a key it does not know."""
        issued_on = date.fromisoformat(data["issued_on"])
        return cls(**data | {"issued_on": issued_on, "hosts": tuple(data["hosts"])})

    @property
    def issued_at(self) -> datetime:
        """The first moment of the day of issue in Thailand, in UTC: the date that a file of these facts carries."""
        return datetime.combine(self.issued_on, time(), UTC) - timedelta(hours=7)

    def shared(self) -> Self:
        """The same without what is the holder's own: equal for all certificates with one static layer."""
        site = urlsplit(self.verify_url)._replace(path="", query="", fragment="").geturl()
        return replace(self, number="", holder_th="", holder_en="", organisation="", replaces="", verify_url=site)


T = TypeVar("T")


def printable(value: T) -> tuple[T, str]:
    """The value as it can be printed, and the characters that were left out because no font of ours has them.

    Call it before the facts are stored, so that what is stored is what is on the paper, and show the characters to
    the organiser. Printing calls it again; it changes nothing the second time.
    """
    cleaned, missing = {}, ""
    for field in fields(value):
        content = getattr(value, field.name)
        if field.metadata.get("code"):
            continue
        if isinstance(content, str):
            cleaned[field.name], lost = drawable(content)
            missing += lost
        elif isinstance(content, tuple):
            parts = [drawable(part) if isinstance(part, str) else printable(part) if is_dataclass(part) else (part, "") for part in content]
            cleaned[field.name] = tuple(part for part, _ in parts)
            missing += "".join(lost for _, lost in parts)
    return replace(value, **cleaned), "".join(dict.fromkeys(missing))
