"""List prices per token, with version and effective date: own overrides first, then the genai-prices package.

A model without a batch price is billed in our books at its real-time price and raises an alert: a discount that
nobody published is not assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import Field

from nightshift.errors import Misconfigured, MissingPrice
from nightshift.finops.money import to_picodollars
from nightshift.settings import include_folder
from nightshift.storage.documents import Document, load

Mode = Literal["batch", "realtime"]
Unit = Literal["token", "character"]
MILLION = 1_000_000


class Used(Protocol):
    """Anything that says what was used."""

    @property
    def input_tokens(self) -> int: ...
    @property
    def cached_input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...
    @property
    def input_characters(self) -> int: ...
    @property
    def output_characters(self) -> int: ...


class Billable(NamedTuple):
    """What a bill counts. `input_tokens` includes the cached ones and `output_tokens` the reasoning ones."""

    input_tokens: int
    cached_input_tokens: int
    output_tokens: int
    input_characters: int = 0
    output_characters: int = 0


@dataclass(frozen=True)
class Price:
    """What one unit costs, in picodollars. `version` says where the numbers come from and since when they hold."""

    model: str
    mode: Mode
    input: int
    cached_input: int
    output: int
    version: str
    alert: str | None = None  # why somebody should look at this price
    unit: Unit = "token"

    def cost(self, used: Used) -> int:
        """Picodollars."""
        if self.unit == "character":
            return used.input_characters * self.input + used.output_characters * self.output
        fresh = used.input_tokens - used.cached_input_tokens
        return fresh * self.input + used.cached_input_tokens * self.cached_input + used.output_tokens * self.output


class Override(Document):
    """A price that differs from the public list: a contract, a private deployment, a correction."""

    provider: str
    model: str
    mode: Mode
    effective_from: date
    unit: Unit = "token"
    input_usd_per_million: Decimal = Field(ge=0)
    cached_input_usd_per_million: Decimal = Field(ge=0)
    output_usd_per_million: Decimal = Field(ge=0)
    source: str


class Overrides(Document):
    """include/models/prices.yaml."""

    overrides: tuple[Override, ...] = ()


def look_up(provider: str, price_list: str | None, model: str, mode: Mode, at: datetime) -> Price:
    """The price in force at `at`; `price_list` names the provider in genai-prices, None asks for our own prices only.

    Raises MissingPrice where neither source knows the model.
    """
    own = _from_overrides(provider, model, mode, at.date())
    if own is not None:
        return own
    if price_list is None:
        raise _missing(provider, model)
    return _from_list(price_list, model, mode, at)


def look_up_embedding(provider: str, price_list: str | None, model: str, at: datetime) -> Price:
    """The price in force of a model that answers nothing, so that the list has no price of its output."""
    own = _from_overrides(provider, model, "realtime", at.date())
    if own is not None:
        return own
    if price_list is None:
        raise _missing(provider, model)
    return _listed(price_list, model, "realtime", at, answers=False)


def _from_overrides(provider: str, model: str, mode: Mode, day: date) -> Price | None:
    overrides = load(include_folder() / "models" / "prices.yaml", Overrides).overrides
    in_force = [
        item
        for item in overrides
        if (item.provider, item.model, item.mode) == (provider, model, mode) and item.effective_from <= day
    ]
    if not in_force:
        return None
    newest = max(in_force, key=lambda item: item.effective_from)
    return Price(
        model=model,
        mode=mode,
        input=_per_token(newest.input_usd_per_million),
        cached_input=_per_token(newest.cached_input_usd_per_million),
        output=_per_token(newest.output_usd_per_million),
        version=f"override {newest.effective_from.isoformat()} ({newest.source})",
        unit=newest.unit,
    )


def _from_list(provider: str, model: str, mode: Mode, at: datetime) -> Price:
    realtime = _listed(provider, model, "realtime", at)
    if mode == "realtime":
        return realtime
    batch = _listed(provider, model, "batch", at)
    if (batch.input, batch.output) != (realtime.input, realtime.output):
        return batch
    return replace(
        realtime,
        mode="batch",
        alert=f"no batch price is listed for {provider}/{model}: its real-time price is used; "
        "add the contract's price to include/models/prices.yaml",
    )


def _listed(provider: str, model: str, mode: Mode, at: datetime, *, answers: bool = True) -> Price:
    from genai_prices import Usage, calc_price

    context: Any = {"processing": "batch"} if mode == "batch" else None
    try:
        found = calc_price(
            Usage(input_tokens=MILLION, output_tokens=MILLION),
            model_ref=model,
            provider_id=provider,
            genai_request_timestamp=at,
            price_context=context,
        ).model_price
    except LookupError as error:
        raise _missing(provider, model) from error
    return Price(
        model=model,
        mode=mode,
        input=_flat(found.input_mtok, provider, model),
        cached_input=_flat(
            found.input_mtok if found.cache_read_mtok is None else found.cache_read_mtok, provider, model
        ),
        output=_flat(found.output_mtok, provider, model) if answers or found.output_mtok is not None else 0,
        version=f"genai-prices {_list_version()}, in force {at.date().isoformat()}",
    )


def _missing(provider: str, model: str) -> MissingPrice:
    return MissingPrice(
        f"no list price for {provider}/{model}: the price list does not know it; "
        "correct the model's name or add its price to include/models/prices.yaml"
    )


def _flat(price: Any, provider: str, model: str) -> int:
    if not isinstance(price, Decimal):
        raise Misconfigured(
            f"{provider}/{model} is listed at {price!r}, which is not one price per token; "
            "add an override to include/models/prices.yaml"
        )
    return _per_token(price)


def _per_token(dollars_per_million: Decimal) -> int:
    return to_picodollars(dollars_per_million / MILLION)


def _list_version() -> str:
    from importlib.metadata import version

    return version("genai-prices")
