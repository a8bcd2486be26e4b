from flask import abort

from blueprints.registration import bp
from core import access


@bp.route("/e/<slug>/register", methods=['GET', 'POST'])
@access.public
def register(slug): abort(501)


@bp.route("/r/<token>", methods=['GET'])
@access.public
def private(token): abort(501)


@bp.route("/r/<token>/edit", methods=['GET', 'POST'])
@access.public
def edit(token): abort(501)


@bp.route("/r/<token>/cancel", methods=['GET', 'POST'])
@access.public
def cancel(token): abort(501)


@bp.route("/r/<token>/consents", methods=['POST'])
@access.public
def consent(token): abort(501)


@bp.route("/r/<token>/ticket.png", methods=['GET'])
@access.public
def ticket_picture(token): abort(501)


@bp.route("/r/<token>/event.ics", methods=['GET'])
@access.public
def calendar(token): abort(501)


@bp.route("/T/<code>", methods=['GET'])
@access.public
def ticket(code): abort(501)
