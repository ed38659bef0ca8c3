from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).resolve().parents[2] / "plugins"

# One process for all cases: importing Airflow costs more than the runs.
RUN_THREE_TIMES = """
import json, sys
from nightshift.errors import NightshiftError
from nightshift.orchestration.in_process import run_dag

found = {}
done = run_dag("six_steps", {"answer": sys.argv[1]}, "run-1")
found["success"] = [done.state, done.failed_task, done.log.read_text()]
try:
    run_dag("six_steps", {"fail_at": "admit"}, "run-2")
except NightshiftError as error:
    found["ours"] = [type(error).__name__, str(error)]
done = run_dag("six_steps", {"fail_at": "prepare"}, "run-3")
found["other"] = [done.state, done.failed_task, done.log.read_text()]
try:
    run_dag("no_such_dag", {}, "run-4")
except NightshiftError as error:
    found["unknown"] = [type(error).__name__, str(error)]
print(json.dumps(found))
"""

TOO_LATE = """
import airflow.sdk.configuration
from nightshift.orchestration.in_process import run_dag
run_dag("six_steps", {}, "run-1")
"""


def python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(PACKAGE_FOLDER)}
    return subprocess.run([sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True)


def test_a_dag_runs_to_its_end_and_says_how_it_ended(project: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.txt"
    ended = python(RUN_THREE_TIMES, str(answer))
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = json.loads(ended.stdout)  # standard output holds nothing but what the caller printed

    state, failed_task, log = found["success"]
    assert (state, failed_task) == ("success", None)
    assert answer.read_text() == "run-1: 14"
    assert "a task prints on standard output" in log

    kind, message = found["ours"]
    assert (kind, message.startswith("budget_usd: too little")) == ("BudgetExceeded", True)

    state, failed_task, log = found["other"]
    assert (state, failed_task) == ("failed", "prepare[1]")
    assert "not one of ours" in log

    assert found["unknown"][0] == "Misconfigured"
    assert "six_steps" in found["unknown"][1]

    left = {path.suffix for path in (tmp_path / "home" / "airflow" / "in_process").iterdir()}
    assert left == {".sqlite"}  # the empty database that the next process starts from


def test_a_process_that_has_airflow_already_is_refused(project: Path) -> None:
    ended = python(TOO_LATE)
    assert ended.returncode == 1
    assert "already imported" in ended.stderr.splitlines()[-1]
