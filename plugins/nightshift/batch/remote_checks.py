"""The models that a guardrail policy's own checks ask: of the registry, in a region that the application allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.batch.side_calls.books import SideCalls, realtime_price
from nightshift.batch.side_calls.judging import PaidJudge
from nightshift.batch.side_calls.moderating import PaidModeration
from nightshift.errors import Misconfigured
from nightshift.finops.prices import Price
from nightshift.guardrails.answers.model_judge import ModelJudge
from nightshift.guardrails.answers.rules import EntailmentRule
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.remote import Judge, Moderating, Remote
from nightshift.guardrails.rules import ModerationRule
from nightshift.model_registry.applications import Application, allowed_regions, no_region
from nightshift.model_registry.capabilities import find_capabilities
from nightshift.model_registry.catalogue import (
    ModelVersion,
    ModerationEndpoint,
    find_model,
    find_moderation,
    priced_moderation,
)
from nightshift.providers.port import Moderator, Provider, Target

_FIELD = "guardrail policy (model)"


@dataclass(frozen=True)
class RemoteChecks:
    """A `Remote`. Texts go nowhere where the application may not send data.

    Prices are those of `at`. What the checks of `job` ask comes out of its budget; without a job nobody keeps books.
    """

    services: Services
    name: str
    application: Application
    at: datetime
    job: ResolvedJob | None = None

    def moderator(self, model: str) -> Moderating:
        found = find_moderation(model, field=_FIELD)
        provider = self._provider(found)
        if not isinstance(provider, Moderator):
            raise Misconfigured(
                f"the guardrail policy {self.application.guardrails} moderates by {model}, and its provider "
                f"{found.provider} has no moderation of its own; way out: another entry, or `check: harm`"
            )
        books = None
        if self.job is not None and found.usd_per_1000_units:
            books = PaidModeration(SideCalls(self.services, self.job, "moderation"), found)
        return Moderating(provider, Target(found.provider_model, dict(found.options)), books)

    def judge(self, model: str) -> Judge:
        """Raises MissingPrice, too: what cannot be paid for cannot be asked."""
        found = find_model(model, field=_FIELD)
        provider, price = self._provider(found), realtime_price(found.provider, found.priced_model, self.at)
        return ModelJudge(provider, Target(found.provider_model, dict(found.options)), self._books(found, price))

    def _books(self, found: ModelVersion, price: Price) -> PaidJudge | None:
        if self.job is None:
            return None
        repeatable = find_capabilities(found.provider).realtime.repeatable
        return PaidJudge(SideCalls(self.services, self.job, "entailment"), found.model, price, repeatable=repeatable)

    def _provider(self, found: ModelVersion | ModerationEndpoint) -> Provider:
        regions = allowed_regions(self.application, found)
        if not regions:
            raise no_region(self.name, self.application, [found], _FIELD)
        return self.services.provider(found.provider, regions[0])


def remote_checks(services: Services, job: ResolvedJob) -> Remote:
    """What the checks of a job may ask."""
    return RemoteChecks(services, job.spec.application, job.application, job.admitted_at, job)


def check_remote(policy: GuardrailPolicy, remote: Remote) -> None:
    """Raises RequestRejected or Misconfigured for a model that a rule names and that cannot be asked."""
    for rule in _remote_rules(policy):
        if rule.check == "moderation":
            remote.moderator(rule.model)
        else:
            remote.judge(rule.model)


def unpriced_models(policy: GuardrailPolicy) -> list[str]:
    """Models whose answers a policy asks for and whose price nobody gave: what they cost is in no ledger."""
    return sorted({rule.model for rule in _remote_rules(policy) if rule.check == "moderation"} - priced_moderation())


def _remote_rules(policy: GuardrailPolicy) -> Iterator[ModerationRule | EntailmentRule]:
    for rule in (*policy.input, *policy.context, *policy.output):
        if isinstance(rule, ModerationRule | EntailmentRule):
            yield rule
