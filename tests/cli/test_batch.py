"""`nightshift batch` as its user meets it: one object on standard output, one error line, bad input costs nothing."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from tests.job_runs import Jobs, Sandbox, questions

from nightshift.batch.progress import progress_of
from nightshift.cli import main
from nightshift.storage.tables import Run

CONTRACT = {"run_id", "state", "rows", "cost_usd", "baseline_cost_usd", "output_uri", "report_uri"}
ROW_COUNTS = {
    "input", "answered", "rejected", "quarantined", "dead_lettered", "cached", "deduplicated", "escalated",
}  # fmt: skip
PLUGINS = Path(__file__).parents[2] / "plugins"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that says what is wrong; everything else on standard error is progress."""
        lines = [line for line in self.err.splitlines() if line.startswith("nightshift: ")]
        assert len(lines) == 1, self.err
        assert all(line.startswith(("nightshift: ", "admitting", "rows ")) for line in self.err.splitlines()), self.err
        return lines[0]


Command = Callable[..., Ended]


@pytest.fixture
def nightshift(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The console script's function in this process; importing everything anew costs seconds per case."""

    def command(*arguments: str | Path) -> Ended:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["nightshift", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, printed.out, printed.err)

    return command


def process(*arguments: str | Path) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from nightshift.cli import main; main()", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PLUGINS)},
    )


def ended(command: subprocess.Popen[str]) -> Ended:
    out, err = command.communicate(timeout=120)
    return Ended(command.returncode, out, err)


def written(jobs: Jobs, content: dict[str, Any] | str | bytes, name: str = "job.yaml") -> Path:
    return jobs.write(yaml.safe_dump(content) if isinstance(content, dict) else content, name)


def test_a_run_prints_one_json_object_and_its_progress_elsewhere(jobs: Jobs, nightshift: Command) -> None:
    spec = written(jobs, jobs.content(questions(40), output=str(jobs.folder / "out")))
    done = nightshift("batch", "run", "--spec", spec, "--json", "--run-id", "run-1")
    assert done.code == 0, done.err
    assert done.out.count("\n") == 1
    summary = json.loads(done.out)
    assert summary.keys() >= CONTRACT
    assert summary["rows"].keys() == ROW_COUNTS
    assert (summary["run_id"], summary["state"], summary["rows"]["answered"]) == ("run-1", "published", 40)
    assert summary["output_uri"] == (jobs.folder / "out").as_uri()
    assert 0 < summary["cost_usd"] < summary["baseline_cost_usd"]
    assert {path.name for path in (jobs.folder / "out").iterdir()} == {
        "results.parquet", "manifest.json", "report.html", "report.json",
    }  # fmt: skip
    assert "rows 40 | screened 40 | cached 0" in done.err
    assert "published 40" in done.err
    jobs.check_money()

    progress = progress_of(jobs.services, "run-1")
    assert progress is not None
    shown = json.loads(nightshift("batch", "status", "run-1", "--json").out)
    assert (shown["run_id"], shown["state"], shown["published"]) == ("run-1", progress.state, progress.published)
    assert "run-1" in nightshift("batch", "list").out
    assert json.loads(nightshift("batch", "resume", "run-1", "--json").out) == summary
    jobs.check_money()


def test_the_status_shows_the_deadline_alert_once_there_is_one(jobs: Jobs, nightshift: Command) -> None:
    jobs.run(questions(3))
    assert "alert" not in nightshift("batch", "status", "run-1").out
    assert json.loads(nightshift("batch", "status", "run-1", "--json").out)["deadline_alert"] is None
    with jobs.services.database.transaction() as session:
        session.get_one(Run, "run-1").deadline_alert = "6 h of 8 h are used up"
    assert nightshift("batch", "status", "run-1").out.splitlines()[-1] == "alert: 6 h of 8 h are used up"
    shown = json.loads(nightshift("batch", "status", "run-1", "--json").out)
    assert shown["deadline_alert"] == "6 h of 8 h are used up"


def test_without_json_a_table_says_that_a_sandbox_answered(jobs: Jobs, nightshift: Command) -> None:
    spec = written(jobs, jobs.content(questions(5)), "my first (job).yaml")
    done = nightshift("batch", "run", "--spec", spec)
    assert done.code == 0, done.err
    assert "Run my-first-job-" in done.out
    assert "SANDBOX" in done.out
    assert "results.parquet" in done.out


