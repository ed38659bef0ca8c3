"""Whole jobs whose texts a provider's model embeds: who is asked how often, what it costs, and what happens without."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.batch.agreement.test_prose_cascades import MODELS, RECORDED, ROWS, check_published, reasons
from tests.batch.cache.test_semantic import ROBE, ROBE_OF_THREE, ROBE_POLITELY, ask_for, learn, row
from tests.batch.test_cascades import PREMIUM, Cascades, cascades
from tests.guarded_jobs import Include, include
from tests.job_runs import Jobs

from nightshift.batch.embeddings.admission import find_embedding
from nightshift.batch.steps.publish import read_manifest
from nightshift.errors import InvalidSpec, NotEntitled
from nightshift.finops.money import to_dollars
from nightshift.model_registry.applications import find_application
from nightshift.sandbox import tokens

pytestmark = pytest.mark.runs

__all__ = ["cascades", "include"]  # fixtures

SMALL, TITAN = "text-embedding-3-small", "bedrock/amazon.titan-embed-text-v2"
PRICE = Decimal("0.00000002")  # dollars per token of both: https://platform.openai.com/docs/pricing
ROBE_ASKED = f"Could you tell me: {ROBE}"
NEAR = {"strategy": "agreement", "comparator": "embedding", "embedding": SMALL, "similarity": 0.5}
recorded = pytest.mark.parametrize("cascades", [RECORDED], indirect=True)


def entitle(folder: Path, *models: str, **changes: Any) -> None:
    path = folder / "policies" / "applications" / "math-tutor.yaml"
    content = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump(content | changes | {"models": [*content["models"], *models]}))


def embed_with(jobs: Jobs, include: Include, model: str = SMALL) -> None:
    """The prompt names a model, the application may ask it, and a threshold is learnt with it."""
    ask_for(include, f"semantic_cache: {{false_hits: 0.01, embedding: {model}}}")
    entitle(include.folder, model)
    application = find_application("math-tutor")
    found = find_embedding(jobs.services, "math-tutor", application, model, field="embedding", at=datetime.now(UTC))
    learn(threshold=0.5, embedding=found.name, embedding_digest=found.digest)


def billed(jobs: Jobs, model: str = SMALL) -> tuple[int, int]:
    """Requests and tokens of an embedding model on the sandbox's bill."""
    found = jobs.sandbox.bill()["by_model"].get(model, {"requests": 0, "input_tokens": 0})
    return found["requests"], found["input_tokens"]


def check_ledger(jobs: Jobs, *run_ids: str, model: str = SMALL) -> None:
    """The ledger is the bill to the picodollar, embeddings included."""
    jobs.check_money(*run_ids)
    assert jobs.beside() == billed(jobs, model)[1] * PRICE > 0


def count(*texts: str) -> int:
    return sum(map(tokens.of_text, texts))


def test_a_row_in_other_words_takes_the_answer_and_every_text_is_embedded_once(jobs: Jobs, include: Include) -> None:
    embed_with(jobs, include)
    jobs.run([row("a", ROBE)])
    assert billed(jobs) == (0, 0)
    summary = jobs.run([row("b", ROBE_POLITELY), row("c", ROBE_OF_THREE)], run_id="run-2")
    assert (summary["rows"]["cached"], summary["alerts"]) == (1, [])
    assert billed(jobs) == (1, count(ROBE, ROBE_POLITELY))
    jobs.run([row("d", ROBE_POLITELY), row("e", ROBE_ASKED)], run_id="run-3")
    assert [line["cached"] for line in jobs.results("run-3")] == [True, True]
    assert billed(jobs) == (2, count(ROBE, ROBE_POLITELY, ROBE_ASKED))
    check_ledger(jobs, "run-1", "run-2", "run-3")


def test_the_model_is_fixed_at_admission_and_named_in_the_manifest(jobs: Jobs, include: Include) -> None:
    embed_with(jobs, include)
    jobs.run([row("a", ROBE)])
    found = read_manifest(jobs.services, jobs.services.job("run-1"))["semantic_embedding"]
    assert (found["model"], found["provider"], found["region"]) == (SMALL, "openai", "global")
    assert found["sandbox"] is not None
    assert len(found["digest"]) == 64


def test_a_model_of_another_provider_that_takes_one_text_at_a_time(jobs: Jobs, include: Include) -> None:
    embed_with(jobs, include, TITAN)
    jobs.run([row("a", ROBE)])
    assert jobs.run([row("b", ROBE_POLITELY)], run_id="run-2")["rows"]["cached"] == 1
    assert billed(jobs, "amazon.titan-embed-text-v2:0") == (2, count(ROBE, ROBE_POLITELY))
    check_ledger(jobs, "run-1", "run-2", model="amazon.titan-embed-text-v2:0")


def test_applications_share_answers_and_no_vectors(jobs: Jobs, include: Include) -> None:
    embed_with(jobs, include)
    entitle(include.folder, share_answers_with=["other"])
    folder = include.folder / "policies" / "applications"
    (folder / "other.yaml").write_text((folder / "math-tutor.yaml").read_text())
    budgets = include.folder / "budgets"
    (budgets / "other.yaml").write_text((budgets / "math-tutor.yaml").read_text())
    jobs.run([row("a", ROBE)])
    jobs.run([row("b", ROBE_POLITELY)], run_id="run-2")
    summary = jobs.run([row("c", ROBE_POLITELY)], run_id="run-3", application="other")
    assert summary["rows"]["cached"] == 1
    assert billed(jobs) == (2, 2 * count(ROBE, ROBE_POLITELY))


