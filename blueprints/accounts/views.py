from flask import abort
from blueprints.accounts import bp
from core import access
from models import Event, Programme, Role

@bp.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in(): abort(501)

@bp.post("/sign-out")
@access.public
def sign_out(): abort(501)

@bp.route("/password/forgot", methods=["GET", "POST"])
@access.public
def forgot(): abort(501)

@bp.route("/password/reset/<token>", methods=["GET", "POST"])
@access.public
def reset(token): abort(501)

@bp.route("/invitation/<token>", methods=["GET", "POST"])
@access.public
def accept(token): abort(501)

@bp.route("/account", methods=["GET", "POST"])
@access.signed_in
def profile(): abort(501)

@bp.route("/organiser/accounts", methods=["GET", "POST"])
@access.admin
def users(): abort(501)

@bp.route("/organiser/programmes/<int:programme_id>/people", methods=["GET", "POST"])
@access.on_programme(Role.OWNER)
def programme_people(programme): abort(501)

@bp.route("/organiser/events/<int:event_id>/people", methods=["GET", "POST"])
@access.on_event(Role.OWNER)
def event_people(event): abort(501)
