"""Made-up rows in the real database. Each method takes what the test is about and fills in the rest."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from blueprints.certificates.design import Design
from blueprints.certificates.facts import Facts
from core.codes import new_code
from models import (
    AccessCode,
    Base,
    Category,
    Certificate,
    CertificateDesign,
    CertificateKind,
    Checkpoint,
    Cluster,
    Event,
    EventKind,
    EventSession,
    EventStatus,
    Grant,
    Host,
    Organisation,
    Programme,
    Register,
    Registration,
    RegistrationStatus,
    Role,
    User,
    db,
    now,
)
from thai.organisations import fold_organisation
from thai.sorting import name_sort_key, sort_key
from thai.text import fold

_number = count(1)


class Factory:
    """`make.event(capacity=2)` and the like; every row is flushed, so it has its id."""

    def _add(self, row: Base) -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    def user(self, **given: Any) -> User:
        n = next(_number)
        return self._add(User(**({"email": f"user{n}@example.org", "name": f"ผู้ใช้ {n}"} | given)))

    def admin(self, **given: Any) -> User:
        return self.user(is_admin=True, **given)

    def grant(self, user: User, role: Role, on: Event | Programme) -> Grant:
        scope = {"event_id": on.id} if isinstance(on, Event) else {"programme_id": on.id}
        return self._add(Grant(user_id=user.id, role=role, **scope))

    def organisation(self, name_th: str = "", **given: Any) -> Organisation:
        name_th = name_th or f"บริษัท เครื่องมือแพทย์ตัวอย่าง {next(_number)} จำกัด"
        return self._add(Organisation(**({"name_th": name_th, "folded": fold_organisation(name_th), "sort_key": sort_key(name_th)} | given)))

    def cluster(self, **given: Any) -> Cluster:
        return self._add(Cluster(**({"name_th": f"คลัสเตอร์ {next(_number)}"} | given)))

    def programme(self, **given: Any) -> Programme:
        n = next(_number)
        return self._add(Programme(**({"title_th": f"โครงการ {n}", "title_en": f"Programme {n}",
                                       "starts_on": date(2020, 2, 1), "ends_on": date(2020, 7, 31)} | given)))

    def host(self, programme: Programme, **given: Any) -> Host:
        organisation = given.pop("organisation", None) or self.organisation()
        return self._add(Host(programme_id=programme.id, organisation_id=organisation.id, **given))

    def event(self, programme: Programme | None = None, **given: Any) -> Event:
        """A published event that takes registrations now, tomorrow from now for three hours, with one category and one checkpoint."""
        n = next(_number)
        programme = programme or self.programme()
        start = given.pop("starts_at", None) or now() + timedelta(days=1)
        event = self._add(Event(**({
            "programme_id": programme.id, "slug": f"event-{n}", "kind": EventKind.WORKSHOP, "status": EventStatus.PUBLISHED,
            "title_th": f"อบรมเชิงปฏิบัติการ {n}", "title_en": f"Workshop {n}", "starts_at": start, "ends_at": start + timedelta(hours=3),
            "place_th": "โรงแรมตัวอย่าง เชียงใหม่", "place_en": "Sample Hotel, Chiang Mai", "contact_name": "ฝ่ายทะเบียน",
            "contact_email": "contact@example.org", "published_at": now()} | given)))
        self.category(event)
        self.checkpoint(event)
        return event

    def category(self, event: Event, **given: Any) -> Category:
        category = self._add(Category(**({"event_id": event.id, "name_th": f"ผู้ประกอบการ {next(_number)}", "name_en": "Enterprise"} | given)))
        db.session.refresh(event, ["categories"])
        return category

    def session(self, event: Event, **given: Any) -> EventSession:
        session = self._add(EventSession(**({"event_id": event.id, "title_th": f"ช่วงกิจกรรม {next(_number)}", "starts_at": event.starts_at,
                                             "ends_at": event.ends_at} | given)))
        db.session.refresh(event, ["sessions"])
        return session

    def access_code(self, event: Event, **given: Any) -> AccessCode:
        return self._add(AccessCode(**({"event_id": event.id, "code": f"CODE{next(_number)}"} | given)))

    def checkpoint(self, event: Event, **given: Any) -> Checkpoint:
        return self._add(Checkpoint(**({"event_id": event.id, "name_th": "ทางเข้างาน", "name_en": "Entrance"} | given)))

    def certificate(self, registration: Registration, **given: Any) -> Certificate:
        """An issued certificate of a register and a design of its own."""
        event, number = registration.event, next(_number)
        register = self._add(Register(programme_id=event.programme_id, name=f"ทะเบียน {number}", pattern="{number}/{year}"))
        design = self._add(CertificateDesign(programme_id=event.programme_id, event_id=event.id, name=f"แบบ {number}", version=1,
                                             content=Design().to_json()))
        name = f"{registration.title}{registration.first_name} {registration.last_name}"
        facts = Facts(number=f"{number}/2563", holder_th=name, holder_en=registration.name_en, organisation=registration.organisation_name,
                      event_title=event.title_th, dates_text="", issued_on=date(2020, 7, 17), verify_url="HTTPS://X/V/A")
        return self._add(Certificate(**{
            "register_id": register.id, "period": "2563", "sequence": number, "number": facts.number, "number_key": facts.number,
            "code": new_code(), "kind": CertificateKind.ATTENDANCE, "event_id": event.id, "registration_id": registration.id, "holder": name,
            "sort_key": name, "facts": facts.to_json(), "design_id": design.id} | given))

    def registration(self, event: Event | None = None, **given: Any) -> Registration:
        """A confirmed registration that holds a seat, as if made online."""
        n = next(_number)
        event = event or self.event()
        values = {"event_id": event.id, "category_id": event.categories[0].id, "status": RegistrationStatus.CONFIRMED,
                  "code": new_code(), "manage_token": new_code(), "title": "นางสาว", "first_name": f"กัญญา{n}", "last_name": "ศรีสุข",
                  "organisation_name": "บริษัท ตัวอย่าง จำกัด", "email": f"person{n}@example.org", "phone": "+66812345678",
                  "person_key": f"person-{n}"} | given
        values.setdefault("person_ref", values["person_key"][:26])
        values.setdefault("sort_key", name_sort_key(values["first_name"], values["last_name"]))
        values.setdefault("search_text", fold(" ".join((values["first_name"], values["last_name"], values["organisation_name"], values["email"]))))
        registration = self._add(Registration(**values))
        if registration.status == RegistrationStatus.CONFIRMED:
            event.taken += 1
            registration.category.taken += 1
            db.session.flush()
        return registration
