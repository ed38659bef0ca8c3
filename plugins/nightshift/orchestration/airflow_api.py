"""A client for the few calls of Airflow's REST API (v2) that the command line needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, NoReturn, Self

import httpx
import tenacity
from pydantic import BaseModel, ConfigDict, Field

from nightshift import settings
from nightshift.errors import Misconfigured, ProviderUnavailable, RequestRejected, StateConflict
from nightshift.orchestration.airflow_environment import ADMIN_PASSWORD, ADMIN_USER

_PAGE = 100


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class DagRun(_Answer):
    dag_id: str
    run_id: str = Field(alias="dag_run_id")
    state: str
    start_date: datetime | None
    end_date: datetime | None

    @property
    def finished(self) -> bool:
        return self.state in {"success", "failed"}


class TaskInstance(_Answer):
    task_id: str
    map_index: int
    state: str | None
    try_number: int


class ComponentHealth(_Answer):
    status: str | None
    heartbeat: datetime | None


class AirflowApi:
    """Logs in on the first call that needs it. Use as a context manager: it keeps a connection open."""

    def __init__(
        self,
        url: str | None = None,
        *,
        user: str = ADMIN_USER,
        password: str = ADMIN_PASSWORD,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = (url or settings.airflow_url()).rstrip("/")
        self._login = {"username": user, "password": password}
        self._http = httpx.Client(base_url=self.url, timeout=30, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def trigger_dag(self, dag_id: str, run_id: str, conf: Mapping[str, object]) -> DagRun:
        """Queue a run. A run id that exists already raises StateConflict and starts nothing.

        Tried again when Airflow fails: on SQLite its API server cannot write while a task is being started.
        """
        body = {"dag_run_id": run_id, "logical_date": None, "conf": dict(conf)}
        for attempt in _trying_again():
            with attempt:
                try:
                    return DagRun.model_validate(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body))
                except StateConflict:
                    if attempt.retry_state.attempt_number == 1:
                        raise
                    return self.dag_run(dag_id, run_id)  # an earlier attempt has started it, and its answer was lost
        raise AssertionError("the last attempt returns or raises")

    def dag_run(self, dag_id: str, run_id: str) -> DagRun:
        return DagRun.model_validate(self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"))

    def task_instances(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        """Every task instance of the run, mapped ones included."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return [TaskInstance.model_validate(entry) for entry in self._all(path, "task_instances")]

    def log_records(self, dag_id: str, run_id: str, task: TaskInstance) -> list[dict[str, Any]]:
        """The log of the task's latest try, one mapping per record."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task.task_id}/logs/{task.try_number}"
        records: list[dict[str, Any]] = []
        following: dict[str, str] = {}
        while True:
            page = self._call("GET", path, params={"map_index": task.map_index, **following})
            records += page["content"]
            if not page["content"] or not page["continuation_token"]:
                return records
            following = {"token": page["continuation_token"]}

    def last_error(self, dag_id: str, run_id: str, task: TaskInstance) -> str:
        """Kind and message of the exception that the latest try of a task ended with."""
        for record in reversed(self.log_records(dag_id, run_id, task)):
            if details := record.get("error_detail"):
                return f"{details[0]['exc_type']}: {details[0]['exc_value']}"
        return "its log names no error"

    def dag_ids(self) -> set[str]:
        return {entry["dag_id"] for entry in self._all("/api/v2/dags", "dags")}

    def import_errors(self) -> dict[str, str]:
        """DAG files that Airflow cannot import, with the trace of each."""
        return {entry["filename"]: entry["stack_trace"] for entry in self._all("/api/v2/importErrors", "import_errors")}

    def health(self) -> dict[str, ComponentHealth]:
        """Component name to its health. Needs no login."""
        answer = self._send("GET", "/api/v2/monitor/health").json()
        return {name: _component_health(name, entry) for name, entry in answer.items() if entry}

    def _all(self, path: str, key: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        while True:
            page = self._call("GET", path, params={"limit": _PAGE, "offset": len(entries)})
            entries += page[key]
            if not page[key] or len(entries) >= page["total_entries"]:
                return entries

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        if "authorization" not in self._http.headers:
            token = self._send("POST", "/auth/token", json=self._login).json()["access_token"]
            self._http.headers["authorization"] = f"Bearer {token}"
        return self._send(method, path, **arguments).json()

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **arguments)
        except httpx.ConnectError as error:
            raise Misconfigured(f"no Airflow answers at {self.url}; way out: start it with `nightshift up`") from error
        except httpx.HTTPError as error:
            raise ProviderUnavailable(f"Airflow at {self.url} broke off: {error!r}; way out: try again") from error
        if response.is_error:
            _refuse(method, path, response)
        return response


def _trying_again() -> tenacity.Retrying:
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(ProviderUnavailable),
        wait=tenacity.wait_random(0.2, 1.0),
        stop=tenacity.stop_after_attempt(4),
        reraise=True,
    )


def _component_health(name: str, entry: Mapping[str, Any]) -> ComponentHealth:
    return ComponentHealth(status=entry["status"], heartbeat=entry.get(f"latest_{name}_heartbeat"))


def _refuse(method: str, path: str, response: httpx.Response) -> NoReturn:
    said = f"Airflow answered {method} {path} with {response.status_code}: {_detail(response)}"
    match response.status_code:
        case 401 | 403:
            raise Misconfigured(f"{said}; way out: log in as a user who may do this")
        case 404:
            raise RequestRejected(said, field="path", value=path, way_out="check the DAG and run ids in Airflow's UI")
        case 409:
            raise StateConflict(f"{said}; way out: choose another run id, or follow the run that exists")
        case code if code < 500:
            raise RequestRejected(said, field="conf", way_out="correct the field that Airflow names")
        case _:
            raise ProviderUnavailable(f"{said}; way out: try again, then look into the API server's log")


def _detail(response: httpx.Response) -> str:
    """Airflow's explanation. A validation error also quotes the whole input, which may hold what must not be shown."""
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return "no explanation"
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(map(str, part.get('loc', ())))}: {part.get('msg')}" for part in detail)
    return str(detail["reason"] if isinstance(detail, dict) and "reason" in detail else detail)
