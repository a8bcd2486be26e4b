"""Facts that stop people: each is a sentence that says what to do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from blueprints.events.queries import RegistrationPhase
from core.errors import Refused, explain
from models import Registration, RegistrationSource


class NotOpen(Refused):
    """The event takes no registrations at this moment; the sentence says why."""

    SENTENCES = {
        RegistrationPhase.NOT_YET: _l("Registration has not opened yet. Please come back when it opens."),
        RegistrationPhase.CLOSED: _l("Registration is closed. If you would still like to come, please ask the organiser."),
        RegistrationPhase.CANCELLED: _l("The event is cancelled, so nobody can register any more."),
        RegistrationPhase.FINISHED: _l("The event is over, so nobody can register any more."),
    }

    def __init__(self, phase: RegistrationPhase) -> None:
        super().__init__(self.SENTENCES[phase])


SENT_AGAIN = _l("You are registered for this event already. We are sending the link to your ticket to this e-mail address "
                "again, so please look there.")


class AlreadyRegistered(Refused):
    """The same person holds a registration for this event; the fact carries it."""

    message = _l("This person is registered for this event already. Look the name up in the list.")

    def __init__(self, registration: Registration, source: RegistrationSource = RegistrationSource.STAFF) -> None:
        super().__init__(SENT_AGAIN if source == RegistrationSource.ONLINE else None)
        self.registration = registration


explain("uq_registration_same_person", None, AlreadyRegistered.message)


class NoticeChanged(Refused):
    message = _l("The organiser changed the privacy notice while you were typing. Please read it below and send the form "
                 "again; what you typed is still here.")


class NationalId(Refused):
    message = _l("This looks like a national ID number. We never collect it, so nothing was saved: please take it out.")


class NameMissing(Refused):
    message = _l("Please type the first name.")
    field = "first_name"


class EventOver(Refused):
    message = _l("The event has ended, so the registration can no longer be changed. If your name is wrong, please write to "
                 "the organiser.")


class TooLate(Refused):
    """The organiser's deadline for changes has passed; the event is still to come."""

    message = _l("The time for changes is over. If something is wrong or you cannot come, please write to the organiser.")


class EventCalledOff(Refused):
    message = _l("The event was cancelled, so there is nothing to change any more.")


class NotConfirmed(Refused):
    message = _l("This registration was cancelled and can no longer be changed. You may register again while seats are left.")


class OnApprovalOnly(Refused):
    message = _l("The organiser decides who belongs to this category. To change to it, please write to the organiser.")
    field = "category_id"


class NothingToDecide(Refused):
    message = _l("Somebody has decided on this registration already. The page now shows how it stands.")


class ReasonMissing(Refused):
    message = _l("Please write the reason: the person will read it.")
    field = "reason"


class CameAlready(Refused):
    message = _l("This person has come in already, so nobody can take the place any more.")


class CertificateIssued(Refused):
    message = _l("A certificate is issued in this person’s name, so nobody can take the place any more unless it is revoked first.")


class SamePerson(Refused):
    message = _l("This is the same person. To correct the name or the address, change the registration instead.")
    field = "first_name"


class NameIsPrinted(Refused):
    message = _l("The certificate is issued, so the name can no longer be changed here. If it is wrong, please ask the organiser "
                 "for a new one.")


class SessionsOverlap(Refused):
    message = _l("Two of these sessions take place at the same time. Please choose one of them.")
    field = "session_ids"


class NoSuchSession(Refused):
    message = _l("One of these sessions is no longer offered. Please choose again.")
    field = "session_ids"


class OfferLapsed(Refused):
    message = _l("The time to accept this seat is over, so it went to the next person. You may register again while seats are "
                 "left.")


class NotOffered(Refused):
    message = _l("No seat is offered here at the moment. This page shows how your registration stands.")


class TooManyAtOnce(Refused):
    message = _l("This is more people than one form takes. Please send the others with a second form.")


class ColleagueRegistered(Refused):
    message = _l("This colleague is registered for this event already. Please leave the row empty.")


class GroupDoesNotFit(Refused):
    """Seats for some of the people, but not for all."""

    def __init__(self, fitting: int, wanted: int) -> None:
        super().__init__(lazy_ngettext(
            "There is a seat for %(num)s person only, and you are %(wanted)s. Nobody was registered; please take some people off "
            "the form.",
            "There are seats for %(num)s people only, and you are %(wanted)s. Nobody was registered; please take some people off "
            "the form.", fitting, wanted=wanted))


class CodeDoesNotFit(Refused):
    """The code is good for some of the people, but not for all."""

    def __init__(self, fitting: int, wanted: int) -> None:
        super().__init__(lazy_ngettext(
            "Your code is good for %(num)s person only, and you are %(wanted)s. Nobody was registered; please take some people off "
            "the form.",
            "Your code is good for %(num)s people only, and you are %(wanted)s. Nobody was registered; please take some people off "
            "the form.", fitting, wanted=wanted))
