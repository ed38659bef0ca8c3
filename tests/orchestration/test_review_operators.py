"""What asks for a review beside a run that does not wait for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.orchestration.conftest import ROOT

from nightshift import settings
from nightshift.storage.database import Database
from nightshift.storage.tables import Run, RunState

ASKING = """
from airflow.sdk import DAG

from nightshift.orchestration.batch_tasks import RETRYING
from nightshift.orchestration.review_operators import AskReviewOperator

with DAG(dag_id="asking", schedule=None) as dag:
    AskReviewOperator(task_id="ask_review", **RETRYING)
"""
ASK = """
import json, sys
from nightshift.orchestration.in_process import run_dag

done = run_dag("asking", {}, "run-1")
print(json.dumps([done.state, done.log.read_text()]))
"""


def test_a_run_that_was_refused_meanwhile_asks_nobody_and_adds_no_failure(project: Path) -> None:
    (project / "dags" / "asking.py").write_text(ASKING)
    refused_run()
    environment = os.environ | {"PYTHONPATH": str(ROOT / "plugins")}
    ended = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-3000:]
    found, log = json.loads(ended.stdout)
    assert found == "success"
    assert "run_id: the run ended refused (the cause)" in log


def refused_run() -> None:
    now = datetime.now(UTC)
    database = Database(settings.database_url())
    database.migrate()
    with database.transaction() as session:
        session.add(
            Run(
                run_id="run-1",
                state=RunState.REFUSED,
                application="support-desk",
                resolution={},
                deadline=now + timedelta(hours=1),
                output_uri="file:///published/run-1",
                input_rows=1,
                created_at=now,
                error="the cause",
            )
        )
    database.close()
