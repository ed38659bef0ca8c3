"""The DAG's deadline alert: each run warns when most of the time to its own deadline is used up.

Airflow asks the reference for the instant when it creates the run, and forgets it when the run succeeds earlier. Else
its scheduler hands the callback to the triggerer.
"""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import BaseDeadlineReference, DeadlineAlert

from nightshift.orchestration.in_process import RUN_ID_KEY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class DeadlineWarning(BaseDeadlineReference):
    """When a run must warn. None where its deadline means nothing: then admission refuses the run and says why."""

    required_kwargs = frozenset({"dag_id", "run_id"})  # what Airflow passes on to _evaluate_with

    def _evaluate_with(self, *, session: Session, dag_id: str, run_id: str) -> datetime | None:
        from airflow.models import DagRun
        from sqlalchemy import select

        found = session.execute(
            select(DagRun.queued_at, DagRun.conf).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
        ).one()
        return warning_of(found.conf or {}, found.queued_at or datetime.now(UTC))


def deadline_alert() -> DeadlineAlert:
    """What `DAG(deadline=...)` takes."""
    return DeadlineAlert(reference=DeadlineWarning(), interval=timedelta(0), callback=AsyncCallback(warn))


def warning_of(conf: dict[str, Any], queued_at: datetime) -> datetime | None:
    """When a run with this trigger form must warn. Must not raise: Airflow would not create the run at all."""
    from nightshift.batch.deadline import warning_at
    from nightshift.batch.spec import LONGEST_DEADLINE, instant_of
    from nightshift.errors import InvalidSpec
    from nightshift.orchestration.job_form import job_form

    try:
        deadline = instant_of(str(conf.get("deadline") or job_form()["deadline"].value), queued_at)
    except InvalidSpec:
        return None
    return warning_at(queued_at, deadline) if queued_at < deadline <= queued_at + LONGEST_DEADLINE else None


async def warn(context: dict[str, Any]) -> str | None:
    """The callback, in the triggerer's event loop. Returns what it wrote down, which Airflow keeps with the callback.

    A duration counts from the run's admission, which may come a while after its queueing: then this waits on.
    """
    from nightshift.batch.deadline import alert_when_due
    from nightshift.orchestration.run_context import airflow_services

    services = await asyncio.to_thread(airflow_services)
    try:
        return await alert_when_due(services, _run_id(context["dag_run"]))
    finally:
        await asyncio.to_thread(services.database.close)


def _run_id(dag_run: dict[str, Any]) -> str:
    """Our name of Airflow's run, as `run_context.current_run_id` spells it."""
    given = (dag_run["conf"] or {}).get(RUN_ID_KEY) or dag_run["dag_run_id"]
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", str(given))
