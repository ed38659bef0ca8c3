"""Every mistake in a job spec is answered with field, value, limit and way out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nightshift.batch.spec import JobSpec, deadline_of, load_spec, parse_spec
from nightshift.errors import InvalidSpec

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "prompt": "p@production",
    "input": {"uri": "rows.jsonl", "id": "id", "variables": {"question": "q"}},
    "application": "desk",
    "budget_usd": "5.00",
}
YAML = """
prompt: p@production
input: {uri: data/rows.jsonl, id: id, variables: {question: q}}
application: desk
budget_usd: "5.00"
"""


def with_deadline(text: str) -> JobSpec:
    return parse_spec({**GOOD, "deadline": text})


def test_what_is_left_out_has_a_default() -> None:
    spec = parse_spec(GOOD)
    assert (spec.tiers, spec.deadline, spec.output, spec.grader) == ("default", "24h", None, None)
    assert spec.escalate_on == ("unreadable", "refused")
    assert spec.budget_usd == Decimal("5.00")


def test_the_whole_contract_is_understood() -> None:
    grader = {"kind": "numeric", "reference": "answer"}
    more = {"tiers": "t", "grader": grader, "escalate_on": ["unreadable", "wrong"], "output": "file:///out"}
    spec = parse_spec(GOOD | more)
    assert spec.model_dump(mode="json", include=set(more)) == more


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"promt": "p@1"}, "promt", "Extra inputs"),
        ({"prompt": None}, "prompt", "valid string"),
        ({"input": {"uri": "a", "id": "i", "variables": {}}}, "input.variables", "at least 1"),
        ({"input": {"uri": "", "id": "i", "variables": {"q": "q"}}}, "input.uri", "at least 1"),
        ({"input": {"uri": "a", "variables": {"q": "q"}}}, "input.id", "required"),
        ({"input": {"uri": "a", "id": "i", "variables": {"q": 3}}}, "input.variables.q", "valid string"),
        ({"budget_usd": "0"}, "budget_usd", "greater than 0"),
        ({"budget_usd": "-1"}, "budget_usd", "greater than 0"),
        ({"budget_usd": "1000000.01"}, "budget_usd", "less than or equal to 1000000"),
        ({"budget_usd": "a lot"}, "budget_usd", "decimal"),
        ({"budget_usd": "NaN"}, "budget_usd", "finite"),
        ({"budget_usd": True}, "budget_usd", "Decimal"),
        ({"grader": {"kind": "essay"}}, "grader.kind", "'numeric'"),
        ({"escalate_on": ["bored"]}, "escalate_on.0", "'unreadable'"),
        ({"deadline": 8}, "deadline", "valid string"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], field: str, told: str) -> None:
    with pytest.raises(InvalidSpec) as raised:
        parse_spec(GOOD | change)
    assert raised.value.field == field
    assert told in raised.value.problem
    assert "docs/job_spec.md" in raised.value.way_out


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(InvalidSpec, match=r"(?s)application.*budget_usd"):
        parse_spec({**GOOD, "application": 3, "budget_usd": 0})


@pytest.mark.parametrize("content", [None, [], "text", 3])
def test_a_spec_is_a_mapping(content: object) -> None:
    with pytest.raises(InvalidSpec, match=f"mapping of keys.*{type(content).__name__}"):
        parse_spec(content)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90m", NOW + timedelta(minutes=90)),
        ("8h", NOW + timedelta(hours=8)),
        ("1.5h", NOW + timedelta(minutes=90)),
        (" 2 d ", NOW + timedelta(days=2)),
        ("14d", NOW + timedelta(days=14)),
        ("2026-11-24T06:00:00+01:00", datetime(2026, 11, 24, 5, tzinfo=UTC)),
        ("2026-11-24T06:00:00Z", datetime(2026, 11, 24, 6, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_a_duration_or_a_timestamp(text: str, expected: datetime) -> None:
    deadline = deadline_of(with_deadline(text), NOW)
    assert deadline == expected
    assert deadline.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "problem", "limit"),
    [
        ("0h", "has passed", "after 2026-11-23T20:00+00:00"),
        ("2026-11-23T21:00:00+01:00", "has passed", "after 2026-11-23T20:00+00:00"),
        ("337h", "too far away", "14d"),
        ("9" * 30 + "d", "too far away", "14d"),
        ("9" * 400 + "d", "too far away", "14d"),
        ("9999-12-31T23:59:59-05:00", "too far away", "14d"),
        ("0001-01-01T00:00:00+05:00", "has passed", "after"),
        ("2026-11-24T06:00:00", "no time zone", "+01:00"),
        ("2026-11-24", "no time zone", "+01:00"),
        ("tomorrow", "neither a duration nor a timestamp", "90m, 8h, 2d"),
        ("-8h", "neither a duration nor a timestamp", "90m, 8h, 2d"),
        ("8", "neither a duration nor a timestamp", "90m, 8h, 2d"),
        ("", "neither a duration nor a timestamp", "90m, 8h, 2d"),
    ],
)
def test_a_deadline_that_cannot_be_kept_is_refused(text: str, problem: str, limit: str) -> None:
    with pytest.raises(InvalidSpec) as raised:
        deadline_of(with_deadline(text), NOW)
    error = raised.value
    assert (error.field, error.value) == ("deadline", text)
    assert problem in error.problem
    assert limit in str(error.limit)
    assert error.way_out


def test_a_spec_file_anchors_its_paths_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "job.yaml").write_text(YAML + "output: results/run1\n")
    monkeypatch.chdir(tmp_path)
    spec = load_spec(Path("jobs/job.yaml"))
    assert Path(spec.input.uri) == tmp_path / "jobs" / "data" / "rows.jsonl"
    assert Path(spec.output or "") == tmp_path / "jobs" / "results" / "run1"


@pytest.mark.parametrize("uri", ["s3://bucket/rows/*.csv", "file:///data/rows.csv", "/data/rows.csv", "~rows.csv"])
def test_an_absolute_uri_stays_as_it_is(tmp_path: Path, uri: str) -> None:
    (tmp_path / "job.yaml").write_text(YAML.replace("data/rows.jsonl", json.dumps(uri)))
    expected = str(tmp_path / uri) if uri.startswith("~") else uri
    assert load_spec(tmp_path / "job.yaml").input.uri == expected


def test_the_home_folder_may_be_abbreviated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    (tmp_path / "job.yaml").write_text(YAML.replace("data/rows.jsonl", "~/rows.jsonl"))
    assert load_spec(tmp_path / "job.yaml").input.uri == "/home/somebody/rows.jsonl"


@pytest.mark.parametrize("deadline", ["2026-11-24T06:00:00+01:00", "2026-11-24 06:00:00 +01:00", '"2026-11-24T05:00Z"'])
def test_a_timestamp_needs_no_quotes_in_yaml(tmp_path: Path, deadline: str) -> None:
    (tmp_path / "job.yaml").write_text(f"{YAML}deadline: {deadline}\n")
    assert deadline_of(load_spec(tmp_path / "job.yaml"), NOW) == datetime(2026, 11, 24, 5, tzinfo=UTC)


def test_a_spec_file_may_be_json(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text(json.dumps(GOOD))
    assert load_spec(tmp_path / "job.json").prompt == "p@production"


@pytest.mark.parametrize(
    "content",
    [
        b"prompt: [",
        b"prompt: \xff\xfe",
        b"deadline: 2026-13-45T00:00:00Z",
        b"\x00",
        b"n: " + b"1" * 5000,
        b"[" * 20_000,
    ],
    ids=["unclosed", "not UTF-8", "no such month", "null byte", "endless number", "nested without end"],
)
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "job.yaml").write_bytes(content)
    with pytest.raises(InvalidSpec, match=r"(?s)--spec: not YAML or JSON.*job.yaml.*docs/job_spec.md"):
        load_spec(tmp_path / "job.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSpec, match=r"--spec: the file does not exist.*job.yaml"):
        load_spec(tmp_path / "job.yaml")


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    with pytest.raises(InvalidSpec, match="--spec"):
        load_spec(tmp_path)
