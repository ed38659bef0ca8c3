"""Run one DAG of dags/ to its end in this process: real Airflow, real task instances, no scheduler to start first.

Built on `DAG.test()`: tasks run one after another, deferred tasks run their trigger in line. Each process works on a
private copy of an empty metadata database, so runs side by side do not meet, and a running scheduler
never picks up their tasks.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import psutil

from nightshift import settings
from nightshift.errors import Misconfigured, NightshiftError
from nightshift.orchestration.airflow_environment import airflow_home, enter_airflow_environment, log_folder
from nightshift.orchestration.metadata_database import airflow_version, prepare_metadata_database

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.sdk import DAG

# DAG.test() names the Airflow run itself; a DAG that must know our run id finds it under this key of its conf.
RUN_ID_KEY = "run_id"


@dataclass(frozen=True)
class FinishedDag:
    """How a run ended. `failed_task` is the first task that failed, `task_id` or `task_id[map_index]`."""

    state: str
    log: Path
    failed_task: str | None = None


def run_dag(dag_id: str, conf: Mapping[str, object], run_id: str) -> FinishedDag:
    """Run `dags/<dag_id>.py` to its end. If a task fails with a NightshiftError, that very error is raised.

    Airflow's output goes to a file; standard output stays the caller's. Only for a process that has not imported
    Airflow by other ways, since it chooses Airflow's configuration.
    """
    log = log_folder() / "in_process" / dag_id / f"{run_id.replace(os.sep, '_')}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with _output_to(log):
        _prepare_airflow()
        dag = _load(dag_id)
        # No scheduler would raise it, and Airflow 3.3.2 cannot end a successful `DAG.test()` of a DAG that has one.
        dag.deadline = None
        failures = _failures()
        failures.by_task.clear()
        dag_run = dag.test(run_conf={**conf, RUN_ID_KEY: run_id})
        first = _first_failed(dag_run)
    if first is not None and isinstance(error := failures.by_task.get(first), NightshiftError):
        raise error
    return FinishedDag(state=str(dag_run.state), log=log, failed_task=_label(*first) if first else None)


def is_in_process() -> bool:
    """Whether the DAG of this process runs by itself: then no scheduler would start another one."""
    return _prepare_airflow.cache_info().currsize > 0


@functools.cache
def _prepare_airflow() -> None:
    """Choose Airflow's configuration and give this process its own database, once."""
    folder = airflow_home() / "in_process"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    database, empty = folder / f"{os.getpid()}.db", folder / f"empty-{airflow_version()}.sqlite"
    if empty.exists():
        shutil.copyfile(empty, database)
        database.with_suffix(".version").write_text(airflow_version())
    enter_airflow_environment({"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}"})
    atexit.register(_remove, database)
    import airflow.settings  # noqa: F401  (the first import; reads the configuration)

    prepare_metadata_database(database)
    if not empty.exists():
        draft = folder / f"{os.getpid()}.draft"
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.execute("VACUUM INTO ?", [str(draft)])
        os.replace(draft, empty)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left behind."""
    for leftover in folder.glob("*.db"):
        if leftover.stem.isdecimal() and not psutil.pid_exists(int(leftover.stem)):
            _remove(leftover)


def _remove(database: Path) -> None:
    for file in database.parent.glob(f"{database.stem}.*"):
        file.unlink(missing_ok=True)


def _load(dag_id: str) -> DAG:
    from airflow.dag_processing.dagbag import BundleDagBag

    folder = settings.project_root() / "dags"
    file = folder / f"{dag_id}.py"
    if not file.exists():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.py"))) or "none"
        raise Misconfigured(f"there is no DAG {dag_id!r} in {folder}; way out: one of: {known}")
    bag = BundleDagBag(dag_folder=str(file), bundle_path=folder, bundle_name="dags-folder")
    if bag.import_errors:
        raise Misconfigured(f"{file} cannot be imported: {next(iter(bag.import_errors.values())).strip()}")
    if dag_id not in bag.dags:
        raise Misconfigured(f"{file} defines {sorted(bag.dags)}; way out: a DAG file is named after its dag_id")
    return bag.dags[dag_id]


class _Failures:
    """A listener: Airflow hands it the exception object, where `DAG.test()` would only log it."""

    def __init__(self) -> None:
        self.by_task: dict[tuple[str, int], object] = {}

    def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: object) -> None:
        map_index = -1 if task_instance.map_index is None else task_instance.map_index
        self.by_task[task_instance.task_id, map_index] = error


@functools.cache
def _failures() -> _Failures:
    from airflow.listeners import hookimpl
    from airflow.sdk.listener import get_listener_manager

    hookimpl(_Failures.on_task_instance_failed)
    failures = _Failures()
    get_listener_manager().add_listener(failures)
    return failures


def _first_failed(dag_run: DagRun) -> tuple[str, int] | None:
    failed = [task for task in dag_run.get_task_instances() if task.state == "failed"]
    if not failed:
        return None
    first = min(failed, key=lambda task: (task.end_date is None, task.end_date))
    return first.task_id, first.map_index


def _label(task_id: str, map_index: int) -> str:
    return task_id if map_index < 0 else f"{task_id}[{map_index}]"


@functools.cache
def _airflow_stream() -> TextIO:
    # Airflow's loggers keep the stream that they meet first, so it is one for the life of the process.
    return open(os.devnull, "w", buffering=1)


@contextlib.contextmanager
def _output_to(log: Path) -> Iterator[None]:
    """Send what anything here writes to standard output to `log`, at the level of the file descriptor too."""
    stream = _airflow_stream()
    with open(log, "a") as file:
        os.dup2(file.fileno(), stream.fileno())
    sys.stdout.flush()
    standard_output = os.dup(1)
    os.dup2(stream.fileno(), 1)
    try:
        with contextlib.redirect_stdout(stream):
            yield
    finally:
        os.dup2(standard_output, 1)
        os.close(standard_output)
