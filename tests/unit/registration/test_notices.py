"""The privacy notice: the items of section 23, one version a wording."""

from __future__ import annotations

from blueprints.registration import notices
from models import db
from tests.factories import Factory


def test_who_what_why_and_rights(make: Factory) -> None:
    event = make.event(contact_phone="053 245 361")
    host = make.organisation("ศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1", name_en="Industrial Promotion Centre Region 1")
    make.host(event.programme, organisation=host)
    text = notices.wording(event)
    for item in ("ศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1", event.title_th, "053 245 361", "มาตรา 24 (4)", "สิทธิ"):
        assert item in text.th
    for item in ("Industrial Promotion Centre Region 1", event.title_en, "contact@example.org", "24 (4)", "withdraw"):
        assert item in text.en


def test_a_new_version_only_for_new_words(make: Factory) -> None:
    event = make.event()
    first = notices.put(event, notices.wording(event))
    assert notices.put(event, notices.wording(event)) is first
    event.contact_name = "คนใหม่"
    second = notices.put(event, notices.wording(event))
    db.session.flush()
    assert (first.version, second.version) == (1, 2) and "คนใหม่" not in first.text_th
