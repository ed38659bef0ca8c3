"""Answers are shared between runs only where everything that made and judged them is the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nightshift.batch.job import ResolvedJob

MakeJob = Callable[..., ResolvedJob]


@pytest.mark.parametrize(
    "change",
    [
        {"guardrail_models": {"injection": "another digest"}},
        {"guardrails": {"output": []}},
        {"sandbox": "stand-in answers"},
    ],
)
def test_another_way_of_judging_is_another_namespace(make_job: MakeJob, change: dict[str, Any]) -> None:
    assert make_job(**change).cache_namespace != make_job().cache_namespace


def test_another_run_of_the_same_job_has_the_same_namespace(make_job: MakeJob) -> None:
    assert make_job(run_id="run-2").cache_namespace == make_job().cache_namespace


BUNDLED = {"bundling": {"rows": 4, "models": ["m"]}}


def test_another_form_of_bundles_is_another_namespace_for_jobs_that_bundle(make_job: MakeJob) -> None:
    """Here it is the schema around the answers; the prompt's digest, which has it too, is the same in both jobs."""
    other = {"schema": {"type": "string"}}
    assert make_job(**other).cache_namespace == make_job().cache_namespace
    assert make_job(**other, **BUNDLED).cache_namespace != make_job(**BUNDLED).cache_namespace


@pytest.mark.parametrize("feature", [{"near_duplicates": True}, {"semantic_cache": {"false_hits": 0.01}}], ids=str)
def test_answers_found_by_a_likeness_of_texts_have_its_version_in_the_namespace(
    make_job: MakeJob, feature: dict[str, Any]
) -> None:
    """The prompt's digest is the same in both jobs, so only the version tells them apart."""
    plain = make_job().model_dump(by_alias=True)
    plain["prompt"]["config"] |= feature
    assert ResolvedJob.model_validate(plain).cache_namespace != make_job().cache_namespace


def test_answers_are_not_shared_where_another_region_would_embed_their_texts(make_job: MakeJob) -> None:
    price = {"model": "e", "mode": "realtime", "input": 1, "cached_input": 1, "output": 0, "version": "today"}
    embedding = {
        "model": "e", "digest": "d", "provider": "openai", "provider_model": "e", "region": "eu", "context_tokens": 9,
        "texts_per_request": 9, "price": price,
    }  # fmt: skip
    here = make_job(semantic_embedding=embedding).cache_namespace
    assert make_job(semantic_embedding=embedding | {"region": "us"}).cache_namespace != here
    dearer = embedding | {"price": price | {"input": 2, "version": "tomorrow"}}
    assert make_job(semantic_embedding=dearer).cache_namespace == here
    check = {"similarity": 0.9, "embedding": "d", "embedding_model": embedding}
    compared = make_job(cascade={"pair_check": check}).cache_namespace
    assert make_job(cascade={"pair_check": check | {"embedding_model": dearer}}).cache_namespace == compared
    assert make_job(cascade={"pair_check": check | {"embedding": "other"}}).cache_namespace != compared
