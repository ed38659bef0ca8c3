"""The resolved job: every version, digest and price that a run uses. Written once at admission, then only read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import Field

from nightshift.batch.bundling.bundles import Bundling
from nightshift.batch.bundling.form import bundled_call, form_digest
from nightshift.batch.embeddings.in_use import EmbeddingInUse
from nightshift.batch.rendering import messages_before
from nightshift.batch.spec import JobSpec
from nightshift.batch.tiering.cascade import Cascade
from nightshift.batch.tiering.policy import TierPolicy
from nightshift.errors import Misconfigured
from nightshift.finops.prices import Mode, Price
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.verdict import Direction
from nightshift.model_registry.applications import Application
from nightshift.model_registry.capabilities import Capabilities
from nightshift.prompts.knowledge import KnowledgeGeneration
from nightshift.prompts.repository import PromptVersion
from nightshift.providers.port import ModelCall, Target
from nightshift.similarity import meaning, normal_form
from nightshift.similarity.threshold import LearntThreshold
from nightshift.storage.documents import Document


class Deployment(Document):
    """One model version at one provider in one region: what it can do and what it costs there."""

    model: str
    model_digest: str
    provider: str
    provider_model: str
    options: dict[str, str] = Field(default_factory=dict)
    region: str
    capabilities: Capabilities
    batch_price: Price | None  # None where the provider has no batch API
    realtime_price: Price
    sandboxed: bool = False

    @property
    def target(self) -> Target:
        return Target(self.provider_model, dict(self.options))

    def mode(self, requests: int) -> Mode:
        """Batch where there is a batch API that takes so few requests."""
        batch = self.capabilities.batch
        return "batch" if batch is not None and requests >= batch.min_requests else "realtime"

    def price(self, mode: Mode) -> Price:
        if mode == "realtime":
            return self.realtime_price
        if self.batch_price is None:
            raise Misconfigured(f"{self.provider} has no batch API, so {self.model} has no batch price")
        return self.batch_price


class ResolvedTier(Document):
    """One tier with its deployments, in the order in which they are tried."""

    name: str
    deployments: tuple[Deployment, ...]


@dataclass(frozen=True)
class Route:
    """Which deployment of which tier answered, and how. Indexes into the job's tiers."""

    tier: int
    deployment: int
    mode: Mode


class ResolvedJob(Document):
    """Everything the steps need to know; nothing in it changes after admission."""

    run_id: str
    spec: JobSpec
    application: Application
    prompt: PromptVersion
    tier_policy: TierPolicy
    tiers: tuple[ResolvedTier, ...]
    cascade: Cascade = Cascade()
    bundling: Bundling | None = None
    guardrails: GuardrailPolicy
    guardrail_models: dict[str, str] = Field(default_factory=dict)  # trained detector -> digest of its weights
    knowledge_generation: KnowledgeGeneration | None = None  # of the prompt's knowledge base
    semantic_cache: LearntThreshold | None = None
    semantic_cache_off: str | None = None  # why it is off although the prompt asks for it
    semantic_embedding: EmbeddingInUse | None = None  # None: the word vectors that come with the platform
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
    def directions(self) -> dict[str, Direction]:
        """In which direction the guardrail policy screens each variable of a row."""
        variables = self.prompt.config.variables
        return {name: "context" if variable.origin == "retrieved" else "input" for name, variable in variables.items()}

    @property
    def reference_decides(self) -> bool:
        """Whether the right answer influences which model answers: then it is part of what makes two rows equal."""
        return self.spec.grader is not None and "wrong" in self.spec.escalate_on

    @property
    def cache_namespace(self) -> str:
        """What must be equal before another run's answer may be used: who asks, what, of which models, judged how."""
        return self.cache_namespace_of(self.spec.application)

    def cache_namespace_of(self, application: str) -> str:
        """The namespace that the job would have as a job of another application, which may share its answers."""
        knowledge = self.knowledge_generation
        parts: dict[str, Any] = {
            "application": application,
            "prompt": self.prompt.digest,
            "messages": self.fixed_messages,  # as they are rendered: the platform's own words in them may change too
            "knowledge": [knowledge.name, knowledge.generation] if knowledge else None,
            "tiers": [item.model_dump(mode="json") for item in self.tier_policy.tiers],
            "start": [item.model_dump(mode="json") for item in self.tier_policy.start],
            "cascade": self.cascade.identity,
            "models": [(item.model_digest, item.region, item.batch_price is None) for item in self.deployments],
            "guardrails": self.guardrails.digest,
            "guardrail_models": self.guardrail_models,
            "grader": self.spec.grader.model_dump(mode="json") if self.spec.grader else None,
            "escalate_on": sorted(self.spec.escalate_on),
            "sandbox": self.sandbox,
        }
        if self.bundling is not None:  # an answer from a bundle is never taken for one that was asked alone
            form = form_digest(self.fixed_messages, self.prompt.config.answer.schema_)
            parts["bundling"] = self.bundling.model_dump(mode="json") | {"form": form}
        if self.prompt.config.near_duplicates:
            parts["normal_form"] = normal_form.VERSION
        if self.prompt.config.semantic_cache is not None:  # learnt or not yet: learning empties no cache
            parts["meaning"] = meaning.VERSION
        if (found := self.semantic_embedding) is not None:  # cached texts are sent there again, to be compared
            parts["embedding"] = [found.provider, found.region]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @cached_property
    def fixed_messages(self) -> tuple[tuple[str, str], ...]:
        """Role and content of each message before the row's own. Compiled once: estimates ask for it row by row."""
        return messages_before(self.prompt)

    @cached_property
    def deployments(self) -> tuple[Deployment, ...]:
        """All deployments of all tiers."""
        return tuple(item for tier in self.tiers for item in tier.deployments)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Every way in which a row of this job can be answered; answers files name a route by its place here."""
        return tuple(
            Route(tier, place, mode)
            for tier, item in enumerate(self.tiers)
            for place, deployment in enumerate(item.deployments)
            for mode in (("batch", "realtime") if deployment.batch_price is not None else ("realtime",))
        )

    def deployment(self, route: Route) -> Deployment:
        return self.tiers[route.tier].deployments[route.deployment]

    def price(self, route: Route) -> Price:
        return self.deployment(route).price(route.mode)

    def tier_index(self, name: str) -> int:
        return next(place for place, item in enumerate(self.tiers) if item.name == name)

    def call(self, deployment: Deployment) -> ModelCall:
        """The request that every row sent to a deployment shares."""
        config = self.prompt.config
        return ModelCall(
            target=deployment.target,
            fixed_messages=self.fixed_messages,
            temperature=config.parameters.temperature,
            max_output_tokens=config.parameters.max_output_tokens,
            seed=config.parameters.seed,
            answer_name=self.prompt.name,
            answer_schema=config.answer.schema_,
        )

    def bundled_call(self, deployment: Deployment) -> ModelCall:
        """The same for requests that several rows share."""
        assert self.bundling is not None
        return bundled_call(self.call(deployment), self.bundling.rows)
