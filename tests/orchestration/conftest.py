"""A throw-away project around the real plugins folder, so that no test meets another's Airflow."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SIX_STEPS = """
from datetime import timedelta

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import BaseOperator, dag, task


class Wait(BaseOperator):
    def execute(self, context):
        self.defer(trigger=TimeDeltaTrigger(timedelta(seconds=1)), method_name="resume")

    def resume(self, context, event):
        return "waited"


@dag(schedule=None, params={"fail_at": ""})
def six_steps():
    @task
    def admit(params=None) -> list[int]:
        print("a task prints on standard output")
        if params["fail_at"] == "admit":
            from nightshift.errors import BudgetExceeded

            raise BudgetExceeded("too little", field="budget_usd", value="1.00", limit="2.00", way_out="raise it")
        return [1, 2, 3]

    @task
    def prepare(number: int, params=None) -> int:
        if params["fail_at"] == "prepare" and number == 2:
            raise ValueError("not one of ours")
        return number * number

    @task
    def publish(numbers: list[int], params=None) -> str:
        from pathlib import Path

        text = f"{params.get('run_id')}: {sum(numbers)}"
        if "answer" in params:
            Path(params["answer"]).write_text(text)
        return text

    squares = prepare.expand(number=admit())
    execute = Wait(task_id="execute")
    squares >> execute >> publish(squares)


six_steps()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with one DAG, `six_steps`; settings point to it and to a free port."""
    folder = tmp_path / "project"
    (folder / "dags").mkdir(parents=True)
    (folder / "include").mkdir()
    (folder / "plugins").symlink_to(ROOT / "plugins")
    (folder / "dags" / "six_steps.py").write_text(SIX_STEPS)
    for name in [name for name in os.environ if name.startswith(("NIGHTSHIFT_", "AIRFLOW"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NIGHTSHIFT_PROJECT", str(folder))
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NIGHTSHIFT_AIRFLOW_URL", f"http://127.0.0.1:{free_port()}")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
