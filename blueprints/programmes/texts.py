"""Words of the directory: for kinds of organisations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from models import OrganisationKind

KINDS = {
    OrganisationKind.ENTERPRISE: _l("Enterprise"),
    OrganisationKind.AGENCY: _l("Agency"),
    OrganisationKind.UNIVERSITY: _l("University"),
    OrganisationKind.ASSOCIATION: _l("Association"),
    OrganisationKind.OTHER: _l("Other"),
}