def test_answers_are_not_shared_where_their_texts_would_be_sent_elsewhere(jobs: Jobs, include: Include) -> None:
    model = "oci/cohere.embed-multilingual-v3.0"
    embed_with(jobs, include, model)
    entitle(include.folder, share_answers_with=["other"])
    folder = include.folder / "policies" / "applications"
    content = yaml.safe_load((folder / "math-tutor.yaml").read_text())
    (folder / "other.yaml").write_text(yaml.safe_dump(content | {"regions": ["global", "eu-frankfurt-1"]}))
    budgets = include.folder / "budgets"
    (budgets / "other.yaml").write_text((budgets / "math-tutor.yaml").read_text())
    jobs.run([row("a", ROBE)])
    summary = jobs.run([row("b", ROBE_POLITELY)], run_id="run-2", application="other")
    assert (summary["rows"]["cached"], summary["alerts"]) == (0, [])
    assert billed(jobs, "cohere.embed-multilingual-v3.0") == (0, 0)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"fault": "server_error", "on": "embeddings"}, "500"),
        ({"fault": "quota_exhausted", "on": "embeddings"}, "openai_default"),
    ],
    ids=["down", "refused"],
)
def test_without_embeddings_the_rows_are_asked_and_the_summary_says_why(
    jobs: Jobs, include: Include, fault: dict[str, Any], told: str
) -> None:
    embed_with(jobs, include)
    jobs.run([row("a", ROBE)])
    jobs.sandbox.faults(fault)
    summary = jobs.run([row("b", ROBE_POLITELY)], run_id="run-2")
    assert (summary["rows"]["cached"], summary["rows"]["answered"]) == (0, 1)
    (alert,) = summary["alerts"]
    assert alert.startswith(f"the semantic cache is off for this run, its rows were asked: no embeddings of {SMALL}: ")
    assert told in alert
    assert "robe" not in alert
    assert jobs.settled() == Decimal(jobs.sandbox.bill()["cost_usd"])


@pytest.mark.parametrize(("tokens_left", "cached"), [(0, 0), (100, 1)])
def test_embeddings_are_paid_from_what_answers_leave_of_the_budget(
    jobs: Jobs, include: Include, tokens_left: int, cached: int
) -> None:
    """Embedding both texts may take 83 tokens; asking the shorter one costs what some 40 of these cost less."""
    embed_with(jobs, include)
    jobs.run([row("a", ROBE_POLITELY)])
    enough = to_dollars(jobs.shards()[0].estimate) + tokens_left * PRICE
    summary = jobs.run([row("b", ROBE)], run_id="run-2", budget_usd=f"{enough:f}")
    assert (summary["rows"]["cached"], summary["rows"]["answered"]) == (cached, 1)
    assert billed(jobs)[0] == cached
    assert ["no room for embeddings" in alert for alert in summary["alerts"]] == [True] * (1 - cached)


@pytest.mark.parametrize(
    ("model", "changes", "error", "told"),
    [
        ("text-embedding-4", {}, InvalidSpec, r"semantic_cache.embedding.*no such name"),
        ("gpt-4o-2024-08-06", {}, InvalidSpec, r"semantic_cache.embedding.*no such name"),
        (SMALL, {}, NotEntitled, r"semantic_cache.embedding.*not entitled"),
        (SMALL, {"models": SMALL, "regions": ["us-chicago-1"]}, NotEntitled, "may not send data"),
    ],
)
def test_a_model_that_may_not_be_asked_is_refused_at_admission(
    jobs: Jobs, include: Include, model: str, changes: dict[str, Any], error: type[Exception], told: str
) -> None:
    ask_for(include, f"semantic_cache: {{embedding: {model}}}")
    oci = ["oci/cohere.command-r-08-2024"]
    tiers = {"tiers": [{"name": "light", "deployments": oci}]} if changes else None
    if tiers is not None:
        entitle(include.folder, changes.pop("models"), **changes)
        (include.folder / "policies" / "tiers" / "oci.yaml").write_text(yaml.safe_dump(tiers))
    with pytest.raises(error, match=told):
        jobs.run([row("a", ROBE)], **({"tiers": "oci"} if tiers else {}))
    jobs.check_nothing_happened()


@recorded
def test_answers_that_a_providers_model_finds_near_spare_premium(cascades: Cascades) -> None:
    entitle(cascades.include, SMALL)
    cascades.run(NEAR, MODELS, ROWS, grader=None)
    check_published(reasons(cascades))
    assert cascades.asked()[PREMIUM] == 4
    assert cascades.asked()[SMALL] == 1  # four pairs of the same two answers; the others differ in what tells
    check_ledger(cascades.jobs)


@recorded
def test_answers_without_embeddings_do_not_agree(cascades: Cascades) -> None:
    entitle(cascades.include, SMALL)
    cascades.jobs.sandbox.faults({"fault": "quota_exhausted", "on": "embeddings"})
    cascades.run(NEAR, MODELS, ROWS, grader=None)
    assert {tier for tier, _ in reasons(cascades).values()} == {"tier2"}
    assert cascades.asked()[PREMIUM] == 8
    assert cascades.jobs.settled() == Decimal(cascades.jobs.sandbox.bill()["cost_usd"])


@pytest.mark.parametrize(
    ("model", "error", "told"),
    [
        ("text-embedding-4", InvalidSpec, r"tiers \(tried, cascade.embedding\).*no such name"),
        (SMALL, NotEntitled, r"tiers \(tried, cascade.embedding\).*not entitled"),
    ],
)
def test_a_comparator_by_a_model_that_may_not_be_asked_is_refused(
    cascades: Cascades, model: str, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        cascades.run({**NEAR, "embedding": model}, MODELS, ROWS, grader=None)
    assert not cascades.asked()
