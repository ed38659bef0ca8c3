"""The resolved job: every version, digest and price that a run uses. Written once at admission, then only read."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import cached_property

from nightshift.batch.spec import JobSpec
from nightshift.batch.tiering.policy import TierPolicy
from nightshift.finops.prices import Price
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.model_registry.applications import Application
from nightshift.prompts.repository import PromptVersion
from nightshift.prompts.template import fixed_messages
from nightshift.providers.port import ModelCall
from nightshift.storage.documents import Document


class ResolvedTier(Document):
    """One tier with the model version behind it and what it costs."""

    name: str
    model: str
    model_digest: str
    provider: str
    region: str
    batch_price: Price
    realtime_price: Price


class ResolvedJob(Document):
    """Everything the steps need to know; nothing in it changes after admission."""

    run_id: str
    spec: JobSpec
    application: Application
    prompt: PromptVersion
    tier_policy: TierPolicy
    tiers: tuple[ResolvedTier, ...]
    guardrails: GuardrailPolicy
    input_digest: str
    admitted_at: datetime
    deadline: datetime
    budget: int  # picodollars
    output_uri: str
    sandbox: str | None  # what the sandbox answers with; None where real providers answer

    @property
    def period(self) -> str:
        """The month whose budget the run was admitted on."""
        return self.admitted_at.strftime("%Y-%m")

    @property
    def reference_decides(self) -> bool:
        """Whether the right answer influences which model answers: then it is part of what makes two rows equal."""
        return self.spec.grader is not None and "wrong" in self.spec.escalate_on

    @property
    def cache_namespace(self) -> str:
        """What must be equal before another run's answer may be used: who asks, what, of which models, judged how."""
        parts = {
            "application": self.spec.application,
            "prompt": self.prompt.digest,
            "tiers": self.tier_policy.model_dump(mode="json"),
            "models": [tier.model_digest for tier in self.tiers],
            "guardrails": self.guardrails.digest,
            "grader": self.spec.grader.model_dump(mode="json") if self.spec.grader else None,
            "escalate_on": sorted(self.spec.escalate_on),
            "sandbox": self.sandbox,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @cached_property
    def fixed_messages(self) -> tuple[tuple[str, str], ...]:
        """Role and content of each message before the row's own. Compiled once: estimates ask for it row by row."""
        return tuple((message["role"], message["content"]) for message in fixed_messages(self.prompt))

    def call(self, tier: int) -> ModelCall:
        """The request that every row of a tier shares."""
        config = self.prompt.config
        return ModelCall(
            model=self.tiers[tier].model,
            fixed_messages=self.fixed_messages,
            temperature=config.parameters.temperature,
            max_output_tokens=config.parameters.max_output_tokens,
            seed=config.parameters.seed,
            answer_name=self.prompt.name,
            answer_schema=config.answer.schema_,
        )
