"""The pages of a programme's templates."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.messages import bp, forms, queries, services
from blueprints.messages.forms import TemplateForm
from blueprints.messages.placeholders import PLACEHOLDERS
from blueprints.messages.starters import BY_KEY, STARTERS
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.transaction import transaction
from models import MessageTemplate, Programme, Role

BASE = "/organiser/programmes/<int:programme_id>/message-templates"
ONE = f"{BASE}/<int:template_id>"


@bp.get(BASE)
@access.on_programme(Role.VIEWER)
def templates(programme: Programme) -> str:
    return render_template("messages/templates.html", programme=programme, templates=queries.templates(programme), starters=STARTERS)


@bp.route(f"{BASE}/new", methods=("GET", "POST"))
@access.on_programme(Role.ORGANISER)
def template_create(programme: Programme) -> Any:
    starter = BY_KEY.get(request.args.get("starter", ""))
    form = TemplateForm(data=forms.of_texts(starter) | {"name": str(starter.name)} if starter and request.method == "GET" else None)
    if form.validate_on_submit() and _saved(form, programme):
        return redirect(url_for("messages.templates", programme_id=programme.id), 303)
    return _form_page(form, programme)


@bp.route(f"{ONE}/edit", methods=("GET", "POST"))
@access.on_programme(Role.ORGANISER)
def template_edit(programme: Programme, template_id: int) -> Any:
    template = _one(programme, template_id)
    form = TemplateForm(data=forms.of_template(template) if request.method == "GET" else None)
    if form.validate_on_submit() and _saved(form, programme, template):
        return redirect(url_for("messages.templates", programme_id=programme.id), 303)
    return _form_page(form, programme, template)


@bp.post(f"{ONE}/delete")
@access.on_programme(Role.ORGANISER)
def template_delete(programme: Programme, template_id: int) -> Response:
    with transaction():
        services.delete_template(_one(programme, template_id))
    flash(_("The template is deleted. Messages written from it stay as they are."), "success")
    return redirect(url_for("messages.templates", programme_id=programme.id), 303)


def _one(programme: Programme, template_id: int) -> MessageTemplate:
    return queries.template_in(programme, template_id) or abort(404)


def _saved(form: TemplateForm, programme: Programme, template: MessageTemplate | None = None) -> bool:
    try:
        with transaction():
            services.save_template(programme, form.name.data, form.to_texts(), template, form.version.data)
        flash(_("Saved."), "success")
        return True
    except Refused as fact:
        form.refuse(fact)
        if isinstance(fact, ChangedMeanwhile) and template:
            form.version.data = template.version  # saving once more is meant
        return False


def _form_page(form: TemplateForm, programme: Programme, template: MessageTemplate | None = None) -> Any:
    return render_template("messages/template.html", programme=programme, template=template, form=form,
                           placeholders=PLACEHOLDERS), 422 if form.errors else 200
