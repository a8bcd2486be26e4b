"""What needs attention, in sentences."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from blueprints.reports.attention import About, Item


def sentence(item: Item) -> str:
    """What there is to do."""
    n = item.count
    return {
        About.DOOR_NOT_READY: lambda: _("The event is near, and no phone or no checkpoint is ready for its door."),
        About.CONFLICTS: lambda: ngettext("%(num)s conflict at the door waits for a decision.",
                                          "%(num)s conflicts at the door wait for a decision.", n),
        About.APPROVALS: lambda: ngettext("%(num)s person waits for your approval.", "%(num)s people wait for your approval.", n),
        About.DATA_REQUESTS: lambda: ngettext("%(num)s request about personal data is open; the law gives thirty days.",
                                              "%(num)s requests about personal data are open; the law gives thirty days.", n),
        About.MAILS_FAILED: lambda: ngettext("%(num)s e-mail could not be delivered.", "%(num)s e-mails could not be delivered.", n),
        About.CORRECTIONS: lambda: ngettext("%(num)s holder asks for a correction of a certificate.",
                                            "%(num)s holders ask for a correction of a certificate.", n),
        About.WAITLIST: lambda: ngettext("%(num)s person waits although there are free seats.",
                                         "%(num)s people wait although there are free seats.", n),
        About.CERTIFICATES: lambda: _("The event is over, and no certificate has been issued by its rules."),
        About.SURVEY_SHUT: lambda: _("The event is over, and its survey was never opened."),
        About.NOT_FINISHED: lambda: _("The event is over; mark it as finished."),
        About.DRAFT_SOON: lambda: _("The event begins soon and is still a draft."),
        About.NEARLY_FULL: lambda: _("Nine of ten seats are taken."),
        About.NEW_REGISTRATIONS: lambda: ngettext("%(num)s new registration since yesterday.", "%(num)s new registrations since yesterday.", n),
        About.UNCONFIRMED: lambda: ngettext("%(num)s organisation that a participant typed waits to be confirmed.",
                                            "%(num)s organisations that participants typed wait to be confirmed.", n),
    }[item.about]()
