"""List prices from genai-prices as whole numbers, so that a million requests are billed exactly and fast.

The unit is a millionth of a millionth of a dollar (1e-12 USD): every list price per million tokens is a whole number of
them per token. Deliberately shares no code with nightshift.finops: two counts that can disagree are a check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from nightshift.errors import MissingPrice
from nightshift.sandbox.usage import Usage
from nightshift.settings import include_folder

UNITS_PER_USD = 10**12
_UNITS_PER_USD_PER_MTOK = 10**6

# Our names for the providers -> theirs in the price list.
_LISTS = {"azure_openai": "azure", "bedrock": "aws"}
_OPENAI_NAMES = frozenset({"openai", "azure_openai"})
# Models of other endpoints (images, speech, moderation, the old completions): the chat endpoint refuses them.
_NOT_CHAT = re.compile(
    r"image|tts|whisper|transcribe|realtime|translate|moderation|computer-use|live|instruct|embedding"
    r"|^(ada|babbage|curie|davinci|text-)"
)


class Mode(StrEnum):
    """How a request was processed, which decides its price."""

    STANDARD = "standard"
    BATCH = "batch"


_MODES = {"batch": Mode.BATCH, "realtime": Mode.STANDARD}


class Kind(StrEnum):
    """What a model is for."""

    CHAT = "chat"
    EMBEDDING = "embedding"


class Cost(NamedTuple):
    """Units (1e-12 USD) of one request or a sum of them."""

    input: int
    cached: int
    output: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """Units per token; long-context models cost more above a total number of input tokens."""

    base: int
    steps: tuple[tuple[int, int], ...] = ()

    def at(self, total_input: int) -> int:
        """The price that applies to a request with that many input tokens."""
        price = self.base
        for start, above in self.steps:
            if total_input > start:
                price = above
        return price


@dataclass(frozen=True, slots=True)
class UnitPrices:
    """Prices of one model in one mode."""

    input: Ladder
    cached: Ladder
    output: Ladder
    by_character: bool = False

    def cost(self, usage: Usage) -> Cost:
        """What a request costs."""
        if self.by_character:
            return Cost(usage.input_characters * self.input.base, 0, usage.output_characters * self.output.base)
        total = usage.input
        return Cost(
            (total - usage.cached) * self.input.at(total),
            usage.cached * self.cached.at(total),
            usage.output * self.output.at(total),
        )


def usd(units: int) -> str:
    """Units as exact decimal dollars without an exponent."""
    text = format(Decimal(units).scaleb(-12), "f")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(6, '0')}"


@lru_cache(maxsize=4096)
def kind_of(provider: str, model: str) -> Kind | None:
    """What the model is for; None for one without a list price or of an endpoint that is not emulated."""
    if not _priced(provider, model):
        return None
    if "embed" in model:
        return Kind.EMBEDDING
    return None if provider in _OPENAI_NAMES and _NOT_CHAT.search(model) else Kind.CHAT


@lru_cache(maxsize=4096)
def unit_prices(provider: str, model: str, mode: Mode) -> UnitPrices:
    """Today's prices: include/models/prices.yaml first, then the public list. A missing price is never guessed."""
    own = _own_prices().get((provider, model, mode))
    return _listed(provider, model, mode) if own is None else own


def _listed(provider: str, model: str, mode: Mode) -> UnitPrices:
    from genai_prices import Usage as PricedUsage
    from genai_prices import calc_price

    context = {"processing": "batch"} if mode is Mode.BATCH else None
    try:
        price = calc_price(
            PricedUsage(input_tokens=1), model, provider_id=_LISTS.get(provider, provider), price_context=context
        ).model_price
    except LookupError as error:
        raise MissingPrice(
            f"model: no list price of {provider} for {model!r}; way out: use a model of include/models/catalogue.yaml"
        ) from error
    if price.input_mtok is None:
        raise MissingPrice(f"model: {model!r} has no price per input token; way out: use a chat or embedding model")
    entry = _ladder(price.input_mtok)
    cached = entry if price.cache_read_mtok is None else _ladder(price.cache_read_mtok)
    return UnitPrices(entry, cached, _ladder(price.output_mtok or Decimal(0)))


@lru_cache(maxsize=1)
def _own_prices() -> dict[tuple[str, str, Mode], UnitPrices]:
    """The newest prices in force of include/models/prices.yaml, which a bill must follow too: it is the contract."""
    content = yaml.safe_load((include_folder() / "models" / "prices.yaml").read_text(encoding="utf-8"))
    in_force = [item for item in content["overrides"] if item["effective_from"] <= datetime.now(UTC).date()]
    ordered = sorted(in_force, key=lambda item: item["effective_from"])
    return {(item["provider"], item["model"], _MODES[item["mode"]]): _written_price(item) for item in ordered}


def _written_price(item: dict[str, Any]) -> UnitPrices:
    names = ("input", "cached_input", "output")
    given, cached, got = (Ladder(_whole(Decimal(str(item[f"{name}_usd_per_million"])))) for name in names)
    return UnitPrices(given, cached, got, by_character=item.get("unit") == "character")


@lru_cache(maxsize=1)
def model_names() -> tuple[str, ...]:
    """Every chat and embedding model of OpenAI's price list, dated names included."""
    from genai_prices import data

    models = next(provider.models for provider in data.providers if provider.id == "openai")
    names = {name for model in models for name in (model.id, *_exact_names(model.match))}
    return tuple(sorted(name for name in names if kind_of("openai", name)))


def _priced(provider: str, model: str) -> bool:
    try:
        unit_prices(provider, model, Mode.STANDARD)
    except MissingPrice:
        return False
    return True


def _exact_names(clause: Any) -> list[str]:
    if hasattr(clause, "equals"):
        return [clause.equals]
    return [name for part in getattr(clause, "or_", ()) for name in _exact_names(part)]


def _ladder(price: Any) -> Ladder:
    if isinstance(price, Decimal):
        return Ladder(_whole(price))
    return Ladder(_whole(price.base), tuple((tier.start, _whole(tier.price)) for tier in price.tiers))


def _whole(per_million_tokens: Decimal) -> int:
    units = per_million_tokens * _UNITS_PER_USD_PER_MTOK
    if units != int(units):
        raise MissingPrice(
            f"price: {per_million_tokens} USD per million tokens is finer than the bill's unit of 1e-12 USD"
        )
    return int(units)
