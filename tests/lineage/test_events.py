"""Events are valid OpenLineage, tell the same story at start and end, and hold no prompt text."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from nightshift.lineage.events import run_completed, run_failed, run_started, run_uuid
from nightshift.settings import lineage_file

SPEC = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "openlineage-spec"
CORE = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
MANIFEST = {
    "results": {"rows": 320, "bytes": 12_345},
    "output_gate": [{"assertion": "expect_x", "column": "status", "success": True, "elements": 320, "unexpected": 0}],
}
Emit = Callable[[Any], None]
EVENTS: dict[str, Emit] = {
    "START": run_started,
    "COMPLETE": lambda job: run_completed(job, MANIFEST),
    "FAIL": lambda job: run_failed(job, "BudgetExceeded"),
}


@pytest.fixture(params=["file", "s3"])
def job(request: pytest.FixtureRequest) -> Any:
    """What lineage needs to know of a job (the Protocol `Described`), with text that must not appear."""
    root = {"file": "file:///data", "s3": "s3://bucket/data"}[request.param]
    return SimpleNamespace(
        run_id="run-1",
        spec=SimpleNamespace(input=SimpleNamespace(uri=f"{root}/rows.csv"), application="desk"),
        prompt=SimpleNamespace(name="triage", digest="d" * 64, system="SYSTEM CANARY", user="USER CANARY"),
        deployments=[
            SimpleNamespace(model="small", model_digest="1" * 64, provider="openai"),
            SimpleNamespace(model="large", model_digest="2" * 64, provider="openai"),
        ],
        output_uri=f"{root}/out",
        admitted_at=datetime(2026, 11, 23, 20, tzinfo=UTC),
        deadline=datetime(2026, 11, 23, 20, tzinfo=UTC) + timedelta(hours=8),
    )


def emitted() -> list[dict[str, Any]]:
    return [json.loads(line) for line in lineage_file().read_text(encoding="utf-8").splitlines()]


def the_event(kind: str, job: Any) -> dict[str, Any]:
    EVENTS[kind](job)
    (event,) = emitted()
    assert event["eventType"] == kind
    return event


def names(datasets: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(item["namespace"], item["name"]) for item in datasets]


def facets(value: Any) -> list[dict[str, Any]]:
    """Every facet anywhere in an event."""
    if isinstance(value, list):
        return [facet for item in value for facet in facets(item)]
    if not isinstance(value, dict):
        return []
    here = [value] if "_schemaURL" in value else []
    return here + [facet for item in value.values() for facet in facets(item)]


@pytest.fixture(scope="session")
def schemas() -> Registry[Any]:
    if not SPEC.exists():
        pytest.skip("shared/data/openlineage-spec is not beside this checkout")
    # Published versions stay as they were published; the present ones fill what was published later.
    files = sorted(SPEC.glob("current/**/*.json")) + sorted(SPEC.glob("published/**/*.json"))
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    found: Registry[Any] = Registry()
    return found.with_resources((item["$id"], Resource.from_contents(item)) for item in contents if "$id" in item)


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_and_its_facets_fit_the_published_schemas(job: Any, kind: str, schemas: Registry[Any]) -> None:
    event = the_event(kind, job)
    checked = [(CORE, event), *((facet["_schemaURL"], facet) for facet in facets(event))]
    assert len(checked) >= 5
    for url, content in checked:
        validator = Draft202012Validator({"$ref": url}, registry=schemas, format_checker=FormatChecker())
        # A facet's schema names the facets it may hold by key; the facet itself is described by the definition.
        problems = [f"{url} {item.json_path}: {item.message}" for item in validator.iter_errors(content)]
        assert problems == []


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_names_all_inputs_and_the_output(job: Any, kind: str) -> None:
    event = the_event(kind, job)
    namespace, folder = ("s3://bucket", "data") if job.output_uri.startswith("s3") else ("file", "/data")
    assert names(event["inputs"]) == [
        (namespace, f"{folder}/rows.csv"),
        ("nightshift://prompts", "triage"),
        ("nightshift://models/openai", "small"),
        ("nightshift://models/openai", "large"),
    ]
    assert names(event["outputs"]) == [(namespace, f"{folder}/out/results.parquet")]
    versions = [item["facets"]["version"]["datasetVersion"] for item in event["inputs"][1:]]
    assert versions == ["d" * 64, "1" * 64, "2" * 64]


def test_start_and_end_of_a_run_belong_together(job: Any) -> None:
    for emit in EVENTS.values():
        emit(job)
    events = emitted()
    assert [event["eventType"] for event in events] == ["START", "COMPLETE", "FAIL"]
    assert {event["run"]["runId"] for event in events} == {run_uuid("run-1")}
    assert {(event["job"]["namespace"], event["job"]["name"]) for event in events} == {
        ("nightshift", "batch_inference.desk.triage")
    }


def test_another_run_has_another_id_and_the_same_run_always_the_same() -> None:
    assert run_uuid("run-1") == run_uuid("run-1") != run_uuid("run-2")


def test_completion_tells_rows_bytes_and_the_gate(job: Any) -> None:
    (output,) = the_event("COMPLETE", job)["outputs"]
    statistics = output["outputFacets"]["outputStatistics"]
    assert (statistics["rowCount"], statistics["size"], statistics["fileCount"]) == (320, 12_345, 1)
    (assertion,) = output["facets"]["dataQualityAssertions"]["assertions"]
    assert (assertion["assertion"], assertion["column"], assertion["success"]) == ("expect_x", "status", True)


def test_a_failure_tells_its_class_only(job: Any) -> None:
    assert the_event("FAIL", job)["run"]["facets"]["errorMessage"]["message"] == "BudgetExceeded"


@pytest.mark.parametrize("kind", EVENTS)
def test_no_prompt_text_is_in_an_event(job: Any, kind: str) -> None:
    assert "CANARY" not in json.dumps(the_event(kind, job))
