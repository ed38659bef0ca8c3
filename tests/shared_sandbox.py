"""One sandbox process for all tests; every test that asks for it finds it empty and without faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nightshift.sandbox import control
from nightshift.sandbox.service import Options


class Sandbox:
    """A running provider sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=30)

    def faults(self, *rules: dict[str, Any]) -> None:
        self._http.post("/sandbox/faults", json=list(rules)).raise_for_status()

    def reset(self) -> None:
        self.faults()
        self._http.post("/sandbox/reset").raise_for_status()

    def bill(self) -> dict[str, Any]:
        content: dict[str, Any] = self._http.get("/sandbox/bill").json()
        return content

    def bill_of(self, provider: str) -> dict[str, Any]:
        found: dict[str, Any] = self.bill()["by_provider"][provider]
        return found

    def batches(self) -> list[dict[str, Any]]:
        return list(self.bill()["by_batch"].values())


@pytest.fixture(scope="session")
def _shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    state = tmp_path_factory.mktemp("sandbox")
    yield Sandbox(control.start(state, 0, Options()).url)
    control.stop(state)


@pytest.fixture
def sandbox(_shared_sandbox: Sandbox) -> Sandbox:
    """The shared sandbox with no files, no batches, no faults and an empty bill."""
    _shared_sandbox.reset()
    return _shared_sandbox
