"""Airflow's own triggerer, fed from a list instead of its database. Runs in the subject's environment.

The process that runs the triggers is Airflow's: `TriggerRunner` in a child of `TriggerRunnerSupervisor`, with its own
loop, its watchdog and its messages to the parent every second. Only the parent's look into the database is replaced.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
from pathlib import Path
from typing import Any

from airflow.executors.workloads.trigger import RunTrigger
from airflow.jobs.triggerer_job_runner import TriggerRunnerSupervisor
from airflow.models.trigger import Trigger

from benchmarks.trigger_lag import probe
from benchmarks.trigger_lag.subjects import SUBJECTS, Subject


class Triggerer(TriggerRunnerSupervisor):
    """Hands all triggers over at once, and ends when the probe has written its result."""

    workloads: list[RunTrigger]
    failures: list[str]
    result: Path

    def load_triggers(self) -> None:
        while self.workloads:
            self.creating_triggers.append(self.workloads.pop())

    def should_stop(self) -> bool:
        return self.result.exists() or bool(self.failures)

    def on_trigger_event(self, trigger_id: int, event: Any) -> None:
        if trigger_id:
            self.failures.append(f"trigger {trigger_id} fired: {event}")

    def on_trigger_failure(self, trigger_id: int, exc: list[str] | None) -> None:
        self.failures.append(f"trigger {trigger_id} failed: {''.join(exc or [])}")

    def heartbeat(self) -> None:
        """Nobody listens."""

    def clean_unused(self) -> None:
        """Nothing is in the database."""

    def metric_tags(self) -> dict[str, str]:
        return {"hostname": "benchmark"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--subject", required=True)
    parser.add_argument("--batches", type=Path, required=True, help="JSON list of batch ids")
    parser.add_argument("--poll-seconds", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--arrival-seconds", type=float, required=True)
    parser.add_argument("--result", type=Path, required=True)
    asked = parser.parse_args()
    subject = next(item for item in SUBJECTS if item.name == asked.subject)
    measuring = {
        "seconds": asked.seconds, "arrival_seconds": asked.arrival_seconds, "result": str(asked.result)
    }  # fmt: skip
    batches = json.loads(asked.batches.read_text(encoding="utf-8"))
    waiting = [subject.arguments(batch, asked.poll_seconds) for batch in batches]
    # The last one is handed over first: the probe is in the loop before the triggers come.
    given = [(subject.trigger, arguments) for arguments in waiting] + [(f"{probe.__name__}.LagProbe", measuring)]
    _count_looks(subject)
    supervisor = Triggerer.start(capacity=len(given))
    supervisor.workloads = [
        RunTrigger(id=len(given) - place - 1, classpath=path, encrypted_kwargs=Trigger.encrypt_kwargs(arguments))
        for place, (path, arguments) in enumerate(given)
    ]
    supervisor.failures, supervisor.result = [], asked.result
    try:
        supervisor.run()
    finally:
        supervisor.kill(escalation_delay=5, force=True)
    if supervisor.failures:
        raise SystemExit("\n".join(supervisor.failures))


def _count_looks(subject: Subject) -> None:
    """Counts looks per batch in the process of the triggers; imported here, so that no subject pays for its imports."""
    module, _, path = subject.look.partition(":")
    owner_name, _, name = path.partition(".")
    owner = getattr(importlib.import_module(module), owner_name)
    look = getattr(owner, name)

    @functools.wraps(look)
    def counted(self: Any, batch_id: str, *more: Any, **named: Any) -> Any:
        probe.looks[batch_id] = probe.looks.get(batch_id, 0) + 1
        return look(self, batch_id, *more, **named)

    setattr(owner, name, counted)


if __name__ == "__main__":
    main()
