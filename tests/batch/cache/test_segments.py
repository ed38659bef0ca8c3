"""Whose answers may be used again, and for how long."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.guarded_jobs import POLICY, Include, include
from tests.job_runs import Jobs, questions

from nightshift.batch.cache.segments import readable_namespaces, segment, uses_cache
from nightshift.batch.job import ResolvedJob
from nightshift.batch.steps.admit import admit
from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.model_registry.applications import sharing_with
from nightshift.storage.tables import CacheSegment

__all__ = ["include"]  # a fixture

MakeJob = Callable[..., ResolvedJob]
AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
PROMPT = "prompts/grade_school_math/v1.0.0"


def change(path: Path, **values: Any) -> None:
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **values}))


def knowledge(include: Include, **content: Any) -> None:
    """The present generation of the knowledge base `sums`, on which the prompt's answers rest."""
    change(include.folder / PROMPT / "config.yaml", knowledge="sums")
    path = include.folder / "knowledge" / "sums" / "generation.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content))


def second_application(include: Include, *shared_with: str) -> None:
    """`reader` is math-tutor over again; math-tutor shares with whom is named."""
    applications = include.folder / "policies" / "applications"
    owner = applications / "math-tutor.yaml"
    (applications / "reader.yaml").write_text(owner.read_text())
    change(owner, share_answers_with=list(shared_with))
    budgets = include.folder / "budgets"
    (budgets / "reader.yaml").write_text((budgets / "math-tutor.yaml").read_text())


# What must be equal


def _system_text(include: Include) -> None:
    path = include.folder / PROMPT / "system.txt"
    path.write_text(path.read_text() + "Be brief.\n")


def _example(include: Include) -> None:
    path = include.folder / PROMPT / "examples.json"
    path.write_text(json.dumps(json.loads(path.read_text())[:1]))


def _parameters(include: Include, **values: float) -> None:
    config = include.folder / PROMPT / "config.yaml"
    change(config, parameters=yaml.safe_load(config.read_text())["parameters"] | values)


def _temperature(include: Include) -> None:
    _parameters(include, temperature=0.1)


def _seed(include: Include) -> None:
    _parameters(include, seed=8)


def _model(include: Include) -> None:
    """The same name, but what stands behind it is another one."""
    path = include.folder / "models" / "catalogue.yaml"
    content = yaml.safe_load(path.read_text())
    entry = next(item for item in content["models"] if item["model"] == "gpt-4o-mini-2024-07-18")
    entry["context_tokens"] += 1
    path.write_text(yaml.safe_dump(content))


def _tiers(include: Include) -> None:
    start = [{"tier": "premium", "input_characters_above": 9}]
    change(include.folder / "policies" / "tiers" / "default.yaml", start=start)


def _guardrails(include: Include) -> None:
    change(include.folder / "policies" / "guardrails" / "default.yaml", output=[])


def _knowledge(include: Include) -> None:
    knowledge(include, generation="2026-11-23")


@pytest.mark.parametrize(
    "changed", [_system_text, _example, _temperature, _seed, _model, _tiers, _guardrails, _knowledge]
)
def test_a_change_of_what_makes_or_judges_answers_is_another_namespace(
    jobs: Jobs, include: Include, changed: Callable[[Include], None]
) -> None:
    knowledge(include, generation="2026-11-22")
    before, same = (admit(jobs.services, jobs.spec(questions(1)), run_id) for run_id in ("before", "same"))
    changed(include)
    after = admit(jobs.services, jobs.spec(questions(1)), "after")
    assert same.cache_namespace == before.cache_namespace
    assert after.cache_namespace != before.cache_namespace


def test_answers_of_another_generation_of_the_knowledge_are_not_used(jobs: Jobs, include: Include) -> None:
    knowledge(include, generation="2026-11-22")
    jobs.run(questions(3))
    knowledge(include, generation="2026-11-23")
    assert jobs.run(questions(3), run_id="renewed")["rows"]["cached"] == 0
    knowledge(include, generation="2026-11-22")
    assert jobs.run(questions(3), run_id="taken-back")["rows"]["cached"] == 3


@pytest.mark.parametrize(
    "change",
    [
        {"knowledge_generation": {"name": "sums", "generation": "2"}},
        {"knowledge_generation": {"name": "other", "generation": "1"}},
        {"knowledge_generation": None},
        {"guardrail_models": {"injection": "another digest"}},
        {"sandbox": "stand-in answers"},
    ],
)
def test_the_namespace_tells_apart(make_job: MakeJob, change: dict[str, Any]) -> None:
    known = {"knowledge_generation": {"name": "sums", "generation": "1"}}
    assert make_job(**known).cache_namespace != make_job(**(known | change)).cache_namespace


def test_when_the_same_generation_goes_out_of_date_does_not_change_the_namespace(make_job: MakeJob) -> None:
    known = {"name": "sums", "generation": "1"}
    dated = make_job(knowledge_generation=known | {"fresh_until": AT.isoformat()})
    assert dated.cache_namespace == make_job(knowledge_generation=known).cache_namespace


def test_a_rendering_of_the_fixed_messages_by_another_platform_is_another_namespace(make_job: MakeJob) -> None:
    """The instruction about untrusted documents is the platform's own text and is not in the prompt's digest."""
    job = make_job()
    variables = {"q": job.prompt.config.variables["q"].model_copy(update={"origin": "document"})}
    config = job.prompt.config.model_copy(update={"variables": variables})
    wrapped = job.model_copy(update={"prompt": job.prompt.model_copy(update={"config": config})})
    assert wrapped.prompt.digest == job.prompt.digest
    assert ResolvedJob.model_validate(wrapped.model_dump(by_alias=True)).cache_namespace != job.cache_namespace


