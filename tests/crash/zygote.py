"""A process with everything imported that forks one worker per command, so that a crash test costs no start-up.

Reads one JSON command per line from standard input, answers one JSON line when the worker has ended. The worker kills
itself with SIGKILL at the point the command names: before or after the n-th database commit or lake write.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

# Imported before the fork, so that no worker pays for it.
import alembic.command  # noqa: F401
import boto3  # noqa: F401
import duckdb  # noqa: F401
import genai_prices.data  # noqa: F401
import great_expectations  # noqa: F401
import httpcore  # noqa: F401
import matplotlib.backends.backend_agg
import matplotlib.figure  # noqa: F401
import oci.generative_ai_inference  # noqa: F401
import openai.resources.batches
import openai.resources.chat.completions  # noqa: F401
import openlineage.client  # noqa: F401
import pandas as pd  # noqa: F401
import pyarrow.dataset
import pyarrow.parquet  # noqa: F401
from sqlalchemy import event
from sqlalchemy.orm import Session

from nightshift import settings
from nightshift.batch.runner import run_job
from nightshift.batch.services import Services, open_services
from nightshift.batch.spec import load_spec
from nightshift.storage.lake import FileLake


class Points:
    """Numbers every call through the ports as it happens; at the chosen one the process dies."""

    def __init__(self, record: Path, die_at: int | None) -> None:
        self._record, self._die_at, self._passed = record.open("a", buffering=1), die_at, 0

    def passed(self, name: str) -> None:
        self._record.write(f"{self._passed} {name}\n")
        if self._passed == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._passed += 1


class CountedLake(FileLake):
    """The real lake, with a point before and after every write."""

    points: Points

    @contextmanager
    def create(self, uri: str) -> Iterator[Path]:
        name = uri.rsplit("/", 1)[-1]
        self.points.passed(f"before writing {name}")
        with super().create(uri) as path:
            yield path
        self.points.passed(f"after writing {name}")


def counted_services(points: Points) -> Services:
    """The real services; commits are seen through SQLAlchemy's own events."""
    services = open_services()
    lake = CountedLake(settings.lake_url())
    lake.points = points
    event.listen(Session, "before_commit", lambda session: points.passed("before a commit"))
    event.listen(Session, "after_commit", lambda session: points.passed("after a commit"))
    return replace(services, lake=lake)


def work(command: dict[str, Any]) -> None:
    os.environ.update(command["environment"])
    points = Points(Path(command["record"]), command.get("die_at"))
    run_job(counted_services(points), load_spec(Path(command["spec"])), command["run_id"])


def main() -> None:
    for line in sys.stdin:
        command = json.loads(line)
        child = os.fork()
        if child == 0:
            _become_worker(command)
        print(json.dumps({"pid": child}), flush=True)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


def _become_worker(command: dict[str, Any]) -> None:
    log = os.open(command["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 1
    try:
        work(command)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
