"""How people in the room get their certificates, for the screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

#: How it goes.
STEPS = (_l("Point your phone’s camera at this code"), _l("Open the link that appears"),
         _l("See your certificate, or type the e-mail address or telephone number that you registered with and look into your e-mail"))
