"""The tables, as text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.tiering.published import Published
from benchmarks.tiering.splits import Figures, Floats
from nightshift.tiering.cases import Cases
from nightshift.tiering.guarantee import upper_bound
from nightshift.tiering.sizing import Point, point
from nightshift.tiering.strategies import Choice, Strategy, run

_STEPS = 200
_HALF_OF_TWO_SIDED = 0.975


def rankings(title: str, measured: dict[str, Figures], published: Sequence[Published]) -> str:
    lines = [title, f"  {'':<44} {'APGR':>6} {'95 % interval':>15} {'CPT 50':>7} {'CPT 80':>7}"]
    lines += [
        f"  {name:<44} {one.apgr:>6.3f} {f'{one.low:.3f} to {one.high:.3f}':>15} {one.cpt50:>7.1%} {one.cpt80:>7.1%}"
        for name, one in measured.items()
    ]
    lines += [
        f"  {f'{one.router} (published)':<44} {one.apgr:>6.3f} {'':>15} {one.cpt50:>7.1%} {one.cpt80:>7.1%}"
        for one in published
    ]
    return "\n".join(lines)


def costs(title: str, cases: Cases, tolerated: float) -> str:
    """The cheapest point of every strategy whose quality is premium's, less what is tolerated."""
    wanted = float(cases.premium.mean()) - tolerated
    lines = [
        f"{title}: {len(cases)} rows, light {cases.light.mean():.2%}, premium {cases.premium.mean():.2%} "
        f"({interval(cases.premium)}); at {wanted:.2%} right or better",
        f"  {'':<28} {'quality':>8} {'premium':>8} {'of premium in real time':>24} {'waves':>6}",
    ]
    lines += [f"  {name:<28} {_shown(found)}" for name, found in cheapest(cases, wanted).items()]
    return "\n".join(lines)


def _shown(found: Point | None) -> str:
    if found is None:
        return "not reached"
    return f"{found.quality:>8.2%} {found.premium_share:>8.1%} {found.of_baseline:>24.2%} {found.waves:>6}"


def cheapest(cases: Cases, wanted: float) -> dict[str, Point | None]:
    found: dict[str, Point | None] = {}
    for name, choices in _candidates(cases).items():
        good = [choice for choice in choices if run(choice, cases).quality >= wanted]
        found[name] = min((point(choice, cases) for choice in good), key=lambda one: one.cost, default=None)
    return found


def interval(right: Floats) -> str:
    """Clopper-Pearson, 95 %."""
    rows, wrong = len(right), int((right < 1).sum())
    low = 1 - upper_bound(wrong, rows, _HALF_OF_TWO_SIDED)
    high = upper_bound(rows - wrong, rows, _HALF_OF_TWO_SIDED)
    return f"{low:.1%} to {high:.1%}"


def _candidates(cases: Cases) -> dict[str, list[Choice]]:
    shares = np.linspace(0, 1, _STEPS + 1).tolist()
    scored = [
        Strategy.RANDOM,
        Strategy.DIRECT,
        *([Strategy.VERIFY] if cases.doubt is not None else []),
        Strategy.ORACLE,
    ]
    found = {
        "light only": [Choice(Strategy.LIGHT_ONLY)],
        "premium only, in batch": [Choice(Strategy.PREMIUM_ONLY)],
    }
    found |= {strategy.value: [Choice(strategy, share=share) for share in shares] for strategy in scored}
    for count in range(1, len(cases.settled) + 1):
        found[f"agreement of {count + 1}"] = [Choice(Strategy.AGREEMENT, opinions=count)]
        if cases.doubt is not None:
            found[f"agreement of {count + 1} where doubted"] = [
                Choice(Strategy.AGREEMENT, share=share, opinions=count) for share in shares[:-1]
            ]
    return found
