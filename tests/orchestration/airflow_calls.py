"""What tests ask of a running Airflow through its API: runs, tasks, forms and their answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from tests.orchestration.local_platform import LocalPlatform

from nightshift.orchestration.airflow_environment import ADMIN_PASSWORD, ADMIN_USER


def local(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def trigger(platform: LocalPlatform, dag_id: str, run_id: str, conf: Mapping[str, str]) -> None:
    with platform.api() as api:
        api.trigger_dag(dag_id, run_id, conf)


def end_of(platform: LocalPlatform, dag_id: str, run_id: str) -> str:
    """How the DAG run ended; waits for it."""
    ended: list[str] = []

    def has_ended() -> bool:
        response = looked_up(platform, f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
        ended[:] = [response.json()["state"]] if response else []
        return ended in (["success"], ["failed"])

    wait_until(has_ended, f"{dag_id} {run_id} ends", 300)
    return ended[0]


def state_of(platform: LocalPlatform, dag_id: str, run_id: str, task_id: str) -> str | None:
    """None while the run or the task is not there yet."""
    response = looked_up(platform, f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances")
    found = response.json()["task_instances"] if response else []
    return next((task["state"] for task in found if task["task_id"] == task_id), None)


def looked_up(platform: LocalPlatform, path: str) -> httpx.Response | None:
    """None for what is not there yet, and where a busy machine gives no answer: the next look finds it."""
    try:
        response = called(platform, "GET", path)
    except httpx.TimeoutException:
        return None
    return response if response.status_code == 200 else None


def hitl(platform: LocalPlatform, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
    """The form that a person sees."""
    response = called(platform, "GET", f"{_task(dag_id, run_id, task_id)}/hitlDetails")
    response.raise_for_status()
    form: dict[str, Any] = response.json()
    return form


def answer(
    platform: LocalPlatform, dag_id: str, run_id: str, task_id: str, options: list[str], listed: dict[str, list[str]]
) -> None:
    """What the form sends when a person answers it. Returns when the DAG run is over.

    Airflow 3.3.2 takes an answer that comes before its scheduler has seen the task pause for a lost task, and asks
    again with the task's next try: no person is that fast, and a test is.
    """
    sent = {"chosen_options": options, "params_input": listed}

    def is_over() -> bool:
        if state_of(platform, dag_id, run_id, task_id) == "awaiting_input":
            response = called(platform, "PATCH", f"{_task(dag_id, run_id, task_id)}/hitlDetails", json=sent)
            assert response.status_code in (200, 409), response.text  # 409: the task has not gone on yet
        found = looked_up(platform, f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
        return found is not None and found.json()["state"] == "success"

    wait_until(is_over, f"{dag_id} {run_id} is over", 300)


def _task(dag_id: str, run_id: str, task_id: str) -> str:
    return f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1"


def xcom(platform: LocalPlatform, dag_id: str, run_id: str, task_id: str) -> str:
    path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/return_value"
    return str(called(platform, "GET", path).json()["value"]).strip('"')


def called(platform: LocalPlatform, method: str, path: str, **arguments: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {token(platform.airflow_url)}"}
    return httpx.request(method, f"{platform.airflow_url}{path}", headers=headers, timeout=60, **arguments)


@cache
def token(url: str) -> str:
    login = {"username": ADMIN_USER, "password": ADMIN_PASSWORD}
    return str(httpx.post(f"{url}/auth/token", json=login, timeout=60).json()["access_token"])


def wait_until(holds: Callable[[], bool], what: str, patience: float = 150) -> None:
    give_up_at = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < give_up_at, f"not within {patience} s: {what}"
        time.sleep(0.2)
