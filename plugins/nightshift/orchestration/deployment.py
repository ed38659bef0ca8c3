"""Start, stop and look at the local Airflow: API server with UI, scheduler, DAG processor and triggerer."""

from __future__ import annotations

import fcntl
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from nightshift import settings
from nightshift.errors import Misconfigured, NightshiftError, ProviderUnavailable, StateConflict
from nightshift.orchestration.airflow_api import AirflowApi, ComponentHealth
from nightshift.orchestration.airflow_environment import airflow_environment, airflow_home, api_address, log_folder
from nightshift.orchestration.background_session import BackgroundSession
from nightshift.orchestration.supervisor import LOG_POINTER

COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")

_START_SECONDS = 180
_PAUSE_SECONDS = 0.3

Report = Callable[[str], None]


@dataclass(frozen=True)
class Status:
    """`pid` is the supervisor's (None: not running); `components` maps a name to healthy, unhealthy or unknown."""

    pid: int | None
    url: str
    components: dict[str, str] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        return self.pid is not None and all(self.components.get(name) == "healthy" for name in COMPONENTS)


def start(report: Report) -> Status:
    """Start Airflow in the background and wait until it is of use: every component healthy, every DAG listed."""
    environment = airflow_environment()
    with _one_start_at_a_time():
        pid = _session().pid()
        if pid is not None:
            report(f"Airflow: already running (process {pid})")
            return status()
        _require_free_port()
        started_at = datetime.now(UTC)
        command = [sys.executable, "-m", "nightshift.orchestration.supervisor"]
        supervisor = _session().start(command, environment, log=log_folder() / "supervisor.log")
        try:
            _wait_until_useful(supervisor, started_at, report)
        except BaseException:
            _session().end()
            raise
        return status()


def stop() -> bool:
    """End every process that `start` started, tasks in progress included. False if there was none."""
    return _session().end()


def status() -> Status:
    pid = _session().pid()
    return Status(pid, settings.airflow_url(), _component_states() if pid is not None else {})


def _session() -> BackgroundSession:
    return BackgroundSession(airflow_home() / "supervisor.json")


@contextmanager
def _one_start_at_a_time() -> Iterator[None]:
    with open(airflow_home() / "start.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateConflict("another `nightshift up` is starting Airflow; way out: wait for it") from error
        yield


def _wait_until_useful(supervisor: subprocess.Popen[bytes], started_at: datetime, report: Report) -> None:
    waiting_for = [*COMPONENTS, "dags"]
    report("Airflow: starting (first start also creates its database)")
    give_up_at = time.monotonic() + _START_SECONDS
    with AirflowApi() as api:
        while waiting_for:
            if supervisor.poll() is not None:
                raise Misconfigured(f"Airflow did not start.\n{_last_words()}")
            if time.monotonic() > give_up_at:
                missing = ", ".join(waiting_for)
                raise ProviderUnavailable(
                    f"Airflow is not ready after {_START_SECONDS} s, missing: {missing}; way out: see {log_folder()}"
                )
            time.sleep(_PAUSE_SECONDS)
            arrived = _arrived(api, waiting_for, started_at)
            waiting_for = [name for name in waiting_for if name not in arrived]
            for name in arrived:
                report(f"Airflow: {name} ready after {(datetime.now(UTC) - started_at).total_seconds():.0f} s")
        for file, trace in api.import_errors().items():
            report(f"Airflow: {file} cannot be imported: {trace.strip().splitlines()[-1]}")


def _arrived(api: AirflowApi, waiting_for: list[str], started_at: datetime) -> list[str]:
    try:
        health = api.health()
    except (Misconfigured, ProviderUnavailable):  # the API server is the last to come up
        return []
    arrived = [name for name in waiting_for if name in health and _is_up(health[name], started_at)]
    if "dags" in waiting_for and "dag_processor" not in waiting_for:
        arrived += ["dags"] if _dags_are_listed(api) else []
    return arrived


def _is_up(component: ComponentHealth, started_at: datetime) -> bool:
    # A heartbeat from before the start is the previous Airflow's, killed moments ago.
    return component.status == "healthy" and (component.heartbeat is None or component.heartbeat >= started_at)


def _dags_are_listed(api: AirflowApi) -> bool:
    expected = {file.stem for file in (settings.project_root() / "dags").glob("*.py")}
    broken = {Path(file).stem for file in api.import_errors()}
    return expected <= api.dag_ids() | broken


def _component_states() -> dict[str, str]:
    try:
        with AirflowApi() as api:
            health = api.health()
    except NightshiftError:
        return dict.fromkeys(COMPONENTS, "unknown")
    return {name: health[name].status or "unknown" if name in health else "unknown" for name in COMPONENTS}


def _require_free_port() -> None:
    host, port = api_address()
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Misconfigured(
                f"NIGHTSHIFT_AIRFLOW_URL: {host}:{port} cannot be used ({error.strerror}); way out: stop what listens "
                "there, or set NIGHTSHIFT_AIRFLOW_URL to another port, for instance http://127.0.0.1:8081"
            ) from error


def _last_words(lines: int = 15) -> str:
    """The end of the supervisor's log, and of the component's log that it points to."""
    supervisor_log = log_folder() / "supervisor.log"
    said = supervisor_log.read_text(errors="replace").splitlines()
    tail = [f"--- {supervisor_log}", *said[-lines:]]
    for line in said:
        if LOG_POINTER in line:
            log = Path(line.rpartition(LOG_POINTER)[2])
            tail += [f"--- {log}", *log.read_text(errors="replace").splitlines()[-lines:]]
    return "\n".join(tail)
