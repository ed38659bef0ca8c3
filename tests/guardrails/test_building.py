"""A policy's detectors, and which weights they use."""

from __future__ import annotations

import hashlib

from nightshift.guardrails.building import trained_models
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.settings import include_folder

HARM = {"check": "harm", "id": "harm", "action": "deny"}


def test_a_policy_names_the_weights_that_its_verdicts_depend_on() -> None:
    found = trained_models(GuardrailPolicy.model_validate({"output": [HARM]}))
    assert sorted(found) == ["harm", "words"]
    weights = (include_folder() / "guardrails" / "models" / "harm.bin").read_bytes()
    assert found["harm"] == hashlib.sha256(weights).hexdigest()


def test_a_policy_without_trained_detectors_depends_on_none() -> None:
    policy = GuardrailPolicy.model_validate({"input": [{"check": "secrets", "id": "s", "action": "mask"}]})
    assert trained_models(policy) == {}
