"""Every file under include/ is valid, and what one file names in another exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightshift.batch.gate import SuiteFile
from nightshift.batch.spec import load_spec
from nightshift.batch.tiering.policy import TierPolicy
from nightshift.finops.budgets import BudgetPolicy
from nightshift.finops.prices import Overrides
from nightshift.guardrails.policy import GuardrailPolicy, find_policy
from nightshift.guardrails.screening import Screen
from nightshift.model_registry.applications import Application, check_prompt, choose_region, find_application
from nightshift.model_registry.catalogue import Catalogue, find_model
from nightshift.prompts.repository import resolve
from nightshift.prompts.template import check_mapping, compile_user_text, fixed_messages
from nightshift.storage.documents import Document, load

INCLUDE = Path(__file__).resolve().parents[1] / "include"
KINDS: dict[str, type[Document]] = {
    "budgets/*.yaml": BudgetPolicy,
    "expectations/*.yaml": SuiteFile,
    "models/catalogue.yaml": Catalogue,
    "models/prices.yaml": Overrides,
    "policies/applications/*.yaml": Application,
    "policies/guardrails/*.yaml": GuardrailPolicy,
    "policies/tiers/*.yaml": TierPolicy,
}


def below(*patterns: str) -> list[str]:
    return sorted(str(path.relative_to(INCLUDE)) for pattern in patterns for path in INCLUDE.glob(pattern))


JOBS = below("jobs/*.yaml", "samples/*.job.yaml")
APPLICATIONS = below("policies/applications/*.yaml")
VERSIONS = below("prompts/*/v*")


@pytest.mark.parametrize(("pattern", "name"), [(pattern, name) for pattern in KINDS for name in below(pattern)])
def test_a_file_is_valid(pattern: str, name: str) -> None:
    assert load(INCLUDE / name, KINDS[pattern])


def test_every_yaml_file_is_covered_here() -> None:
    covered = {*below(*KINDS), *JOBS, *below("prompts/*/labels.yaml", "prompts/*/v*/config.yaml")}
    assert set(below("**/*.yaml", "**/*.yml")) == covered


@pytest.mark.parametrize("name", VERSIONS)
def test_a_prompt_version_is_complete_and_its_examples_fit(name: str) -> None:
    _, prompt_name, version = name.split("/")
    prompt = resolve(f"{prompt_name}@{version}")
    check_mapping(prompt, list(prompt.config.variables))
    assert len(fixed_messages(prompt)) == 1 + 2 * len(prompt.examples)
    assert compile_user_text(prompt)(dict.fromkeys(prompt.config.variables, "MARK")).count("MARK") >= 1


@pytest.mark.parametrize("name", below("prompts/*/labels.yaml"))
def test_a_label_leads_to_a_version(name: str) -> None:
    assert resolve(f"{name.split('/')[1]}@production").version


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_has_a_budget_a_policy_and_models(name: str) -> None:
    application = load(INCLUDE / name, Application)
    assert load(INCLUDE / "budgets" / Path(name).name, BudgetPolicy).monthly_usd > 0
    assert Screen(find_policy(application.guardrails, field="f"), "output").screen(["Hello."])[0].action == "allow"
    for model in application.models:
        assert choose_region(Path(name).stem, application, find_model(model, field="f"))
    for prompt in application.prompts:
        assert resolve(f"{prompt}@production").name == prompt


@pytest.mark.parametrize("name", below("policies/tiers/*.yaml"))
def test_a_tier_policy_names_models_of_the_catalogue(name: str) -> None:
    for tier in load(INCLUDE / name, TierPolicy).tiers:
        assert find_model(tier.model, field="tiers").model == tier.model


@pytest.mark.parametrize("name", JOBS)
def test_a_job_can_be_resolved(name: str) -> None:
    spec = load_spec(INCLUDE / name)
    prompt = resolve(spec.prompt)
    check_mapping(prompt, list(spec.input.variables))
    check_prompt(spec.application, find_application(spec.application), prompt.name)
    assert Path(spec.input.uri).exists()
