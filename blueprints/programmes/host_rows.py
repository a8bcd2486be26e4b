"""The lines in which hosts are typed, for programmes and for events alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, ValidationError
from wtforms import Form as PlainForm

from blueprints.programmes.services import HostCommand
from core.errors import Refused
from core.forms import IntegerField, TextField, between, optional
from core.images import clean_image
from models import Host

LOGO_BYTES = 2 * 1024 * 1024
LOGO_PIXELS = 20_000_000
MOST_HOSTS = 12


class HostRow(PlainForm):
    """One host: its name, and a logo if it has one."""

    name = TextField(_l("Organisation"), [optional()],
                     render_kw={"list": "organisations", "data-module": "suggest", "autocomplete": "off"})
    place = IntegerField(_l("Order"), [optional(), between(1, MOST_HOSTS, _l("Please type a place from 1 to %(most)s.", most=MOST_HOSTS))])
    logo = FileField(_l("Logo"), render_kw={"accept": "image/png,image/jpeg,image/webp"})
    drop_logo = BooleanField(_l("Remove the logo"))

    def validate_logo(self, field: FileField) -> None:
        """A picture by its content, cleaned; it waits in `cleaned`."""
        self.cleaned = None
        if not field.data:
            return
        data = field.data.read(LOGO_BYTES + 1)
        if len(data) > LOGO_BYTES:
            raise ValidationError(str(_l("A logo may have up to 2 MB. Please make the picture smaller and choose it again.")))
        try:
            self.cleaned = clean_image(data, max_pixels=LOGO_PIXELS, keep_alpha=True)
        except Refused as fact:
            raise ValidationError(str(fact.message)) from None

    def to_command(self) -> HostCommand:
        return HostCommand(self.name.data or "", self.cleaned, self.drop_logo.data, self.place.data)


def lines_of(hosts: Sequence[Host]) -> list[dict[str, Any]]:
    """What the lines show at first: those who are hosts with their places, and room for two more."""
    lines: list[dict[str, Any]] = [{"name": host.organisation.name_th, "place": place} for place, host in enumerate(hosts, 1)]
    return lines + [{"name": ""}] * min(2, MOST_HOSTS - len(hosts))
