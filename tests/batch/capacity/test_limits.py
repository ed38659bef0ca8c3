"""The entry that names the most decides; no entry is without limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightshift.batch.capacity.limits import Quotas, RateLimits, find_quotas, find_rates
from nightshift.errors import Misconfigured

POLICY = """
rates:
  - {provider: p, requests_per_minute: 1}
  - {provider: p, region: south, requests_per_minute: 2}
  - {provider: p, model: m, requests_per_minute: 3, tokens_per_minute: 30}
  - {provider: p, region: south, model: m, tokens_per_minute: 40}
quotas:
  - {provider: p, concurrent_shards: 5}
  - {provider: p, region: south, enqueued_tokens: 6}
"""


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path))
    path = tmp_path / "policies" / "rates.yaml"
    path.write_text(POLICY)
    return path


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (("p", "north", "x"), RateLimits(1, None)),
        (("p", "south", "x"), RateLimits(2, None)),
        (("p", "north", "m"), RateLimits(3, 30)),
        (("p", "south", "m"), RateLimits(None, 40)),
        (("q", "south", "m"), RateLimits()),
    ],
)
@pytest.mark.usefixtures("policy")
def test_the_closest_rate_decides(scope: tuple[str, str, str], expected: RateLimits) -> None:
    assert find_rates(*scope) == expected


@pytest.mark.usefixtures("policy")
def test_the_closest_quota_decides() -> None:
    assert find_quotas("p", "north") == Quotas(None, 5)
    assert find_quotas("p", "south") == Quotas(6, None)
    assert find_quotas("q", "south") == Quotas()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("rates: [{provider: p, requests_per_minute: 0}]", r"rates\.0\.requests_per_minute"),
        ("rates: [{provider: p}, {provider: p, model: '*'}]", r"more than one entry for p/\*/\*"),
        ("quotas: [{provider: p, region: r}, {provider: p, region: r}]", "more than one entry for p/r"),
        ("quotas: [{provider: p, shards: 1}]", r"rates\.yaml: quotas\.0\.shards"),
    ],
)
def test_a_mistake_is_named(policy: Path, content: str, message: str) -> None:
    policy.write_text(content)
    with pytest.raises(Misconfigured, match=message):
        find_rates("p", "r", "m")


def test_the_shipped_policy_is_valid() -> None:
    assert find_rates("openai", "global", "any") == RateLimits()
    assert find_quotas("oci_genai", "us-chicago-1").concurrent_shards
