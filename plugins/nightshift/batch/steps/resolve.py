"""Part of admit: a job spec becomes versions, digests, deployments and prices that no longer change."""

from __future__ import annotations

from datetime import datetime

from nightshift.batch.job import Deployment, ResolvedTier
from nightshift.batch.services import Services
from nightshift.batch.spec import JobSpec
from nightshift.batch.tiering.policy import Tier
from nightshift.errors import InvalidSpec
from nightshift.finops.prices import look_up
from nightshift.model_registry.applications import Application, allowed_regions, check_model, no_region
from nightshift.model_registry.capabilities import Capabilities, find_capabilities
from nightshift.model_registry.catalogue import ModelVersion, find_model
from nightshift.prompts.repository import PromptVersion


def resolve_tier(
    services: Services, spec: JobSpec, prompt: PromptVersion, application: Application, tier: Tier, now: datetime
) -> ResolvedTier:
    """The deployments of a tier that entitlement and residency allow, first choice first.

    Raises NotEntitled where a model is not granted, or where no region is left.
    """
    models = [find_model(name, field=f"tiers ({spec.tiers})") for name in tier.deployments]
    for model in models:
        check_model(spec.application, application, model)
        _check_length(prompt, model)
    deployments = tuple(
        _deployment(services, model, region, now) for model in models for region in allowed_regions(application, model)
    )
    if not deployments:
        raise no_region(spec.application, application, models)
    return ResolvedTier(name=tier.name, deployments=deployments)


def _deployment(services: Services, model: ModelVersion, region: str, now: datetime) -> Deployment:
    capabilities = find_capabilities(model.provider)
    sandboxed = services.sandboxed(model.provider, region) is not None
    if sandboxed:
        capabilities = _of_sandbox(capabilities)
    named = (model.provider, capabilities.price_list, model.priced_model)
    return Deployment(
        model=model.model,
        model_digest=model.digest,
        provider=model.provider,
        provider_model=model.provider_model,
        options=model.options,
        region=region,
        capabilities=capabilities,
        batch_price=look_up(*named, "batch", now) if capabilities.batch is not None else None,
        realtime_price=look_up(*named, "realtime", now),
        sandboxed=sandboxed,
    )


def _of_sandbox(capabilities: Capabilities) -> Capabilities:
    """The sandbox lists a batch as soon as it has accepted it; nobody need wait as for a real provider."""
    if capabilities.batch is None:
        return capabilities
    return capabilities.model_copy(update={"batch": capabilities.batch.model_copy(update={"listing_lag_seconds": 0.0})})


def _check_length(prompt: PromptVersion, model: ModelVersion) -> None:
    asked = prompt.config.parameters.max_output_tokens
    if asked > model.max_output_tokens:
        raise InvalidSpec(
            f"{model.model} cannot give answers as long as the prompt asks for",
            field="prompt (parameters.max_output_tokens)",
            value=asked,
            limit=model.max_output_tokens,
            way_out="lower max_output_tokens in a new version of the prompt, or choose other tiers",
        )
