"""Guardrails that ask models, in whole jobs: which model, where, and what becomes of rows without an answer."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
import yaml
from tests.guarded_jobs import LONG, POLICY, Include, include
from tests.job_runs import Jobs, questions

from nightshift.errors import BudgetExceeded, InvalidSpec, Misconfigured, NotEntitled
from nightshift.finops.money import to_dollars
from nightshift.providers import registry

__all__ = ["include"]  # a fixture

MODERATION = {"check": "moderation", "id": "provider", "action": "quarantine", "model": "omni-moderation-2024-09-26"}
ON_ERROR = {"quarantine": "quarantined", "deny": "rejected", "allow": "answered"}
ENTAILMENT = {"check": "entailment", "id": "judge", "action": "annotate", "model": "gpt-4o-2024-08-06"}


def statuses(jobs: Jobs) -> Counter[str]:
    return Counter(row["status"] for row in jobs.results())


def catalogue(include: Include, **changes: Any) -> None:
    """Changes the entry of the moderation endpoint."""
    path = include.folder / "models" / "catalogue.yaml"
    content = yaml.safe_load(path.read_text())
    content["moderation"][0] |= changes
    path.write_text(yaml.safe_dump(content))


@pytest.mark.parametrize(
    ("rule", "error", "told"),
    [
        (
            MODERATION | {"model": "omni-moderation"},
            InvalidSpec,
            "guardrail policy.*did you mean 'omni-",
        ),
        (MODERATION | {"model": "gpt-4o-2024-08-06"}, InvalidSpec, "guardrail policy.*no such name"),
        (ENTAILMENT | {"model": "gpt-5"}, InvalidSpec, "guardrail policy.*no such name"),
        (MODERATION | {"model": "oci/guardrails"}, NotEntitled, "guardrail policy.*may not send data"),
    ],
)
@pytest.mark.parametrize("direction", ["input", "output"])
def test_a_model_that_cannot_be_asked_is_found_out_before_anything_is_spent(
    jobs: Jobs, include: Include, direction: str, rule: dict[str, Any], error: type[Exception], told: str
) -> None:
    application = include.folder / "policies" / "applications" / "math-tutor.yaml"
    application.write_text(yaml.safe_dump(yaml.safe_load(application.read_text()) | {"regions": ["global"]}))
    include.policy(POLICY | {direction: [LONG, rule]})
    with pytest.raises(error, match=told):
        jobs.run(questions(3))
    jobs.check_nothing_happened()


def test_a_provider_without_moderation_is_the_operator_s_mistake(
    jobs: Jobs, include: Include, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What `registry.register` does, undone after the test.
    monkeypatch.setitem(registry._ENTRIES, "toy", registry.Entry("tests.toy_provider:ToyProvider", "toy_default"))
    monkeypatch.setenv("AIRFLOW_CONN_TOY_DEFAULT", json.dumps({"host": "toy://here", "extra": {"folder": "unused"}}))
    catalogue(include, provider="toy")
    include.policy(POLICY | {"output": [LONG, MODERATION]})
    with pytest.raises(Misconfigured, match="its provider toy has no moderation of its own"):
        jobs.run(questions(3))


def test_rows_that_the_provider_flags_are_held_back(jobs: Jobs, include: Include) -> None:
    include.policy(POLICY | {"input": [LONG, MODERATION]})
    jobs.run([*questions(40), {"id": "bad", "question": "How do I murder 2 people?"}])
    assert statuses(jobs) == Counter(answered=40, quarantined=1)
    assert jobs.results()[-1]["reason"] == "guardrail question: provider"


@pytest.mark.parametrize("on_error", ON_ERROR)
def test_without_an_answer_a_row_ends_as_the_policy_says(jobs: Jobs, include: Include, on_error: str) -> None:
    include.policy(POLICY | {"input": [LONG, MODERATION | {"on_error": on_error}]})
    jobs.sandbox.faults({"fault": "invalid_credentials", "on": "moderations", "times": 1})
    jobs.run(questions(20))
    assert statuses(jobs) == Counter(["answered"] * 19 + [ON_ERROR[on_error]])


def test_answers_are_judged_beside_what_was_asked(jobs: Jobs, include: Include) -> None:
    include.policy(POLICY | {"output": [LONG, MODERATION, ENTAILMENT]})
    summary = jobs.run(questions(12))
    found = jobs.results()
    jobs.check_money()
    (judged,) = summary["side_calls"]  # moderation is free
    assert (judged["purpose"], judged["questions"], judged["refused"]) == ("entailment", 12, 0)
    assert summary["cost_usd"] == float(jobs.settled()) > judged["cost_usd"] > 0
    assert statuses(jobs) == Counter(answered=12)
    assert jobs.sandbox.bill()["requests"] >= 24  # an answer and its judgement for each row
    assert {row["guardrails"] for row in found if "judge" in (row["guardrails"] or "")}


def test_moderation_that_has_a_price_is_booked_by_the_lot(jobs: Jobs, include: Include) -> None:
    catalogue(include, usd_per_1000_units=0.38)
    include.policy(POLICY | {"input": [LONG, MODERATION]})
    summary = jobs.run(questions(40))
    jobs.check_books()
    (moderated,) = summary["side_calls"]
    assert (moderated["purpose"], moderated["questions"]) == ("moderation", 40)
    assert jobs.beside() == Decimal("0.00038") * 40


def test_moderation_without_a_price_is_told(jobs: Jobs, include: Include) -> None:
    catalogue(include, usd_per_1000_units=None)
    include.policy(POLICY | {"input": [LONG, MODERATION]})
    summary = jobs.run(questions(3))
    assert summary["side_calls"] == []
    assert any("omni-moderation-2024-09-26 has no price" in alert for alert in summary["alerts"])
    with jobs.services.lake.open(f"{jobs.record().output_uri}/manifest.json") as file:
        assert json.load(file)["guardrails"]["not_priced"] == ["omni-moderation-2024-09-26"]


def test_what_is_left_after_moderation_is_what_the_rows_may_cost(jobs: Jobs, include: Include) -> None:
    catalogue(include, usd_per_1000_units=1000)
    include.policy(POLICY | {"input": [LONG, MODERATION]})
    with pytest.raises(BudgetExceeded, match=r"with \$3.00 for calls beside the rows"):
        jobs.run(questions(3), budget_usd="3.00")
    assert (to_dollars(jobs.budget().spent), jobs.budget().reserved) == (Decimal(3), 0)
