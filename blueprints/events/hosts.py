"""Who holds an event: hosts of its own, or its programme's."""

from __future__ import annotations

from collections.abc import Sequence

from blueprints.programmes.services import HostCommand, hosts_as_typed
from core import history
from models import Event, db


def save_hosts(event: Event, commands: Sequence[HostCommand]) -> None:
    """Write the event's own hosts in the order typed; without any its programme's are its hosts."""
    event.own_hosts = hosts_as_typed(event.own_hosts, commands)
    db.session.flush()
    history.record("event.hosts_changed", event=event, hosts=[host.organisation.name_th for host in event.own_hosts])
