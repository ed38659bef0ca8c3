"""The prices that `nightshift tier plan` and `curve` reckon with: of the catalogue, or dollars as given."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from nightshift.errors import InvalidSpec

if TYPE_CHECKING:
    from nightshift.finops.prices import Mode
    from nightshift.tiering.cases import Rate, Rates
    from nightshift.tiering.opinions import Key
    from nightshift.tiering.outcomes import Outcome

_DOLLARS = "give dollars per million input/output tokens: 0.3/0.6"


class Prices(NamedTuple):
    """As the user names them: a model of the catalogue, or dollars per million input/output tokens."""

    light: str
    premium: str
    baseline: str | None
    opinions: tuple[str, ...]


class Price(NamedTuple):
    """Of a model of the catalogue; or dollars, then `model` is empty. `kind` is batch or real time, or says that it was
    given."""

    rate: Rate
    model: str
    kind: str

    def __str__(self) -> str:
        named = f"{self.model} " if self.model else ""
        return f"{named}{self.rate.input_usd:.6g}/{self.rate.output_usd:.6g} ({self.kind})"

    def described(self) -> dict[str, Any]:
        return {
            "model": self.model or None,
            "price": self.kind,
            "input_usd_per_million": self.rate.input_usd,
            "output_usd_per_million": self.rate.output_usd,
        }


class Reckoned(NamedTuple):
    """What costs are reckoned from. `opinions` are prices with the model of the rows that each is taken for."""

    light: Price
    premium: Price
    baseline: Price
    opinions: tuple[tuple[str, Price], ...]
    tokens: str

    def rates(self) -> Rates:
        from nightshift.tiering.cases import Rates

        return Rates(
            self.light.rate, self.premium.rate, self.baseline.rate, tuple(price.rate for _, price in self.opinions)
        )

    def text(self) -> str:
        further = "".join(f", opinion of {model or 'a model without a name'} {price}" for model, price in self.opinions)
        return (
            f"Prices, in dollars per million input/output tokens: light {self.light}, premium {self.premium}, "
            f"premium in real time {self.baseline}{further}.\nTokens: {self.tokens}"
        )

    def described(self) -> dict[str, Any]:
        opinions = [{"of": model or None} | price.described() for model, price in self.opinions]
        three = {"light": self.light, "premium": self.premium, "baseline": self.baseline}
        return {
            "prices": {name: price.described() for name, price in three.items()} | {"opinions": opinions},
            "tokens": self.tokens,
        }


def reckoned(prices: Prices, outcomes: Sequence[Outcome]) -> Reckoned:
    from nightshift.tiering.opinions import opinions_of

    premium = find_price(prices.premium, "batch", "--premium")
    further = opinions_of(outcomes)
    priced = _paired(further.asked, [find_price(one, "batch", "--opinion") for one in prices.opinions])
    return Reckoned(
        find_price(prices.light, "batch", "--light"),
        premium,
        _baseline(prices, premium),
        tuple((one.model, priced[one.model, one.again]) for one in further.columns if (one.model, one.again) in priced),
        _tokens(outcomes),
    )


def find_price(named: str, mode: Mode, field: str) -> Price:
    from nightshift.tiering.cases import Rate

    given, slash, taken = named.partition("/")
    try:
        dollars = (float(given), float(taken)) if slash else None
    except ValueError:
        dollars = None  # names of the catalogue have slashes too
    if dollars is None:
        return _listed(named, mode, field)
    if not all(isfinite(one) and one >= 0 for one in dollars):
        raise InvalidSpec("no price", field=field, value=named, limit="finite and at least 0", way_out=_DOLLARS)
    return Price(Rate(*dollars), "", "as given")


def _listed(named: str, mode: Mode, field: str) -> Price:
    from datetime import UTC, datetime

    from nightshift.finops.prices import MILLION, look_up
    from nightshift.model_registry.capabilities import find_capabilities
    from nightshift.model_registry.catalogue import find_model
    from nightshift.tiering.cases import Rate

    try:
        model = find_model(named, field=field)
    except InvalidSpec as error:
        way_out = f"{error.way_out}, or {_DOLLARS}"
        raise InvalidSpec(error.problem, field=field, value=named, limit=error.limit, way_out=way_out) from error
    found = look_up(
        model.provider, find_capabilities(model.provider).price_list, model.priced_model, mode, datetime.now(UTC)
    )
    if found.unit != "token":
        raise InvalidSpec("is not priced by the token", field=field, value=named, way_out=_DOLLARS)
    kind = "batch" if mode == "batch" else "real time"
    if found.alert is not None:
        kind = "real time: no batch price is listed"
    return Price(Rate(found.input * MILLION / 1e12, found.output * MILLION / 1e12), named, kind)


def _baseline(prices: Prices, premium: Price) -> Price:
    from nightshift.tiering.cases import Rate

    if prices.baseline is not None:
        return find_price(prices.baseline, "realtime", "--baseline")
    if premium.model:
        return find_price(prices.premium, "realtime", "--premium")
    rate = Rate(2 * premium.rate.input_usd, 2 * premium.rate.output_usd)
    return Price(rate, "", "twice --premium")  # batch is half at every provider


def _paired(asked: Sequence[Key], prices: Sequence[Price]) -> dict[Key, Price]:
    """A price that names a model of the rows is that model's; the others go by place, also that of a model which some
    rows lack."""
    left, found, models = list(prices), {}, {model for model, _ in asked}
    for key in asked:
        own = next((one for one in left if one.model and one.model == key[0]), None)
        own = own or next((one for one in left if one.model not in models or not one.model), None)
        if own is not None:
            left.remove(own)
            found[key] = own
    return found


def _tokens(outcomes: Sequence[Outcome]) -> str:
    from nightshift.tiering.cases import CHARACTERS_PER_TOKEN, UNKNOWN_ANSWER_TOKENS

    light = sum(row.light_answer is None for row in outcomes)
    premium = sum(row.premium_answer is None for row in outcomes)
    missing = f"for {light:,} light and {premium:,} premium answers that no row brings"
    assumed = f"; {UNKNOWN_ANSWER_TOKENS} assumed {missing}" if light or premium else ""
    return (
        f"estimated, one per {CHARACTERS_PER_TOKEN} characters of prompt and answer{assumed}. "
        "What rows say they cost (light_usd, premium_usd) is not used."
    )
