"""The page of an event's own hosts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import FieldList, FormField

from blueprints.events import bp
from blueprints.events.hosts import save_hosts
from blueprints.programmes.host_rows import MOST_HOSTS, HostRow, lines_of
from core import access
from core.errors import Refused
from core.forms import Form
from core.transaction import transaction
from models import Event, Role


class HostsForm(Form):
    """The hosts of an event, in the order in which they are named."""

    hosts = FieldList(FormField(HostRow), max_entries=MOST_HOSTS)


@bp.route("/organiser/events/<int:event_id>/hosts", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def hosts(event: Event) -> Any:
    form = HostsForm(data={"hosts": lines_of(event.own_hosts)})
    if form.validate_on_submit():
        try:
            with transaction():
                save_hosts(event, [entry.form.to_command() for entry in form.hosts])
            flash(_("Saved."), "success")
            return redirect(url_for("events.hosts", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    html = render_template("events/hosts.html", event=event, form=form, active="settings",
                           logos={host.organisation.name_th: host.logo_sha256 for host in event.own_hosts})
    return html, 422 if form.is_submitted() else 200
