"""SIGKILL of the worker at every call through the ports and at random instants, then resume: nothing lost or doubled.

The points are counted in a run that nobody kills: commits and lake writes inside the worker, provider requests in a
proxy in front of the sandbox. By default the OpenAI scenario is killed at every one of them, the others at one of each
`Scenario.every` points that follow one another, chosen by seed. `--all-points` kills at every point of every scenario.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.crash.books import Outcome, check
from tests.crash.killing_proxy import KillingProxy
from tests.crash.scenarios import SCENARIOS, write_job
from tests.crash.stage import Attempt, Stage, Zygote, kill

from nightshift.sandbox import control
from nightshift.sandbox.service import Options

pytestmark = pytest.mark.crash
SEED = 20261122
Choose = Callable[[list[str]], list[int]]


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    found = Zygote()
    yield found
    found.close()


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda scenario: scenario.name)
def stage(request: pytest.FixtureRequest, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("crash")
    sandbox = control.start(folder / "sandbox", 0, Options(None, None, 0.0))
    proxy = KillingProxy(sandbox.url)
    yield Stage(request.param, zygote, proxy, sandbox.url, write_job(request.param, folder))
    proxy.close()
    control.stop(folder / "sandbox")


@dataclass(frozen=True)
class Reference:
    """The run that nobody killed."""

    points: list[str]
    requests: list[str]
    outcome: Outcome
    seconds: float


@pytest.fixture(scope="module")
def reference(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    attempt = Attempt(stage, tmp_path_factory.mktemp("reference") / "home")
    stage.proxy.arm(None, "before")
    began = time.monotonic()
    assert attempt.work() == 0, attempt.log
    seconds = time.monotonic() - began
    outcome = check(attempt, None)
    assert not any(map(outcome.unheard_of, outcome.bill["by_provider"]))
    return Reference(attempt.points(), list(stage.proxy.requests), outcome, seconds)


@dataclass
class Tally:
    """How many kills there were, and whose bill has answers that nobody heard after how many of them."""

    runs: int = 0
    what: str = ""
    unheard: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def add(self, found: Outcome) -> None:
        self.runs += 1
        for provider in found.bill["by_provider"]:
            if unheard := found.unheard_of(provider):
                self.unheard[provider] += 1
                self.most[provider] = max(self.most[provider], unheard)

    def __str__(self) -> str:
        unheard = (
            f"; {provider} billed answers that nobody heard after {count} of them, {self.most[provider]} at most"
            for provider, count in sorted(self.unheard.items())
        )
        return f"{self.runs} kills among {self.what}: rows lost 0, billed twice 0{''.join(unheard)}"


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """The same for the same test, other for another."""
    return random.Random(f"{SEED}/{request.node.name}")


@pytest.fixture
def choose(request: pytest.FixtureRequest, stage: Stage, chance: random.Random) -> Choose:
    """The places of the points to kill at: one of each few that follow one another, so that every step has its turn."""
    every = 1 if request.config.getoption("--all-points") else stage.scenario.every

    def chosen(points: list[str]) -> list[int]:
        return [chance.randrange(first, min(first + every, len(points))) for first in range(0, len(points), every)]

    return chosen


@pytest.fixture
def tally(stage: Stage, record_property: Callable[[str, object], None]) -> Iterator[Tally]:
    """Shown at the end of the report."""
    found = Tally()
    yield found
    record_property("kills", f"{stage.scenario.name}: {found}")


def test_killed_before_and_after_every_commit_and_lake_write(
    stage: Stage, reference: Reference, choose: Choose, tally: Tally, tmp_path: Path
) -> None:
    assert len(reference.points) > stage.scenario.least_points
    tally.what = f"{len(reference.points)} commits and lake writes"
    for point in choose(reference.points):
        stage.proxy.arm(None, "before")
        attempt = Attempt(stage, tmp_path / f"point-{point}")
        killed = attempt.work(die_at=point) == -signal.SIGKILL
        where = attempt.points()[-1]
        assert killed or stage.scenario.moving, f"not killed at {reference.points[point]}: {attempt.log}"
        tally.add(
            resumed(attempt, reference, f"after a kill at {where}") if killed else check(attempt, reference.outcome)
        )


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_provider_request(
    stage: Stage, reference: Reference, choose: Choose, tally: Tally, tmp_path: Path, when: str
) -> None:
    assert any(request.startswith("POST") for request in reference.requests)
    tally.what = f"{len(reference.requests)} provider requests, {when} them"
    for number in choose(reference.requests):
        stage.proxy.arm(number, when)
        attempt = Attempt(stage, tmp_path / f"request-{number}")
        if attempt.work() == 0:
            continue  # fewer polls than in the reference run: the batch was done sooner
        where = stage.proxy.requests[number]
        tally.add(resumed(attempt, reference, f"after a kill {when} request {number}, {where}"))


def test_killed_at_random_instants(
    stage: Stage, reference: Reference, chance: random.Random, tally: Tally, tmp_path: Path
) -> None:
    wanted, attempts, longest = stage.scenario.instants, 0, reference.seconds
    tally.what = "random instants"
    while tally.runs < wanted:
        attempts += 1
        assert attempts < 4 * wanted, f"only {tally.runs} of {attempts} workers were killed before they had ended"
        stage.proxy.arm(None, "before")
        attempt = Attempt(stage, tmp_path / f"instant-{attempts}")
        began = time.monotonic()
        worker, instant = attempt.start(), chance.uniform(0, longest)
        timer = threading.Timer(instant, kill, [worker])
        timer.start()
        killed = attempt.wait(worker) == -signal.SIGKILL
        timer.cancel()
        if killed:
            tally.add(resumed(attempt, reference, f"after a kill {instant:.3f} s from the start"))
        else:  # it was done before its instant came: draw from what a run takes now
            longest = min(longest, time.monotonic() - began)
            check(attempt, reference.outcome)


def resumed(attempt: Attempt, reference: Reference, story: str) -> Outcome:
    """What a second worker makes of a run whose first one was killed."""
    attempt.stage.proxy.arm(None, "before")
    assert attempt.work() == 0, f"not resumed {story}: {attempt.log}"
    try:
        return check(attempt, reference.outcome)
    except AssertionError as error:
        error.add_note(f"{story}; {attempt.home}")
        raise