def table(jobs: Jobs, **columns: list[Any]) -> Path:
    path = jobs.folder / "rows.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def half_a_parquet_file(jobs: Jobs) -> Path:
    whole = table(jobs, id=[f"r{n}" for n in range(1000)], question=[f"What is {n}?" for n in range(1000)])
    return jobs.write(whole.read_bytes()[: whole.stat().st_size // 2], "half.parquet")


def huge_cell(jobs: Jobs) -> Path:
    return jobs.write(b'{"id": "a", "question": "' + b"x" * 100_000_000 + b'"}\n')


def mapped(jobs: Jobs, path: Path, **variables: str) -> dict[str, Any]:
    return jobs.content(path, input={"uri": str(path), "id": "id", "variables": variables})


def good(jobs: Jobs, **changes: Any) -> dict[str, Any]:
    return jobs.content(questions(5), **changes)


def existing(jobs: Jobs) -> dict[str, Any]:
    (jobs.folder / "taken").mkdir()
    return good(jobs, output=(jobs.folder / "taken").as_uri())


def model_that_does_not_exist(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    include = jobs.folder / "include"
    shutil.copytree(PLUGINS.parent / "include", include)
    (include / "policies" / "tiers" / "future.yaml").write_text("tiers: [{name: light, deployments: [gpt-9-mini]}]")
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(include))


BOM = codecs.BOM_UTF8
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()

# What is wrong: the spec, and what the error must say: field, value, limit or problem, way out.
BAD: dict[str, tuple[Callable[[Jobs], dict[str, Any]], list[str]]] = {
    "unknown prompt": (
        lambda jobs: good(jobs, prompt="grade_schol_math@production"),
        ["prompt:", "'grade_schol_math'", "grade_school_math", "did you mean"],
    ),
    "unknown version": (
        lambda jobs: good(jobs, prompt="grade_school_math@9.9.9"), ["prompt:", "'9.9.9'", "limit: 'one of 1.0.0"],
    ),
    "unknown label": (
        lambda jobs: good(jobs, prompt="grade_school_math@prod"), ["prompt:", "'prod'", "production"],
    ),
    "prompt without a version": (
        lambda jobs: good(jobs, prompt="grade_school_math"), ["prompt:", "name@version", "'grade_school_math'"],
    ),
    "unknown variable": (
        lambda jobs: mapped(jobs, jobs.write(questions(2)), question="question", unit="id"),
        ["input.variables:", "'unit'", "limit: 'exactly question'"],
    ),
    "missing variable": (
        lambda jobs: mapped(jobs, jobs.write(questions(2)), unit="id"), ["input.variables:", "unit", "question"],
    ),
    "missing column": (
        lambda jobs: mapped(jobs, jobs.write(questions(2)), question="questoin"),
        ["input.variables.question:", "'questoin'", "question", "way out"],
    ),
    "missing id column": (
        lambda jobs: jobs.content(jobs.write([{"question": "What?"}] * 3)), ["input.id:", "'id'", "limit:"],
    ),
    "duplicated column": (
        lambda jobs: jobs.content(jobs.write("id,question,question\na,b,c\n", "rows.csv")),
        ["input.uri:", "more than one column of the same name", "'question'", "each column name once"],
    ),
    "wrongly typed column": (
        lambda jobs: jobs.content(table(jobs, id=["a"], question=[{"nested": 1}])),
        ["input.variables.question:", "'question'", "struct", "limit: 'text, number"],
    ),
    "empty file": (lambda jobs: jobs.content(jobs.write("")), ["input.uri:", "empty", "at least 1 row"]),
    "header only": (
        lambda jobs: jobs.content(jobs.write("id,question\n", "rows.csv")), ["input.uri:", "no rows", "at least 1 row"],
    ),
    "no such file": (
        lambda jobs: jobs.content(jobs.folder / "nowhere.jsonl"), ["input.uri:", "nowhere.jsonl", "way out"],
    ),
    "100 MB cell": (lambda jobs: jobs.content(huge_cell(jobs)), ["input.uri:", "16,777,216", "way out"]),
    "invalid UTF-8": (
        lambda jobs: jobs.content(jobs.write(b'{"id": "a", "question": "\xff\xfe?"}\n')), ["input.uri:", "UTF-8"],
    ),
    "half a Parquet file": (lambda jobs: jobs.content(half_a_parquet_file(jobs)), ["input.uri:", "half.parquet"]),
    "output exists": (existing, ["output:", "exists", "/taken'", "a folder that does not exist yet"]),
    "output scheme": (lambda jobs: good(jobs, output="ftp://x/y"), ["output:", "'ftp://x/y'", "file:// or s3://"]),
    "budget too small": (
        lambda jobs: good(jobs, budget_usd="0.0001"), ["BudgetExceeded", "budget_usd:", "'$0.0001'", "at least $"],
    ),
    "no budget at all": (lambda jobs: good(jobs, budget_usd="0"), ["budget_usd", "greater than 0", "'0'"]),
    "budget above the month's": (
        lambda jobs: good(jobs, budget_usd="20000"), ["BudgetExceeded", "'$20,000.00'", "$10,000.00 left"],
    ),
    "deadline in the past": (
        lambda jobs: good(jobs, deadline=YESTERDAY), ["deadline:", "has passed", YESTERDAY, "limit: 'after"],
    ),
    "deadline too far": (lambda jobs: good(jobs, deadline="15d"), ["deadline:", "too far", "'15d'", "'14d'"]),
    "deadline unreadable": (lambda jobs: good(jobs, deadline="tonight"), ["deadline:", "'tonight'", "90m, 8h"]),
    "model that does not exist": (
        lambda jobs: good(jobs, tiers="future"), ["tiers (future):", "'gpt-9-mini'", "one of", "catalogue.yaml"],
    ),
    "unknown tier policy": (lambda jobs: good(jobs, tiers="defualt"), ["tiers:", "'defualt'", "did you mean"]),
    "unknown application": (
        lambda jobs: good(jobs, application="math"), ["application:", "'math'", "math-tutor, support-desk"],
    ),
    "prompt of another application": (
        lambda jobs: good(jobs, application="support-desk"),
        ["NotEntitled", "prompt:", "'grade_school_math'", "triage_ticket"],
    ),
    "oracle without a reference": (
        lambda jobs: good(jobs, escalate_on=["wrong"]), ["escalate_on:", "'wrong'", "needs grader.reference"],
    ),
    "unknown key": (lambda jobs: good(jobs, bugdet_usd="1"), ["bugdet_usd", "not permitted"]),
    "wrong type": (lambda jobs: good(jobs, escalate_on="wrong"), ["escalate_on", "tuple", "'wrong'"]),
    "missing key": (lambda jobs: good(jobs, application=None), ["application", "required"]),
    "mostly unusable rows": (
        lambda jobs: jobs.content(jobs.write([*questions(1), *({"id": f"b{n}", "question": None} for n in range(12))])),
        ["QualityGateFailed", "input:", "12 of 13 rows", "mostly 0.1", "way out"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_clear_error_and_costs_nothing(
    jobs: Jobs, nightshift: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    model_that_does_not_exist(jobs, monkeypatch)
    make, told = BAD[name]
    content = make(jobs)
    content.setdefault("output", str(jobs.folder / "out"))
    done = nightshift("batch", "run", "--spec", written(jobs, content), "--json", "--run-id", "bad")
    assert (done.code, done.out) == (2, "")
    for words in [*told, "way out: "]:
        assert words in done.error
    assert len(done.error) < 1_000
    jobs.check_nothing_happened()


UNREADABLE = {
    "not YAML": ("prompt: [grade_school_math\nbudget_usd: 1\n", "not YAML or JSON"),
    "a list": ("- prompt\n- budget\n", "a job spec is a mapping of keys"),
    "empty": ("", "a job spec is a mapping of keys"),
    "not UTF-8": (b"prompt: \xff\n", "not YAML or JSON"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_spec_that_cannot_be_read_is_one_line(jobs: Jobs, nightshift: Command, name: str) -> None:
    content, told = UNREADABLE[name]
    done = nightshift("batch", "run", "--spec", written(jobs, content), "--json")
    assert (done.code, done.out) == (2, "")
    assert told in done.error
    assert "way out: " in done.error
    assert len(done.err.splitlines()) == 1


def test_a_spec_that_does_not_exist_is_named(jobs: Jobs, nightshift: Command) -> None:
    done = nightshift("batch", "run", "--spec", jobs.folder / "none.yaml", "--json")
    assert (done.code, done.out) == (2, "")
    assert "none.yaml" in done.error


def test_bad_single_rows_are_rejected_with_a_reason_and_the_run_is_published(jobs: Jobs, nightshift: Command) -> None:
    rows: list[Any] = [json.dumps(row) for row in questions(60)]
    rows[10] = "{not json"
    rows[20] = json.dumps({"id": "", "question": "Who?"})
    rows[30] = json.dumps({"id": "long", "question": "x" * 1_100_000})
    rows[40] = json.dumps({"id": "null", "question": None})
    rows[50] = json.dumps({"id": "q2", "question": "A used id?"})
    spec = written(jobs, jobs.content(jobs.write("\n".join(rows))))
    done = nightshift("batch", "run", "--spec", spec, "--json", "--run-id", "run-1")
    assert done.code == 0, done.err
    assert json.loads(done.out)["rows"]["rejected"] == 5
    reasons = {row["row_number"]: row["reason"] for row in jobs.results() if row["status"] == "rejected"}
    told = {
        11: "the line is not valid JSON",
        21: "id: column 'id' has no value",
        31: "1,100,000 bytes",
        41: "'question' has no value",
        51: "in row 2",
    }
    assert reasons.keys() == told.keys()
    assert all(words in reasons[number] for number, words in told.items())
    jobs.check_money()


def test_csv_with_bom_quotes_line_breaks_and_formulas_is_read_as_it_is(jobs: Jobs, nightshift: Command) -> None:
    cells = ['He said ""two"", then\r\n""three"".', "=SUM(A1:A2)", "+1 apple", "@cmd", "a; b, c"]
    text = "id,question\r\n" + "".join(f'r{number},"{cell}"\r\n' for number, cell in enumerate(cells))
    spec = written(jobs, jobs.content(jobs.write(BOM + text.encode(), "rows.csv")))
    done = nightshift("batch", "run", "--spec", spec, "--json", "--run-id", "run-1")
    assert done.code == 0, done.err
    assert [row["status"] for row in jobs.results()] == ["answered"] * 5
    with jobs.services.lake.open(jobs.shards()[0].request_uri) as file:
        asked = [json.loads(line)["body"]["messages"][-1]["content"] for line in file]
    for question, cell in zip(asked, cells, strict=True):
        assert cell.replace('""', '"') in question
    jobs.check_money()


def test_the_provider_s_absence_is_a_temporary_failure_and_the_run_resumes(jobs: Jobs, nightshift: Command) -> None:
    spec = written(jobs, jobs.content(questions(5)))
    jobs.sandbox.faults({"fault": "server_error", "on": "batches.create"})
    done = nightshift("batch", "run", "--spec", spec, "--json", "--run-id", "run-1")
    assert (done.code, done.out) == (75, "")
    assert "ProviderUnavailable: OpenAI refused to create the batch: status 5" in done.error
    jobs.sandbox.faults()
    assert json.loads(nightshift("batch", "resume", "run-1", "--json").out)["rows"]["answered"] == 5
    jobs.check_money()


def test_without_a_sandbox_and_without_a_connection_the_way_out_is_named(
    jobs: Jobs, nightshift: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIGHTSHIFT_SANDBOX_URL", "http://127.0.0.1:9")
    done = nightshift("batch", "run", "--spec", written(jobs, jobs.content(questions(2))), "--json")
    assert (done.code, done.out) == (2, "")
    assert "nightshift sandbox start" in done.error


def test_two_processes_start_on_one_new_home_and_both_publish(
    tmp_path: Path, own_home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIGHTSHIFT_SANDBOX_URL", sandbox.url)
    monkeypatch.setenv("NIGHTSHIFT_POLL_SECONDS", "0.1")
    running = []
    for name, first in (("a", 1), ("b", 900)):
        (tmp_path / name).mkdir()
        rows = "".join(json.dumps(row) + "\n" for row in questions(20, first))
        (tmp_path / name / "rows.jsonl").write_text(rows)
        spec = {
            "prompt": "grade_school_math@production",
            "input": {"uri": "rows.jsonl", "id": "id", "variables": {"question": "question"}},
            "application": "math-tutor",
            "budget_usd": "1.00",
            "output": "out",
        }
        (tmp_path / name / "job.json").write_text(json.dumps(spec))
        running.append(process("batch", "run", "--spec", tmp_path / name / "job.json", "--json", "--run-id", name))
    for command, name in zip(running, ("a", "b"), strict=True):
        done = ended(command)
        assert done.code == 0, done.err
        summary = json.loads(done.out)
        assert summary["rows"]["answered"] == 20
        assert summary["output_uri"] == (tmp_path / name / "out").as_uri()  # relative to the spec file
    assert sandbox.bill()["unique_requests"] >= 40


def test_a_refusal_in_a_process_of_its_own(jobs: Jobs) -> None:
    spec = written(jobs, jobs.content(questions(5), budget_usd="0.0001", output=str(jobs.folder / "out")))
    done = ended(process("batch", "run", "--spec", spec, "--json"))
    assert (done.code, done.out) == (2, "")
    assert "BudgetExceeded: budget_usd: " in done.error
    jobs.check_nothing_happened()
