"""How certificates reach their holders: the file for the printer, the folders of enterprises, the code for the room, the e-mail."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from blueprints.certificates import bp, delivery_forms, orders
from blueprints.certificates.job_views import BASE, jobs_of
from blueprints.certificates.orders import Order
from blueprints.certificates.tasks import run_job
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Event, Role


@bp.get(f"{BASE}/delivery")
@access.on_event(Role.VIEWER)
def delivery(event: Event) -> str:
    return _page(event)


def _page(event: Event, filled: delivery_forms.OrderForm | None = None, kind: str = "") -> str:
    cards = {name: filled if filled and name == kind else delivery_forms.unsent(event, name) for name in delivery_forms.FORMS}
    return render_template("certificates/delivery.html", event=event, active="certificates", cards=cards,
                           valid=orders.how_many(event, Order()), **jobs_of(event))


@bp.post(f"{BASE}/<any(merge, zip):kind>")
@access.on_event(Role.ORGANISER)
def order(event: Event, kind: str) -> Response | tuple[str, int]:
    form = delivery_forms.sent(event, kind)
    if form.validate_on_submit():
        try:
            with transaction():
                run_job(orders.start(kind, event, form.to_order(), access.current_user()).id)
            return redirect(url_for("certificates.delivery", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return _page(event, form, kind), 422
