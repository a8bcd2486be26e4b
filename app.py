"""The application: wiring only."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Flask

from blueprints.api import pages
from core import access, calls, cli, config, errors, extensions, jobs, locale, logs, metrics, styleguide, web
from demo.cli import demo

# Lowest layer first; each may use those before it.
FEATURES = {
    "accounts": ("views", "single_sign_on_views", "people", "resume", "mails", "tasks", "cli"),
    "operations": ("probes", "views"),
    "programmes": ("views", "organisation_views", "duplicate_views", "cluster_views"),
    "questions": ("views",),
    "events": ("views", "handout_views", "host_views", "clone_views"),
    "registration": ("views", "own_views", "files", "manage", "list_views", "queue_views", "codes_views", "invitation_views", "mails",
                     "invitation_mails", "tasks"),
    "checkin": ("views", "device_views", "phone_views", "api", "desk_views", "checkpoint_views", "following", "venue_views", "venue_desk",
                "board_views", "conflict_views", "log_views", "simulator_views", "signed_views", "doctor_views",
                "cloning"),
    "imports": ("views", "tasks"),
    "certificates": (
        "records",
        "verify_views",
        "holder_views",
        "issue_views",
        "plan_views",
        "people_views",
        "named_views",
        "design_views",
        "designer_views",
        "transfer_views",
        "correction_views",
        "mails",
        "job_views",
        "delivery_views",
        "poster_views",
        "finder_views",
        "listed",
        "register_views",
        "tasks",
        "cli",
        "cloning",
    ),
    "papers": ("views", "tasks"),
    "surveys": ("views", "answer_views", "result_views", "conditions"),
    "presentations": ("views", "stage_views", "judging_views", "cloning"),
    "messages": ("views", "sending", "post", "library", "public", "mails", "tasks", "cli", "cloning"),
    "privacy": ("views", "own_views", "mails", "tasks"),
    "reports": ("programme_views", "event_views", "dashboard_views", "pack_views", "tasks"),
    "api": ("catalogue", "token_views", "reference_views", "webhook_views", "tasks"),
}


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The Flask application. `settings` override the environment's (tests)."""
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(config.load() if settings is None else settings)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    logs.init_app(app)
    metrics.init_app(app)
    extensions.init_app(app)
    locale.init_app(app)
    errors.init_app(app)
    access.init_app(app)
    calls.init_app(app)
    jobs.init_app(app)
    web.init_app(app)
    for name, modules in FEATURES.items():
        feature = import_module(f"blueprints.{name}")
        for module in modules:
            import_module(f"blueprints.{name}.{module}")
        app.register_blueprint(feature.bp)
    pages.init_app(app)
    if app.debug:
        app.register_blueprint(styleguide.bp)
    cli.init_app(app)
    app.cli.add_command(demo)
    app.add_template_global(access.may)
    app.context_processor(lambda: {"current_user": access.current_user()})
    return app
