"""The models that a guardrail policy's own checks ask: of the registry, in a region that the application allows."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.errors import Misconfigured
from nightshift.guardrails.answers.model_judge import ModelJudge
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.remote import Judge, Remote
from nightshift.guardrails.rules import RemoteRule
from nightshift.model_registry.applications import Application, allowed_regions, no_region
from nightshift.model_registry.catalogue import ModelVersion, ModerationEndpoint, find_model, find_moderation
from nightshift.providers.port import Moderator, Provider, Target

_FIELD = "guardrail policy (model)"


@dataclass(frozen=True)
class RemoteChecks:
    """A `Remote`. Texts go nowhere where the application may not send data."""

    services: Services
    name: str
    application: Application

    def moderator(self, model: str) -> tuple[Moderator, Target]:
        found = find_moderation(model, field=_FIELD)
        provider = self._provider(found)
        if not isinstance(provider, Moderator):
            raise Misconfigured(
                f"the guardrail policy {self.application.guardrails} moderates by {model}, and its provider "
                f"{found.provider} has no moderation of its own; way out: another entry, or `check: harm`"
            )
        return provider, Target(found.provider_model, dict(found.options))

    def judge(self, model: str) -> Judge:
        found = find_model(model, field=_FIELD)
        return ModelJudge(self._provider(found), Target(found.provider_model, dict(found.options)))

    def _provider(self, found: ModelVersion | ModerationEndpoint) -> Provider:
        regions = allowed_regions(self.application, found)
        if not regions:
            raise no_region(self.name, self.application, [found], _FIELD)
        return self.services.provider(found.provider, regions[0])


def remote_checks(services: Services, job: ResolvedJob) -> Remote:
    """What the checks of a job may ask."""
    return RemoteChecks(services, job.spec.application, job.application)


def check_remote(policy: GuardrailPolicy, remote: Remote) -> None:
    """Raises RequestRejected or Misconfigured for a model that a rule names and that cannot be asked."""
    for rule in (*policy.input, *policy.context, *policy.output):
        if isinstance(rule, RemoteRule):
            if rule.check == "moderation":
                remote.moderator(rule.model)
            else:
                remote.judge(rule.model)
