from flask import abort
from blueprints.programmes import bp
from core import access
from models import Programme, Role

@bp.get("/organiser")
@access.signed_in
def index(): abort(501)

@bp.route("/organiser/programmes/new", methods=["GET", "POST"])
@access.admin
def create(): abort(501)

@bp.get("/organiser/programmes/<int:programme_id>")
@access.on_programme(Role.VIEWER)
def show(programme): abort(501)

@bp.route("/organiser/programmes/<int:programme_id>/edit", methods=["GET", "POST"])
@access.on_programme(Role.OWNER)
def edit(programme): abort(501)

@bp.get("/organiser/organisations")
@access.signed_in
def organisations(): abort(501)

@bp.get("/organisations/suggest")
@access.public
def suggest(): abort(501)
