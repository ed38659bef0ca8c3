"""What a provider can do is data, and wrong data is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightshift.errors import Misconfigured
from nightshift.model_registry.capabilities import find_capabilities
from nightshift.providers.registry import known_providers

REALTIME = "realtime: {max_concurrency: 1, checkpoint_requests: 1, repeatable: false}"
BATCH = "max_bytes: 10, window_hours: 24, listing_lag_seconds: 0, discount: 0.5"


@pytest.mark.parametrize("provider", known_providers())
def test_every_provider_has_its_capabilities_recorded_with_a_source(provider: str) -> None:
    found = find_capabilities(provider)
    assert found.source.startswith("https://")
    assert found.batch is None or found.batch.max_requests >= 1_000


def test_a_provider_that_nobody_described_is_refused_by_name() -> None:
    with pytest.raises(Misconfigured, match=r"'acme'.*include/models/providers\.yaml"):
        find_capabilities("acme")


def test_limits_that_contradict_each_other_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").mkdir()
    content = f"providers:\n  p: {{{REALTIME}, source: s, batch: {{min_requests: 9, max_requests: 8, {BATCH}}}}}"
    (tmp_path / "models/providers.yaml").write_text(content)
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path))
    with pytest.raises(Misconfigured, match="min_requests 9 is above max_requests 8"):
        find_capabilities("p")
