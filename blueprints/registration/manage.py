from flask import abort

from blueprints.registration import bp
from core import access
from models import Role


@bp.route("/organiser/events/<int:event_id>/registrations", methods=['GET'])
@access.on_event(Role.VIEWER)
def manage_list(event): abort(501)


@bp.route("/organiser/events/<int:event_id>/registrations/new", methods=['GET', 'POST'])
@access.on_event(Role.ORGANISER)
def manage_add(event): abort(501)


@bp.route("/organiser/events/<int:event_id>/registrations.csv", methods=['GET'])
@access.on_event(Role.ORGANISER)
def manage_export(event): abort(501)


@bp.route("/organiser/events/<int:event_id>/registrations/<int:registration_id>", methods=['GET'])
@access.on_event(Role.VIEWER)
def manage_one(event, registration_id): abort(501)


@bp.route("/organiser/events/<int:event_id>/registrations/<int:registration_id>/edit", methods=['GET', 'POST'])
@access.on_event(Role.ORGANISER)
def manage_edit(event, registration_id): abort(501)


@bp.route("/organiser/events/<int:event_id>/registrations/<int:registration_id>/cancel", methods=['POST'])
@access.on_event(Role.ORGANISER)
def manage_cancel(event, registration_id): abort(501)


@bp.route("/organiser/events/<int:event_id>/messages", methods=['GET'])
@access.on_event(Role.VIEWER)
def messages(event): abort(501)


@bp.route("/organiser/events/<int:event_id>/messages/<int:message_id>/resend", methods=['POST'])
@access.on_event(Role.ORGANISER)
def resend(event, message_id): abort(501)
