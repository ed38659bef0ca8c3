"""Rates and quotas as policy, per provider, region and model: include/policies/rates.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load

ANY = "*"


@dataclass(frozen=True)
class RateLimits:
    """What a provider takes in a minute; None is without limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


@dataclass(frozen=True)
class Quotas:
    """What may be under way in one region at the same time; None is without limit."""

    enqueued_tokens: int | None = None  # in unfinished batches
    concurrent_shards: int | None = None


class _Rate(Document):
    provider: str
    region: str = ANY
    model: str = ANY
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)


class _Quota(Document):
    provider: str
    region: str = ANY
    enqueued_tokens: int | None = Field(default=None, ge=1)
    concurrent_shards: int | None = Field(default=None, ge=1)


class RatePolicy(Document):
    """include/policies/rates.yaml."""

    rates: tuple[_Rate, ...] = ()
    quotas: tuple[_Quota, ...] = ()

    @model_validator(mode="after")
    def one_entry_each(self) -> Self:
        scopes = [f"{item.provider}/{item.region}/{item.model}" for item in self.rates]
        places = [f"{item.provider}/{item.region}" for item in self.quotas]
        twice = {name for names in (scopes, places) for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"more than one entry for {', '.join(sorted(twice))}")
        return self


def find_rates(provider: str, region: str, model: str) -> RateLimits:
    """The rates of the entry that names the most: the model first, then the region. No entry is without limit."""
    found = [
        item
        for item in _policy().rates
        if item.provider == provider and item.region in (region, ANY) and item.model in (model, ANY)
    ]
    if not found:
        return RateLimits()
    best = max(found, key=lambda item: (item.model != ANY, item.region != ANY))
    return RateLimits(best.requests_per_minute, best.tokens_per_minute)


def find_quotas(provider: str, region: str) -> Quotas:
    """The quotas of the region, or of the provider's other regions. No entry is without limit."""
    found = [item for item in _policy().quotas if item.provider == provider and item.region in (region, ANY)]
    if not found:
        return Quotas()
    best = max(found, key=lambda item: item.region != ANY)
    return Quotas(best.enqueued_tokens, best.concurrent_shards)


def _policy() -> RatePolicy:
    return load(include_folder() / "policies" / "rates.yaml", RatePolicy)
