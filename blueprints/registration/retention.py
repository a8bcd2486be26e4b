"""How long personal data are kept, by field group, counted in days from the end of the event.

What the notice promises (PDPA s.23 (3)) and what the clock erases (s.33, s.37 (3)) are the same numbers. Counts stay: people go.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models import Event


class FieldGroup(enum.StrEnum):
    """What is erased together."""

    SENSITIVE = "sensitive"
    INVITATIONS = "invitations"
    ANSWERS = "answers"
    MESSAGES = "messages"
    CONTACT = "contact"
    IDENTITY = "identity"
    CERTIFICATES = "certificates"


@dataclass(frozen=True)
class Keeping:
    """The usual and the greatest number of days of a group, and its words in the notice."""

    days: int
    most: int
    th: str
    en: str


YEAR = 365
#: Sensitive data go soon after the event. Names stay as long as public spending may be audited: accounts and their evidence
#: are kept for ten years (Regulation of the Office of the Prime Minister on Records B.E. 2526, rule 57).
KEEPING: dict[FieldGroup, Keeping] = {
    FieldGroup.SENSITIVE: Keeping(30, YEAR, "ข้อมูลอ่อนไหว เช่น อาหารและสุขภาพ", "sensitive answers such as food and health"),
    FieldGroup.INVITATIONS: Keeping(90, 2 * YEAR, "รายชื่อผู้ได้รับเชิญ", "invitations"),
    FieldGroup.ANSWERS: Keeping(YEAR, 5 * YEAR, "คำตอบอื่นและไฟล์ที่ส่งมา", "other answers and files handed in"),
    FieldGroup.MESSAGES: Keeping(YEAR, 5 * YEAR, "อีเมลที่ส่งถึงท่าน", "e-mails written to you"),
    FieldGroup.CONTACT: Keeping(2 * YEAR, 5 * YEAR, "อีเมลและโทรศัพท์", "e-mail address and telephone number"),
    FieldGroup.IDENTITY: Keeping(10 * YEAR, 10 * YEAR, "ชื่อ ตำแหน่ง หน่วยงานตามที่กรอก และบันทึกการเข้าร่วม",
                                 "name, position, organisation as typed and record of attendance"),
    FieldGroup.CERTIFICATES: Keeping(10 * YEAR, 30 * YEAR, "ชื่อในทะเบียนคุมเกียรติบัตร", "name in the register of certificates"),
}


def days_of(event: Event) -> dict[FieldGroup, int]:
    """The days of each group for this event."""
    own: Mapping[str, Any] = event.retention or {}
    return {group: int(own.get(group.value, keeping.days)) for group, keeping in KEEPING.items()}


def ends_at(event: Event, group: FieldGroup) -> datetime:
    """The moment from which the group's data are to be erased."""
    return event.ends_at + timedelta(days=days_of(event)[group])


def in_words(event: Event) -> tuple[str, str]:
    """The periods as the notice says them, in Thai and English."""
    days = days_of(event)
    th = "; ".join(f"{KEEPING[group].th} {_thai(number)}" for group, number in days.items())
    en = "; ".join(f"{KEEPING[group].en} {_english(number)}" for group, number in days.items())
    return th, en


def _thai(days: int) -> str:
    return f"{days // YEAR} ปี" if days >= YEAR and days % YEAR == 0 else f"{days} วัน"


def _english(days: int) -> str:
    if days >= YEAR and days % YEAR == 0:
        return f"{days // YEAR} year{'s' if days > YEAR else ''}"
    return f"{days} day{'s' if days != 1 else ''}"
