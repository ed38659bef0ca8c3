"""The parent of the four Airflow processes of a local deployment: imports Airflow once, then forks each of them.

Measured on 2 cores: healthy after 12 s, with 14 s of processor time and 0.6 GB. `airflow standalone` needs 27 s, 43 s
and 1.0 GB for the same; the four `airflow` commands side by side 18 s, 32 s and 0.8 GB.
Started by deployment.py as `python -m nightshift.orchestration.supervisor`.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from nightshift.orchestration.airflow_environment import airflow_home, log_folder
from nightshift.orchestration.metadata_database import prepare_metadata_database

# The API server reads task logs from the folder that it shares with the other processes: no log servers needed.
COMPONENTS: dict[str, tuple[str, ...]] = {
    "api-server": (),
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}


# What more than one component, or every task process, would import by itself.
SHARED_IMPORTS = (
    "airflow.__main__",
    "airflow.api_fastapi.core_api.app",
    "airflow.api_fastapi.execution_api.app",
    "airflow.dag_processing.dagbag",
    "airflow.jobs.dag_processor_job_runner",
    "airflow.jobs.scheduler_job_runner",
    "airflow.jobs.triggerer_job_runner",
    "airflow.providers.standard.decorators.python",
    "airflow.sdk.execution_time.task_runner",
)

# Precedes the path of a log in the supervisor's own log; deployment.py shows the end of that file.
LOG_POINTER = "; log: "


def main() -> int:
    """Run until a component ends or SIGTERM comes; the other components end with it."""
    for module in SHARED_IMPORTS:
        importlib.import_module(module)
    prepare_metadata_database(airflow_home() / "airflow.db")
    # Keeps the objects of the imports on memory pages that stay shared between the four processes.
    gc.freeze()
    children = {_fork(component): component for component in COMPONENTS}
    return _watch(children)


def _fork(component: str) -> int:
    child = os.fork()
    if child:
        return child
    _become(component)


def _become(component: str) -> NoReturn:
    from airflow import __main__ as airflow_cli
    from airflow import settings as airflow_settings
    from setproctitle import setproctitle

    log = os.open(_log_file(component), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    setproctitle(f"nightshift airflow {component}")
    # Database connections must not be shared across a fork.
    airflow_settings.dispose_orm(do_log=False)
    airflow_settings.configure_orm()  # type: ignore[no-untyped-call]
    sys.argv = ["airflow", component, *COMPONENTS[component]]
    airflow_cli.main()  # type: ignore[no-untyped-call]
    sys.exit(0)


def _log_file(component: str) -> Path:
    return log_folder() / f"{component}.log"


def _watch(children: dict[int, str]) -> int:
    """Wait for the first component that ends, take the others down with it, say whose fault it was."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for pid in children:
            with contextlib.suppress(ProcessLookupError):  # ended, not yet waited for
                os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    exit_code = 0
    while children:
        pid, status = os.wait()
        component = children.pop(pid, None)
        if component is None or stopping:
            continue
        exit_code = 1
        ending = os.waitstatus_to_exitcode(status)
        sys.stderr.write(f"{component} ended with exit code {ending}{LOG_POINTER}{_log_file(component)}\n")
        stop(signal.SIGTERM, None)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
