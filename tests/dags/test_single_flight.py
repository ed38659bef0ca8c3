"""A run in Airflow that waits for another one's answers gives its worker back in between."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
import yaml
from tests.job_runs import Jobs, questions

from nightshift.batch.runner import resume
from nightshift.batch.steps.admit import admit
from nightshift.batch.steps.pack import pack
from nightshift.batch.steps.prepare import Preparation, prepare_slice
from nightshift.orchestration.airflow_environment import log_folder
from nightshift.storage.tables import Run

PATIENCE = 240.0


@pytest.mark.runs
def test_the_task_is_rescheduled_until_the_other_run_is_published(jobs: Jobs) -> None:
    rows = jobs.write(questions(5))
    job = admit(jobs.services, jobs.spec(rows), "run-1")
    prepare_slice(jobs.services, Preparation.of(jobs.services, job), 0)
    pack(jobs.services, "run-1")
    spec = jobs.write(yaml.safe_dump(jobs.content(rows)), "job.yaml")
    command = "from nightshift.cli import main; main()"
    arguments = ["batch", "run", "--airflow", "--json", "--spec", str(spec), "--run-id", "run-2"]
    with subprocess.Popen([sys.executable, "-c", command, *arguments], stdout=subprocess.PIPE, text=True) as waiting:
        wait_until_it_waits(jobs, waiting)
        resume(jobs.services, "run-1")
        out, _ = waiting.communicate(timeout=PATIENCE)
    assert waiting.returncode == 0
    assert json.loads(out)["rows"]["cached"] == 5
    jobs.check_money("run-1", "run-2")
    log = (log_folder() / "in_process" / "batch_inference" / "run-2.log").read_text()
    assert "marking task as UP_FOR_RESCHEDULE" in log
    assert "run run-1 is asking 5 of the same rows; looking again in 0.02 s" in log


def wait_until_it_waits(jobs: Jobs, process: subprocess.Popen[str]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while True:
        with jobs.services.database.transaction() as session:
            run = session.get(Run, "run-2")
            if run is not None and run.awaited_run_id == "run-1":
                return
        assert process.poll() is None, "it ended without having waited"
        assert time.monotonic() < give_up_at
        time.sleep(0.2)
