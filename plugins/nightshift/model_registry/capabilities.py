"""What each provider can do, as data: include/models/providers.yaml. Planning never asks for a provider's name."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from nightshift.errors import Misconfigured
from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load


class BatchLimits(Document):
    """The batch API of a provider. `discount` is what the provider publishes; the price list decides what is booked."""

    min_requests: int = Field(default=1, ge=1)  # fewer are answered in real time
    max_requests: int = Field(ge=1)
    max_bytes: int = Field(ge=1)  # of one request file
    max_request_bytes: int | None = Field(default=None, ge=1)  # of one line; None where only the file is limited
    max_tokens: int | None = Field(default=None, ge=1)  # enqueued tokens per file, where the provider counts them
    window_hours: int = Field(ge=1)  # the longest a batch may take
    listing_lag_seconds: float = Field(ge=0)  # how long an accepted batch may be missing from the listing
    discount: float = Field(ge=0, lt=1)

    @model_validator(mode="after")
    def limits_are_ordered(self) -> Self:
        if self.min_requests > self.max_requests:
            raise ValueError(f"min_requests {self.min_requests} is above max_requests {self.max_requests}")
        return self


class RealtimeLimits(Document):
    """One request at a time. `repeatable` says that a request with the same key is answered and billed once."""

    max_concurrency: int = Field(ge=1)
    checkpoint_requests: int = Field(ge=1)  # answers between two checkpoints
    repeatable: bool


class Capabilities(Document):
    """One provider. `price_list` is its name in genai-prices, None where only our own prices are used."""

    price_list: str | None = None
    batch: BatchLimits | None = None
    realtime: RealtimeLimits
    source: str  # where the numbers come from


class Providers(Document):
    """include/models/providers.yaml."""

    providers: dict[str, Capabilities]


def find_capabilities(provider: str) -> Capabilities:
    """The recorded capabilities of a provider. Raises Misconfigured where nobody recorded any."""
    found = load(include_folder() / "models" / "providers.yaml", Providers).providers
    if provider not in found:
        raise Misconfigured(
            f"no capabilities of the provider {provider!r} are recorded; add them to include/models/providers.yaml"
        )
    return found[provider]
