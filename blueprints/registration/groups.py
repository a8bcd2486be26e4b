"""One person registers colleagues of the same enterprise, all in one go: everyone gets a place, or nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from blueprints.registration import codes, seats, services
from blueprints.registration.details import Details, RegisterCommand
from blueprints.registration.facts import AlreadyRegistered, CodeDoesNotFit, ColleagueRegistered, GroupDoesNotFit, TooManyAtOnce
from core.errors import Refused
from models import Event, Registration, db


def register_group(event: Event, command: RegisterCommand, colleagues: Sequence[Details]) -> Registration:
    """Register the person who fills in the form, and the colleagues; the form sent twice changes nothing.

    A fact about a colleague names the field in that colleague's row. Raises `services.register`'s facts, `TooManyAtOnce`,
    `GroupDoesNotFit`, `CodeDoesNotFit`.
    """
    if 1 + len(colleagues) > event.group_size:
        raise TooManyAtOnce
    leader = services.register(event, command)
    for number, details in enumerate(colleagues):
        key = f"{command.form_key}-{number}" if command.form_key else None
        theirs = replace(details, organisation_name=command.details.organisation_name)
        try:
            colleague = services.register(event, replace(
                command, details=theirs, form_key=key, notice_digest=None, consents=frozenset(), answers={}, booked_by=leader))
        except seats.Full as fact:
            raise GroupDoesNotFit(number + 1, 1 + len(colleagues)) from fact
        except codes.CodeUsedUp as fact:
            raise CodeDoesNotFit(number + 1, 1 + len(colleagues)) from fact
        except AlreadyRegistered as fact:
            raise ColleagueRegistered(field=f"colleagues-{number}-first_name") from fact
        except Refused as fact:
            fact.field = f"colleagues-{number}-{fact.field or 'first_name'}"
            raise
        colleague.notice_id = leader.notice_id  # the letter leads them to it
    db.session.flush()
    return leader