# Knowledge and freshness


def test_an_answer_stays_fresh_for_the_days_of_the_prompt(make_job: MakeJob) -> None:
    job = make_job()
    assert segment(job, "u", 1, AT).expires_at == AT + timedelta(days=job.prompt.config.cache_days)


@pytest.mark.parametrize(("days", "fresh_for"), [(7, 7), (90, 30)])
def test_no_answer_outlives_its_knowledge(make_job: MakeJob, days: int, fresh_for: int) -> None:
    until = (AT + timedelta(days=days)).isoformat()
    job = make_job(knowledge_generation={"name": "sums", "generation": "1", "fresh_until": until})
    assert segment(job, "u", 1, AT).expires_at == AT + timedelta(days=fresh_for)
    assert uses_cache(job, AT)
    assert not uses_cache(job, AT + timedelta(days=days))


def test_out_of_date_knowledge_takes_and_gives_no_answers(jobs: Jobs, include: Include) -> None:
    knowledge(include, generation=1)
    jobs.run(questions(3))
    knowledge(include, generation=1, fresh_until=datetime.now(UTC) - timedelta(hours=1))
    assert jobs.run(questions(6), run_id="late")["rows"]["cached"] == 0
    knowledge(include, generation=1)
    assert jobs.run(questions(6), run_id="mended")["rows"]["cached"] == 3


def test_the_manifest_names_the_generation(jobs: Jobs, include: Include) -> None:
    knowledge(include, generation=20261122)
    jobs.run(questions(1))
    with jobs.services.lake.open(f"{jobs.record().output_uri}/manifest.json") as file:
        manifest = json.loads(file.read())
    assert manifest["knowledge"] == {"name": "sums", "generation": "20261122", "fresh_until": None}


def test_a_knowledge_base_that_is_not_there_is_refused_by_name(jobs: Jobs, include: Include) -> None:
    knowledge(include, generation="1")
    change(include.folder / PROMPT / "config.yaml", knowledge="sum")
    with pytest.raises(InvalidSpec, match=r"prompt \(knowledge\): no such name; value: 'sum'.*did you mean 'sums'"):
        jobs.run(questions(1))


@pytest.mark.parametrize(
    ("content", "told"),
    [({}, "generation: Field required"), ({"generation": "1", "fresh_until": "2026-11-23T00:00"}, "timezone")],
)
def test_a_generation_that_cannot_be_read_names_file_and_field(
    jobs: Jobs, include: Include, content: dict[str, Any], told: str
) -> None:
    knowledge(include, **content)
    with pytest.raises(Misconfigured, match=rf"include/knowledge/sums/generation.yaml: .*{told}"):
        jobs.run(questions(1))


# Applications


def test_an_application_has_its_answers_for_itself(jobs: Jobs, include: Include) -> None:
    second_application(include)
    jobs.run(questions(3))
    assert jobs.run(questions(3), run_id="run-2", application="reader")["rows"]["cached"] == 0


def test_the_owner_allows_a_reader_and_not_the_other_way_round(jobs: Jobs, include: Include) -> None:
    second_application(include, "reader")
    jobs.run(questions(3))
    assert jobs.run(questions(6), run_id="run-2", application="reader")["rows"]["cached"] == 3
    assert jobs.run(questions(6), run_id="run-3")["rows"]["cached"] == 3, "the reader's own answers are not shared"
    second_application(include)
    assert jobs.run(questions(6), run_id="run-4", application="reader")["rows"]["cached"] == 3


def test_shared_answers_must_have_passed_the_same_guardrails(jobs: Jobs, include: Include) -> None:
    second_application(include, "reader")
    jobs.run(questions(3))
    include.policy(POLICY | {"output": []}, "other")
    change(include.folder / "policies" / "applications" / "reader.yaml", guardrails="other")
    assert jobs.run(questions(3), run_id="run-2", application="reader")["rows"]["cached"] == 0


def test_personal_data_makes_no_two_applications_share_an_answer(jobs: Jobs, include: Include) -> None:
    """The very same row of the very same person: its placeholders differ from run to run."""
    second_application(include, "reader")
    rows = [*questions(1), {"id": "p", "question": "What is 1 plus 1? Write to anna.berg@example.com."}]
    jobs.run(rows)
    jobs.run(rows, run_id="run-2", application="reader")
    assert [row["cached"] for row in jobs.results("run-2")] == [True, False]


def test_who_shares_is_read_from_every_policy_that_can_be_read(
    include: Include, make_job: MakeJob, caplog: pytest.LogCaptureFixture
) -> None:
    second_application(include, "desk", "reader")
    (include.folder / "policies" / "applications" / "broken.yaml").write_text("share_answers_with: [desk]")
    assert sharing_with("desk") == ["math-tutor"]
    assert "no cached answers are shared by broken" in caplog.text
    job = make_job()
    assert readable_namespaces(job) == [job.cache_namespace, job.cache_namespace_of("math-tutor")]


def test_a_segment_that_is_gone_from_the_lake_is_asked_again(jobs: Jobs) -> None:
    jobs.run(questions(3))
    with jobs.services.database.transaction() as session:
        found = session.get_one(CacheSegment, "run-1")
        found.uri += ".gone"
    assert jobs.run(questions(3), run_id="run-2")["rows"]["cached"] == 0
