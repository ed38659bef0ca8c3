from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import psutil
import pytest

from nightshift.errors import Misconfigured, StateConflict
from nightshift.orchestration import deployment
from nightshift.orchestration.airflow_api import AirflowApi
from nightshift.orchestration.airflow_environment import airflow_environment, airflow_home, api_address, log_folder


def test_nothing_runs_before_the_first_start(project: Path) -> None:
    now = deployment.status()
    assert (now.pid, now.healthy) == (None, False)
    assert not deployment.stop()


def test_a_taken_port_is_named_and_nothing_is_left_running(project: Path) -> None:
    host, port = api_address()
    with socket.socket() as squatter:
        squatter.bind((host, port))
        squatter.listen()
        with pytest.raises(Misconfigured, match=rf"{host}:{port}.*NIGHTSHIFT_AIRFLOW_URL"):
            deployment.start(report=print)
    assert deployment.status().pid is None


def test_two_starts_at_once_do_not_both_start(project: Path) -> None:
    airflow_environment()
    with deployment._one_start_at_a_time(), pytest.raises(StateConflict, match="another"):
        deployment.start(report=print)


def test_an_airflow_that_does_not_start_shows_its_last_words(project: Path) -> None:
    airflow_environment()
    (airflow_home() / "airflow.db").mkdir()  # no database can be made where a folder stands
    with pytest.raises(Misconfigured, match=r"(?s)did not start.*supervisor\.log.*unable to open database file"):
        deployment.start(report=print)
    assert deployment.status().pid is None


@pytest.mark.airflow
def test_a_dag_runs_on_the_deployment_and_down_leaves_no_process_behind(project: Path, tmp_path: Path) -> None:
    told: list[str] = []
    running = deployment.start(report=told.append)
    try:
        assert running.healthy
        assert any("dags ready" in line for line in told)
        with AirflowApi() as api:
            api.trigger_dag("six_steps", "run-1", {"answer": str(tmp_path / "answer.txt"), "run_id": "mine"})
            state = final_state(api, "six_steps", "run-1")
            tasks = api.task_instances("six_steps", "run-1")
            with pytest.raises(StateConflict):
                api.trigger_dag("six_steps", "run-1", {})
        assert state == "success"
        assert (tmp_path / "answer.txt").read_text() == "mine: 14"
        assert sorted(task.map_index for task in tasks if task.task_id == "prepare") == [0, 1, 2]
    finally:
        stopped = deployment.stop()
    assert stopped
    assert [process for process in psutil.process_iter() if in_session(process, running.pid)] == []
    assert deployment.status().pid is None


@pytest.mark.airflow
def test_when_a_component_dies_the_deployment_ends_and_says_which(project: Path) -> None:
    running = deployment.start(report=print)
    try:
        supervisor = psutil.Process(running.pid)
        triggerer = next(child for child in supervisor.children() if "triggerer" in " ".join(child.cmdline()))
        triggerer.kill()
        psutil.wait_procs([supervisor], timeout=60)
        assert "triggerer ended with exit code -9" in (log_folder() / "supervisor.log").read_text()
    finally:
        deployment.stop()
    assert deployment.status().pid is None


def final_state(api: AirflowApi, dag_id: str, run_id: str, patience: float = 120) -> str:
    give_up_at = time.monotonic() + patience
    while not (run := api.dag_run(dag_id, run_id)).finished:
        assert time.monotonic() < give_up_at, f"still {run.state} after {patience} s"
        time.sleep(0.3)
    return run.state


def in_session(process: psutil.Process, session: int | None) -> bool:
    try:
        return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False
