"""Every file under include/ is valid, and what one file names in another exists."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from nightshift.batch.capacity.limits import RatePolicy
from nightshift.batch.capacity.off_peak import OffPeakPolicy
from nightshift.batch.gate import SuiteFile
from nightshift.batch.rendering import messages_before
from nightshift.batch.spec import load_spec
from nightshift.batch.tiering.policy import TierPolicy
from nightshift.finops.budgets import BudgetPolicy
from nightshift.finops.prices import Overrides, look_up, look_up_embedding
from nightshift.guardrails.policy import GuardrailPolicy, find_policy
from nightshift.guardrails.screening import Screen
from nightshift.model_registry.applications import Application, allowed_regions, check_prompt, find_application
from nightshift.model_registry.capabilities import Providers, find_capabilities
from nightshift.model_registry.catalogue import Catalogue, find_model
from nightshift.prompts.repository import resolve
from nightshift.prompts.template import check_mapping, compile_user_text
from nightshift.providers.registry import known_providers
from nightshift.storage.documents import Document, load

INCLUDE = Path(__file__).resolve().parents[1] / "include"
KINDS: dict[str, type[Document]] = {
    "budgets/*.yaml": BudgetPolicy,
    "expectations/*.yaml": SuiteFile,
    "models/catalogue.yaml": Catalogue,
    "models/prices.yaml": Overrides,
    "models/providers.yaml": Providers,
    "policies/off_peak.yaml": OffPeakPolicy,
    "policies/rates.yaml": RatePolicy,
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
    assert len(messages_before(prompt)) == 1 + 2 * len(prompt.examples)
    assert compile_user_text(prompt)(dict.fromkeys(prompt.config.variables, "MARK")).count("MARK") >= 1


@pytest.mark.parametrize("name", below("prompts/*/labels.yaml"))
def test_a_label_leads_to_a_version(name: str) -> None:
    assert resolve(f"{name.split('/')[1]}@production").version


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_has_a_budget_a_policy_and_models(name: str) -> None:
    application = load(INCLUDE / name, Application)
    assert load(INCLUDE / "budgets" / Path(name).name, BudgetPolicy).monthly_usd > 0
    assert Screen(find_policy(application.guardrails, field="f"), "output").screen(["Hello."])[0].action == "allow"
    catalogue = load(INCLUDE / "models/catalogue.yaml", Catalogue)
    models = {model.model: model for model in (*catalogue.models, *catalogue.embeddings)}
    for model in application.models:
        assert allowed_regions(application, models[model])
    for prompt in application.prompts:
        assert resolve(f"{prompt}@production").name == prompt


@pytest.mark.parametrize("name", below("policies/tiers/*.yaml"))
def test_a_tier_policy_names_models_of_the_catalogue(name: str) -> None:
    for tier in load(INCLUDE / name, TierPolicy).tiers:
        for name_of_model in tier.deployments:
            assert find_model(name_of_model, field="tiers").model == name_of_model


def test_every_model_has_a_provider_that_is_known_and_described_and_a_price() -> None:
    now = datetime.now(UTC)
    for model in load(INCLUDE / "models/catalogue.yaml", Catalogue).models:
        assert model.provider in known_providers()
        capabilities = find_capabilities(model.provider)
        named = (model.provider, capabilities.price_list, model.priced_model)
        assert look_up(*named, "realtime", now).output > 0
        assert capabilities.batch is None or look_up(*named, "batch", now).output > 0


def test_every_embedding_model_has_a_provider_that_is_known_and_a_price_of_what_it_reads() -> None:
    for model in load(INCLUDE / "models/catalogue.yaml", Catalogue).embeddings:
        capabilities = find_capabilities(model.provider)
        price = look_up_embedding(model.provider, capabilities.price_list, model.priced_model, datetime.now(UTC))
        assert price.input > 0
        assert price.output == 0


@pytest.mark.parametrize("name", JOBS)
def test_a_job_can_be_resolved(name: str) -> None:
    spec = load_spec(INCLUDE / name)
    prompt = resolve(spec.prompt)
    check_mapping(prompt, list(spec.input.variables))
    check_prompt(spec.application, find_application(spec.application), prompt.name)
    assert Path(spec.input.uri).exists()
