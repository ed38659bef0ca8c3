"""The DAG files under this deployment's policy, and the main job through its DAG in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.job_runs import Jobs, questions

from nightshift.batch.spec import JobSpec, parse_spec
from nightshift.cli import main

ROOT = Path(__file__).parents[2]
STEPS = ("admit", "prepare", "execute", "escalate", "publish", "settle")
MOST_RETRIES = 10

# Deadline of a run that is queued at 20:00 UTC, and when it warns. Never an error: Airflow would not create the run.
WARNINGS = {
    "8h": "2026-11-24 02:00:00+00:00",
    "90m": "2026-11-23 21:07:30+00:00",
    "2026-11-24T05:00:00+01:00": "2026-11-24 02:00:00+00:00",
    "soon": "None",
    "15d": "None",
    "2026-11-23T19:00:00Z": "None",
    "99999999999d": "None",
}

# One process for everything that is asked of the DAG files: importing Airflow costs more than the answers.
DESCRIBE = """
import json, sys
from pathlib import Path
from nightshift.orchestration.airflow_environment import enter_airflow_environment
enter_airflow_environment({})
from airflow.dag_processing.dagbag import BundleDagBag

folder = Path(sys.argv[1]) / "dags"
bag = BundleDagBag(dag_folder=str(folder), bundle_path=folder, bundle_name="dags-folder")
described = {
    dag_id: {
        "tags": sorted(dag.tags),
        "doc": dag.doc_md,
        "catchup": dag.catchup,
        "tasks": {task.task_id: [task.owner, task.retries] for task in dag.tasks},
        "params": {
            name: {"value": dag.params.get_param(name).value, "description": dag.params.get_param(name).description}
            | dag.params.get_param(name).schema
            for name in dag.params
        },
    }
    for dag_id, dag in bag.dags.items()
}

# What Airflow's API server does when it creates a run: it reads the alert back and asks the reference for the instant.
from datetime import UTC, datetime
from airflow.plugins_manager import ensure_plugins_loaded
from airflow.serialization.decoders import decode_deadline_alert
from airflow.serialization.encoders import encode_deadline_alert

ensure_plugins_loaded()
[alert] = [decode_deadline_alert(encode_deadline_alert(one)) for one in bag.dags["batch_inference"].deadline]
from nightshift.orchestration.deadline_alert import warning_of

queued = datetime(2026, 11, 23, 20, tzinfo=UTC)
deadline = {
    "callback": alert.callback.path,
    "seconds": alert.interval.total_seconds(),
    "warnings": [str(warning_of(conf, queued)) for conf in json.loads(sys.argv[2])],
}
print("\\n" + json.dumps({"errors": bag.import_errors, "dags": described, "deadline": deadline}, default=str))
"""


def python(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "plugins")}
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(tmp_path_factory.mktemp("home")))
        described = python(DESCRIBE, ROOT, json.dumps([{"deadline": text} for text in WARNINGS] + [{}]))
    assert described.returncode == 0, described.stderr[-3000:]
    content: dict[str, Any] = json.loads(described.stdout.splitlines()[-1])
    return content


def test_every_dag_file_loads_and_defines_the_dag_it_is_named_after(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}
    assert sorted(bag["dags"]) == sorted(path.stem for path in (ROOT / "dags").glob("*.py"))


def test_every_dag_has_owner_tags_documentation_and_bounded_retries(bag: dict[str, Any]) -> None:
    for dag_id, dag in bag["dags"].items():
        assert "nightshift" in dag["tags"], dag_id
        assert len(dag["doc"]) > 80, dag_id
        assert dag["catchup"] is False, dag_id
        for task_id, (owner, retries) in dag["tasks"].items():
            assert owner != "airflow", task_id
            assert 1 <= retries <= MOST_RETRIES, task_id


def test_the_tasks_of_the_main_job_are_named_as_its_six_steps(bag: dict[str, Any]) -> None:
    names = {task_id.rsplit(".", 1)[-1] for task_id in bag["dags"]["batch_inference"]["tasks"]}
    assert names >= set(STEPS)


def test_the_form_asks_for_every_key_of_the_job_spec_and_explains_it(bag: dict[str, Any]) -> None:
    form = bag["dags"]["batch_inference"]["params"]
    assert form.keys() == JobSpec.model_fields.keys()
    for name, field in form.items():
        assert len(field["description"] or field.get("description_md", "")) > 10, name
    defaults = parse_spec({name: field["value"] for name, field in form.items() if field["value"] is not None})
    assert (ROOT / defaults.input.uri).is_file()


def test_a_run_warns_when_three_quarters_of_the_time_to_its_own_deadline_are_used_up(bag: dict[str, Any]) -> None:
    deadline = bag["deadline"]
    assert (deadline["callback"], deadline["seconds"]) == ("nightshift.orchestration.deadline_alert.warn", 0)
    default = bag["dags"]["batch_inference"]["params"]["deadline"]["value"]
    assert deadline["warnings"] == [*WARNINGS.values(), WARNINGS[default]]


RUN = "from nightshift.cli import main; main()"

REFUSE_ALL = """
import contextlib, io, json, sys
from nightshift.cli import main

found = []
for spec in sys.argv[1:]:
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["nightshift", "batch", "run", "--airflow", "--json", "--spec", spec, "--run-id", "airflow-" + spec[-6]]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as ended:
        found.append([ended.code, out.getvalue(), err.getvalue()])
print(json.dumps(found))
"""


def test_the_dag_publishes_a_sample_of_tickets(jobs: Jobs) -> None:
    sample = ROOT / "include" / "samples"
    content = yaml.safe_load((sample / "support_tickets.job.yaml").read_text(encoding="utf-8"))
    lines = (sample / "support_tickets.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    content["input"]["uri"] = str(jobs.write("".join(lines[25:65]), "tickets.jsonl"))
    spec = jobs.write(yaml.safe_dump(content), "job.yaml")
    jobs.sandbox.faults({"fault": "expire_batch", "share": 0.5, "times": 1})
    done = python(RUN, "batch", "run", "--airflow", "--json", "--spec", spec, "--run-id", "run-1")
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("\n") == 1
    summary = json.loads(done.stdout)
    assert (summary["run_id"], summary["state"], summary["rows"]["input"]) == ("run-1", "published", 40)
    assert summary["rows"]["answered"] > 30
    assert summary["rows"]["dead_lettered"] == 0
    assert {shard.attempt for shard in jobs.shards()} == {1, 2}
    assert {shard.wave for shard in jobs.shards()} == {0, 1}
    jobs.check_money()


def test_a_spec_is_refused_with_the_same_words_as_without_airflow(
    jobs: Jobs, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = jobs.write(questions(5))
    specs = [
        jobs.write(yaml.safe_dump(jobs.content(rows, **change)), f"job-{number}.yaml")
        for number, change in enumerate([{"tiers": "defualt"}, {"budget_usd": "0.0001"}])
    ]
    done = python(REFUSE_ALL, *specs)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    for spec, (code, out, err) in zip(specs, found, strict=True):
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["nightshift", "batch", "run", "--json", "--spec", str(spec)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert (code, out) == (ended.value.code, "") == (2, "")
        assert last_line(err) == last_line(capfd.readouterr().err)
        assert last_line(err).startswith("nightshift: ")
    jobs.check_nothing_happened()


def last_line(text: str) -> str:
    return text.splitlines()[-1]
