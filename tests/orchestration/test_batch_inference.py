"""The main job through a real scheduler, triggerer and API server. One deployment for the whole module."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import select
from tests.orchestration.airflow_calls import wait_until
from tests.orchestration.local_platform import SAMPLE, LocalPlatform

from nightshift.batch.deadline import warning_at
from nightshift.orchestration.background_session import BackgroundSession
from nightshift.orchestration.nightly import night_of
from nightshift.storage.tables import Run, Shard, ShardState

pytestmark = pytest.mark.airflow

DAG, NIGHTLY = "batch_inference", "nightly_jobs"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPlatform]:
    """Up, with two runs and one night on their way: they work side by side while the tests look at them in turn."""
    found = LocalPlatform(tmp_path_factory.mktemp("platform"))
    jobs = found.include / "jobs"
    (jobs / "triage_tickets.yaml").unlink()
    text = found.job("good", 60, 80).read_text()
    (jobs / "good.yaml").write_text(text.replace("uri: good.jsonl", "uri: ../../good.jsonl"))
    (jobs / "bad.yaml").write_text(text.replace("deadline: 8h", "dead_line: 8h"))
    try:
        told = found.up()
        assert f"{found.airflow_url}  user admin, password nightshift" in told
        assert found.sandbox_url in told
        assert "nightshift batch submit" in told
        found.submit(found.job("sample", 0, 40), "sample")
        found.submit(found.job("poor", 40, 60, budget="0.001"), "poor")
        found.submit(late_job(found), "late")
        with found.api() as api:
            api.trigger_dag(NIGHTLY, "night-1", {})
        yield found
    finally:
        ended = found.nightshift("down")
    assert "Airflow  stopped" in ended.stdout


def late_job(platform: LocalPlatform) -> Path:
    """Four minutes for a batch that takes ten. No other run uses this deployment, so that only this one is slow."""
    model = "azure/gpt-4o-mini-2024-07-18"
    policies = platform.include / "policies"
    (policies / "tiers" / "late.yaml").write_text(f"tiers: [{{name: light, deployments: [{model}]}}]\n")
    desk = policies / "applications" / "support-desk.yaml"
    desk.write_text(desk.read_text().replace("models: [", f"models: [{model}, "))
    slow = {"fault": "slow_batch", "seconds": 600, "provider": "azure_openai"}
    httpx.post(f"{platform.sandbox_url}/sandbox/faults", json=[slow]).raise_for_status()
    job = platform.job("late", 0, 10)
    job.write_text(job.read_text().replace("tiers: default", "tiers: late").replace("deadline: 8h", "deadline: 4m"))
    return job


def test_the_alert_comes_while_there_is_time_left_and_is_forgotten_where_a_run_is_finished(
    platform: LocalPlatform,
) -> None:
    wait_until(lambda: late_run(platform).deadline_alert is not None, "the deadline alert is raised", 400)
    now, run = datetime.now(UTC), late_run(platform)
    assert warning_at(run.created_at, run.deadline) <= now < run.deadline
    assert "of 4 min are used up and 1 of 1 request files are unfinished (" in str(run.deadline_alert)
    assert "azure_openai/global 1; what is not answered by " in str(run.deadline_alert)
    assert f"alert: {run.deadline_alert}" in platform.nightshift("batch", "status", "late").stdout
    with platform.api() as api:
        assert api.dag_run(DAG, "late").state == "running"
    wait_until(lambda: airflow_deadlines(platform).get("late") == (1, "success"), "Airflow has run its callback")
    assert platform.final_state(DAG, "sample") == "success"
    assert platform.final_state(DAG, "poor") == "failed"
    # A failed run is not over for Airflow: it may be cleared. Its alert finds out for itself.
    assert airflow_deadlines(platform).keys() & {"late", "sample", "poor"} == {"late", "poor"}
    assert platform.nightshift("batch", "cancel", "late").stdout == "cancelled late\n"


def late_run(platform: LocalPlatform) -> Run:
    wait_until(lambda: bool(runs(platform, "late")), "the run is admitted")
    return runs(platform, "late")[0]


def runs(platform: LocalPlatform, run_id: str) -> list[Run]:
    with platform.database().transaction() as session:
        return list(session.scalars(select(Run).where(Run.run_id == run_id)))


def airflow_deadlines(platform: LocalPlatform) -> dict[str, tuple[int, str]]:
    """What Airflow remembers of each run: whether the instant has passed, and the state of the callback."""
    query = (
        "SELECT dag_run.run_id, deadline.missed, callback.state FROM deadline "
        "JOIN dag_run ON dag_run.id = deadline.dagrun_id JOIN callback ON callback.id = deadline.callback_id"
    )
    with closing(sqlite3.connect(f"file:{platform.home / 'airflow' / 'airflow.db'}?mode=ro", uri=True)) as connection:
        return {run_id: (missed, state) for run_id, missed, state in connection.execute(query)}


def test_a_submitted_job_is_published_step_by_step(platform: LocalPlatform) -> None:
    followed = platform.follow("sample")
    assert followed.returncode == 0, followed.stderr
    assert followed.stdout.startswith("published: rows 40 | screened 40 |")
    assert platform.final_state(DAG, "sample") == "success"
    tasks = platform.tasks(DAG, "sample")
    assert {task.state for task in tasks} <= {"success", "skipped"}
    by_state = {(task.task_id, task.map_index): task.state for task in tasks}
    assert by_state["settle", -1] == by_state["prepare", 0] == by_state["wave_0.execute", 0] == "success"
    assert by_state["wave_2.execute", -1] == "skipped"  # two tiers: no third wave
    assert (platform.home / "lake" / "published" / "sample" / "results.parquet").exists()


def test_execute_waits_in_the_triggerer(platform: LocalPlatform) -> None:
    platform.final_state(DAG, "sample")
    execute = next(task for task in platform.tasks(DAG, "sample") if task.task_id == "wave_0.execute")
    with platform.api() as api:
        events = [str(record["event"]) for record in api.log_records(DAG, "sample", execute)]
    assert any("Pausing task as DEFERRED" in event for event in events)
    assert any("Trigger fired event" in event for event in events)


def test_a_budget_too_small_ends_the_run_at_once_and_says_why(platform: LocalPlatform) -> None:
    followed = platform.follow("poor")
    assert followed.returncode == 2
    assert followed.stdout.startswith("refused: ")
    assert "budget_usd: " in followed.stdout
    assert "way out: raise budget_usd" in followed.stdout
    assert platform.final_state(DAG, "poor") == "failed"
    failed = [task for task in platform.tasks(DAG, "poor") if task.state == "failed"]
    assert [(task.task_id, task.try_number) for task in failed] == [("pack", 1)]
    assert {task.state for task in platform.tasks(DAG, "poor") if task.task_id == "ask_review"} == {"skipped"}
    with platform.api() as api:
        assert "BudgetExceeded: budget_usd: " in api.last_error(DAG, "poor", failed[0])


def test_a_job_that_cannot_be_admitted_says_why_on_the_command_line(platform: LocalPlatform) -> None:
    spec = platform.job("unknown", 0, 1)
    spec.write_text(spec.read_text().replace("triage_ticket@production", "no_such_prompt@production"))
    platform.submit(spec, "unknown")
    followed = platform.follow("unknown")
    assert followed.returncode == 2
    assert "admit: InvalidSpec: prompt: no such name" in followed.stderr


def test_each_job_file_runs_once_a_night_and_a_bad_one_fails_alone(platform: LocalPlatform) -> None:
    assert platform.final_state(NIGHTLY, "night-1") == "failed"
    bad, good = sorted((task for task in platform.tasks(NIGHTLY, "night-1") if task.task_id == "start"), key=_place)
    assert (bad.state, bad.try_number) == ("failed", 1)
    with platform.api() as api:
        assert "include/jobs/bad.yaml: dead_line" in api.last_error(NIGHTLY, "night-1", bad)
        assert good.state == "success"
        api.trigger_dag(NIGHTLY, "night-1-again", {})
    assert platform.final_state(NIGHTLY, "night-1-again") == "failed"
    again = sorted((task for task in platform.tasks(NIGHTLY, "night-1-again") if task.task_id == "start"), key=_place)
    assert [task.state for task in again] == ["failed", "skipped"]
    followed = platform.follow(good_run())
    assert followed.stdout.startswith("published: rows 20 "), followed.stderr


def good_run() -> str:
    return f"good-night-{night_of(datetime.now(UTC), opens_at=22)}"


def _place(task: object) -> int:
    return task.map_index  # type: ignore[attr-defined,no-any-return]


def test_kills_and_an_outage_lose_nothing_and_submit_nothing_twice(platform: LocalPlatform) -> None:
    """The task process dies handing a shard over, the triggerer while the batch runs, with the provider away."""
    for other in ("sample", good_run()):  # their batches must not meet the one fault
        platform.follow(other)
    faults = platform.folder / "faults.json"
    faults.write_text(json.dumps([{"fault": "timeout", "on": "batches.create", "seconds": 60, "times": 1}]))
    platform.nightshift("sandbox", "stop")
    platform.nightshift("sandbox", "start", "--keep", "--batch-seconds", "20", "--faults", str(faults))
    platform.submit(platform.job("hostile", 80, 120), "hostile")

    wait_until(lambda: ShardState.SUBMITTING in shard_states(platform), "a shard is being handed over")
    for process in task_processes(platform):
        process.kill()

    wait_until(lambda: ShardState.SUBMITTED in shard_states(platform), "the next try has handed it over")
    wait_until(lambda: "deferred" in execute_states(platform), "the task is deferred")
    platform.nightshift("sandbox", "stop")
    supervisor = supervisor_of(platform)
    next(child for child in supervisor.children() if "triggerer" in title(child)).kill()
    psutil.wait_procs([supervisor], timeout=60)
    platform.nightshift("down")
    platform.up()  # and the sandbox, with what it had

    followed = platform.follow("hostile")
    assert followed.returncode == 0, followed.stderr
    assert followed.stdout.startswith("published: rows 40 ")
    assert platform.final_state(DAG, "hostile") == "success"
    batches = httpx.get(
        f"{platform.sandbox_url}/v1/batches", params={"limit": 100}, headers={"authorization": "Bearer sandbox"}
    ).json()["data"]
    submitted = Counter(batch["metadata"]["nightshift_shard"] for batch in batches)
    assert submitted == Counter(digests(platform))


def test_no_log_holds_the_text_of_a_ticket(platform: LocalPlatform) -> None:
    platform.final_state(DAG, "sample")
    messages = re.findall(r'"message": "([^"\\]{40})', SAMPLE.read_text())  # some of the rows are broken on purpose
    texts = set(messages[:110])
    assert len(texts) > 60
    logs = [path for path in (platform.home / "airflow" / "logs").rglob("*") if path.is_file()]
    assert any("task_id=settle" in str(path) for path in logs)
    for path in logs:
        content = path.read_text(errors="replace")
        assert not [text for text in texts if text in content or json.dumps(text)[1:-1] in content], path


def shard_states(platform: LocalPlatform) -> set[str]:
    with platform.database().transaction() as session:
        return set(session.scalars(select(Shard.state).where(Shard.run_id == "hostile")))


def digests(platform: LocalPlatform) -> list[str]:
    with platform.database().transaction() as session:
        return list(session.scalars(select(Shard.digest).where(Shard.provider == "openai")))


def execute_states(platform: LocalPlatform) -> set[str | None]:
    return {task.state for task in platform.tasks(DAG, "hostile") if task.task_id == "wave_0.execute"}


def supervisor_of(platform: LocalPlatform) -> psutil.Process:
    pid = BackgroundSession(Path(platform.home / "airflow" / "supervisor.json")).pid()
    assert pid is not None
    return psutil.Process(pid)


def task_processes(platform: LocalPlatform) -> list[psutil.Process]:
    """What the executor's workers have forked: one process per running task."""
    workers = [child for child in supervisor_of(platform).children(recursive=True) if "LocalExecutor" in title(child)]
    found = [task for worker in workers for task in worker.children()]
    assert found
    return found


def title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # ended meanwhile
        return ""
