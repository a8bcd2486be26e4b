"""How gunicorn serves the product, under `make run` as under systemd. PORT chooses the port, WEB_WORKERS the number of processes.

The application is loaded once and forked, so create_app() must leave no database connection open.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

# Every process counts its requests in a file of its own here; /metrics adds them up. It has to be known before the application is loaded.
counts = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix="ruam-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts

wsgi_app = "app:create_app()"
bind = f"fd://{os.environ['RUAM_SOCKET']}" if "RUAM_SOCKET" in os.environ else f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
preload_app = True
control_socket_disable = True
timeout = 60
graceful_timeout = 20  # seconds; scripts/serve.py allows 22 for a stop
max_requests = 5000
max_requests_jitter = 500


def when_ready(_server: Any) -> None:
    """Tell scripts/serve.py that requests are accepted."""
    if path := os.environ.get("RUAM_READY"):
        Path(path).write_text(str(os.getpid()))


def child_exit(_server: Any, worker: Any) -> None:
    """Let the counts of a process that ended stay, and its momentary figures go."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: Any) -> None:
    """Take the counts away."""
    shutil.rmtree(counts, ignore_errors=True)
