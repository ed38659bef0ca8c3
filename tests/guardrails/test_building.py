"""A policy's detectors, and which weights they use."""

from __future__ import annotations

import hashlib

import pytest

from nightshift.errors import Misconfigured
from nightshift.guardrails.building import require_trained_models, trained_models
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.settings import include_folder

HARM = {"check": "harm", "id": "harm", "action": "deny"}


def test_a_policy_names_the_weights_that_its_verdicts_depend_on() -> None:
    found = trained_models(GuardrailPolicy.model_validate({"output": [HARM]}))
    assert sorted(found) == ["harm", "words"]
    weights = (include_folder() / "guardrails" / "models" / "harm.bin").read_bytes()
    assert found["harm"] == hashlib.sha256(weights).hexdigest()


def test_weights_that_were_changed_under_a_run_are_named() -> None:
    policy = GuardrailPolicy.model_validate({"output": [HARM]})
    recorded = trained_models(policy)
    require_trained_models(policy, recorded, "the run r")
    with pytest.raises(Misconfigured, match=r"the run r was admitted with other weights.* another words\.bin since"):
        require_trained_models(policy, recorded | {"words": "0" * 64}, "the run r")


def test_a_policy_without_trained_detectors_depends_on_none() -> None:
    policy = GuardrailPolicy.model_validate({"input": [{"check": "secrets", "id": "s", "action": "mask"}]})
    assert trained_models(policy) == {}
