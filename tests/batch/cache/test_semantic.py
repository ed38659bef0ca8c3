"""The semantic cache and near-duplicates in whole runs: who takes whose answer, who never does, and what is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.guarded_jobs import Include, include
from tests.job_runs import Jobs

from nightshift.prompts.repository import resolve
from nightshift.similarity import meaning
from nightshift.similarity.embedding import word_vectors
from nightshift.similarity.threshold import LearntThreshold, save_threshold

__all__ = ["include"]  # a fixture

PROMPT = "grade_school_math@1.0.0"
ROBE = "A robe takes 2 bolts of blue fiber and half that much white fiber. How many bolts in total does it take?"
ROBE_POLITELY = (
    "Hi! A robe takes two bolts of blue fibre and half that much white fibre. "
    "How many bolts in total does it take? Thanks!"
)
ROBE_OF_THREE = ROBE.replace("2 bolts", "3 bolts")


def row(name: str, question: str) -> dict[str, Any]:
    return {"id": name, "question": question}


def ask_for(include: Include, *lines: str) -> None:
    """Further lines of the prompt's config.yaml."""
    path = include.folder / "prompts" / "grade_school_math" / "v1.0.0" / "config.yaml"
    path.write_text("\n".join([path.read_text().rstrip(), *lines, ""]))


def learn(threshold: float = 0.9, **changes: Any) -> None:
    prompt, embedding = resolve(PROMPT), word_vectors()
    content: dict[str, Any] = {
        "prompt": PROMPT,
        "prompt_digest": prompt.digest,
        "embedding": embedding.name,
        "embedding_digest": embedding.digest,
        "guard": meaning.VERSION,
        "threshold": threshold,
        "false_hits": 0.01,
        "confidence": 0.95,
        "different_pairs": 412,
        "false": 0,
        "same_pairs": 300,
        "hits": 250,
        "statement": "at most 1 % false hits",
    }
    save_threshold(LearntThreshold.model_validate(content | changes), prompt)


@pytest.fixture
def learnt(include: Include) -> Include:
    """The semantic cache is asked for and its threshold learnt."""
    ask_for(include, "semantic_cache: {false_hits: 0.01}")
    learn()
    return include


def test_a_row_in_other_words_takes_the_answer_and_says_why(jobs: Jobs, learnt: Include) -> None:
    jobs.run([row("a", ROBE)])
    bill = jobs.sandbox.bill()["requests"]
    rows = [row("b", ROBE_POLITELY), row("c", ROBE_OF_THREE), row("d", ROBE_POLITELY)]
    summary = jobs.run(rows, run_id="run-2")
    first, (hit, miss, copy) = jobs.results()[0], jobs.results("run-2")
    assert (hit["cached"], copy["cached"], miss["cached"]) == (True, True, False)
    assert hit["answer"] == copy["answer"] == first["answer"]
    assert hit["route_reason"].startswith("semantic cache: similarity 0.9")
    assert hit["route_reason"].endswith("(threshold 0.900, at most 1 % false hits)")
    assert (hit["cost_usd"], hit["provider_batch_id"]) == (0, first["provider_batch_id"])
    assert summary["rows"]["cached"] == 2
    assert Decimal(str(summary["saved_by_cache_usd"])) == first["cost_usd"]
    assert jobs.sandbox.bill()["requests"] == bill + 1
    jobs.check_money("run-1", "run-2")


def test_answers_that_were_taken_are_not_passed_on(jobs: Jobs, learnt: Include) -> None:
    jobs.run([row("a", ROBE)])
    jobs.run([row("b", ROBE_POLITELY)], run_id="run-2")
    exact = jobs.run([row("c", ROBE)], run_id="run-3")
    assert exact["rows"]["cached"] == 1
    assert jobs.results("run-3")[0]["route_reason"] is None


def test_below_the_threshold_the_row_is_asked(jobs: Jobs, include: Include) -> None:
    ask_for(include, "semantic_cache: {false_hits: 0.01}")
    learn(threshold=1.0)
    jobs.run([row("a", ROBE)])
    assert jobs.run([row("b", ROBE_POLITELY)], run_id="run-2")["rows"]["cached"] == 0


def test_rows_with_personal_data_neither_give_nor_take(jobs: Jobs, learnt: Include) -> None:
    polite, plain = f"Hi! Ann ann@example.org asks: {ROBE}", f"Ann ann@example.org asks: {ROBE}"
    jobs.run([row("a", polite)])
    assert jobs.run([row("b", polite), row("c", plain)], run_id="run-2")["rows"]["cached"] == 0
    assert "mask mail" in jobs.results("run-2")[1]["guardrails"]


def test_off_unless_the_prompt_asks_for_it(jobs: Jobs, include: Include) -> None:
    learn()
    jobs.run([row("a", ROBE)])
    summary = jobs.run([row("b", ROBE_POLITELY)], run_id="run-2")
    assert (summary["rows"]["cached"], summary["alerts"]) == (0, [])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (None, "no threshold was learnt for this prompt version"),
        ({"prompt_digest": "0" * 64}, "its threshold was learnt for another content of the prompt"),
        ({"embedding_digest": "0" * 64}, "its threshold was learnt with another embedding than offline"),
        ({"guard": 0}, "its threshold was learnt with another version of the guard"),
        ({"false_hits": 0.05}, "its bound is 5.00% false hits, and the prompt asks for 1.00%"),
    ],
)
def test_a_threshold_that_was_not_learnt_for_this_stays_off(
    jobs: Jobs, include: Include, changes: dict[str, Any] | None, reason: str
) -> None:
    ask_for(include, "semantic_cache: {false_hits: 0.01}")
    if changes is not None:
        learn(**changes)
    jobs.run([row("a", ROBE)])
    summary = jobs.run([row("b", ROBE_POLITELY)], run_id="run-2")
    assert summary["rows"]["cached"] == 0
    assert summary["alerts"] == [
        f"the semantic cache is off: {reason}; way out: nightshift cache learn grade_school_math@1.0.0 PAIRS"
    ]


def test_another_prompt_version_never_hits(jobs: Jobs, learnt: Include) -> None:
    jobs.run([row("a", ROBE)])
    ask_for(learnt, "# changed")
    learn()
    assert jobs.run([row("b", ROBE_POLITELY)], run_id="run-2")["rows"]["cached"] == 0


def test_rows_whose_reference_decides_neither_give_nor_take(jobs: Jobs, learnt: Include) -> None:
    deciding = {"grader": {"kind": "numeric", "reference": "right"}, "escalate_on": ["wrong"]}
    jobs.run([row("a", ROBE) | {"right": "3"}], **deciding)
    rows = [row("b", ROBE_POLITELY) | {"right": "3"}]
    assert jobs.run(rows, run_id="run-2", **deciding)["rows"]["cached"] == 0


def test_near_duplicates_of_one_run_are_asked_once(jobs: Jobs, include: Include) -> None:
    ask_for(include, "near_duplicates: true")
    rows = [row("a", ROBE), row("b", f"  {ROBE.lower()} "), row("c", ROBE.rstrip("?")), row("d", ROBE_OF_THREE)]
    summary = jobs.run(rows)
    found = jobs.results()
    assert [line["deduplicated"] for line in found] == [False, True, True, False]
    assert found[0]["answer"] == found[1]["answer"] == found[2]["answer"]
    assert summary["rows"]["deduplicated"] == 2
    jobs.check_money()


def test_near_duplicates_are_apart_where_the_prompt_does_not_ask(jobs: Jobs, include: Include) -> None:
    assert jobs.run([row("a", ROBE), row("b", ROBE.lower())])["rows"]["deduplicated"] == 0
