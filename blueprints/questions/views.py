"""The editor of an event's questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from blueprints.questions import bp, preview, queries, services
from blueprints.questions.forms import KINDS, PLACES, QuestionForm, of_question
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.transaction import transaction
from models import Event, Question, QuestionKind, Role

BASE = "/organiser/events/<int:event_id>/questions"


@bp.get(BASE)
@access.on_event(Role.VIEWER)
def editor(event: Event) -> str:
    questions = queries.asked(event.id)
    return render_template("questions/editor.html", event=event, active="questions", questions=questions, kinds=KINDS, places=PLACES,
                           removed=queries.removed(event.id), counts=queries.counts(event.id), words=preview.words(event, questions),
                           roles=Role)


@bp.route(f"{BASE}/new", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def add(event: Event) -> Any:
    kind = request.args.get("kind", "")
    form = QuestionForm(data={"kind": kind if kind in list(QuestionKind) else QuestionKind.SHORT_TEXT.value, "asked": "form"})
    return _form_page(event, form, None, lambda: services.add(event, form.to_definition()))


@bp.route(f"{BASE}/<int:question_id>", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def edit(event: Event, question_id: int) -> Any:
    question = queries.in_event(event.id, question_id) or abort(404)
    wording = question.versions[-1]
    form = QuestionForm(data=of_question(question, wording))
    return _form_page(event, form, question, lambda: services.change(
        event, question, form.to_definition(), form.version.data))


@bp.post(f"{BASE}/preview")
@access.on_event(Role.ORGANISER)
def live_preview(event: Event) -> str:
    """The question as it stands in the editor, in both languages."""
    form = QuestionForm()
    form.prepare(event, (), None)
    return render_template("questions/_preview.html", previews=preview.of(form))


@bp.post(f"{BASE}/<int:question_id>/<any(up,down,remove,restore):verb>")
@access.on_event(Role.ORGANISER)
def change(event: Event, question_id: int, verb: str) -> Response:
    question = queries.in_event(event.id, question_id) or abort(404)
    verbs: dict[str, tuple[Callable[[Event, Question], None], Any]] = {
        "up": (lambda e, q: services.move(e, q, -1), None), "down": (lambda e, q: services.move(e, q, 1), None),
        "remove": (services.remove, _l("The question is no longer asked.")), "restore": (services.restore, _l("The question is asked again."))}
    do, said = verbs[verb]
    try:
        with transaction():
            do(event, question)
        if said:
            flash(said, "success")
    except Refused as fact:
        flash(fact.message, "error")
    return redirect(url_for("questions.editor", event_id=event.id), 303)


def _form_page(event: Event, form: QuestionForm, question: Question | None, save: Callable[[], object]) -> Any:
    questions = queries.asked(event.id)
    form.prepare(event, questions, question.id if question else None)
    if "more" not in request.form and form.validate_on_submit():
        try:
            with transaction():
                save()
            flash(_("Saved."), "success")
            return redirect(url_for("questions.editor", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
            if isinstance(fact, ChangedMeanwhile) and question:
                form.version.data = question.version  # saving once more is meant
    return render_template("questions/edit.html", event=event, active="questions", form=form, question=question,
                           previews=preview.of(form)), 422 if form.errors else 200
