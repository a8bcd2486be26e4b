"""Browsers inside other apps, told by what they call themselves: most keep the camera closed and forget everything. Pure.

`static/door/inapp.js` is the same list for the phone.
"""

from __future__ import annotations

import re

# In this order: Messenger calls itself Facebook too.
_APPS = (
    ("line", re.compile(r"\bLine/")),
    ("messenger", re.compile(r"MessengerForiOS|MessengerLiteForiOS|FB_IAB/(?:MESSENGER|Orca)")),
    ("facebook", re.compile(r"FBAN|FBAV|FB_IAB")),
    ("instagram", re.compile(r"Instagram")),
    ("tiktok", re.compile(r"musical_ly|BytedanceWebview|TikTok")),
)


def app_of(user_agent: str) -> str | None:
    """line, messenger, facebook, instagram or tiktok; None for an ordinary browser and for what is not known."""
    return next((name for name, pattern in _APPS if pattern.search(user_agent)), None)
