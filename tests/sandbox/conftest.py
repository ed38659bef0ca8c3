"""A real server process on a free port, and the real OpenAI SDK pointed at it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai.types import Batch

from nightshift.sandbox import control
from nightshift.sandbox.service import Options

FINAL = ("completed", "failed", "expired", "cancelled")
CHAT = "/v1/chat/completions"


class Provider:
    """A running sandbox with what nearly every test does to it."""

    def __init__(self, found: control.Running) -> None:
        self.url, self.pid = found.url, found.pid
        self.client = openai.OpenAI(base_url=f"{found.url}/v1", api_key="sandbox", max_retries=0, timeout=30)
        self._http = httpx.Client(base_url=found.url)

    def faults(self, *rules: dict[str, Any]) -> None:
        self._http.post("/sandbox/faults", json=list(rules)).raise_for_status()

    def reset(self) -> None:
        self.faults()
        self._http.post("/sandbox/reset").raise_for_status()

    def bill(self) -> dict[str, Any]:
        content: dict[str, Any] = self._http.get("/sandbox/bill").json()
        return content

    def lines(self, count: int, model: str = "gpt-4o-2024-08-06", **body: Any) -> list[dict[str, Any]]:
        def messages(number: int) -> list[dict[str, str]]:
            return [{"role": "user", "content": f"Question number {number}?"}]

        return [
            {
                "custom_id": f"row-{number}",
                "method": "POST",
                "url": CHAT,
                "body": {"model": model, "messages": messages(number), **body},
            }
            for number in range(count)
        ]

    def upload(self, content: list[dict[str, Any]] | bytes) -> str:
        if isinstance(content, list):
            content = b"".join(json.dumps(line).encode() + b"\n" for line in content)
        return self.client.files.create(file=("input.jsonl", content), purpose="batch").id

    def submit(self, content: list[dict[str, Any]] | bytes, endpoint: Any = CHAT, **more: Any) -> Batch:
        file_id = self.upload(content)
        return self.client.batches.create(input_file_id=file_id, endpoint=endpoint, completion_window="24h", **more)

    def reaches(self, batch_id: str, *states: str) -> Batch:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            batch = self.client.batches.retrieve(batch_id)
            if batch.status in states:
                return batch
            assert batch.status not in FINAL, f"ended as {batch.status}: {batch.errors}"
            time.sleep(0.01)
        raise AssertionError(f"batch never reached {states}")

    def run(self, content: list[dict[str, Any]] | bytes, end: str = "completed", **more: Any) -> Batch:
        return self.reaches(self.submit(content, **more).id, end)

    def text(self, file_id: str | None) -> str:
        assert file_id is not None
        return self.client.files.content(file_id).text

    def results(self, file_id: str | None) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text(file_id).splitlines()]


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    state = tmp_path_factory.mktemp("sandbox")
    yield Provider(control.start(state, 0, Options()))
    control.stop(state)


@pytest.fixture
def provider(_server: Provider) -> Provider:
    """The shared server with no files, no batches, no faults and an empty bill."""
    _server.reset()
    return _server


class Launcher:
    """Starts servers of a test's own, all on one state folder."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def start(self, keep: bool = False, port: int = 0, **options: Any) -> Provider:
        return Provider(control.start(self.state, port, Options(**options), keep=keep))

    def stop(self) -> bool:
        return control.stop(self.state)


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    """For tests that need other options or a restart."""
    own = Launcher(tmp_path / "state")
    yield own
    own.stop()
