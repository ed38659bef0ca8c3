"""A sandbox of a test's own, which can be told what to answer while it is at work."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from tests.job_runs import LIGHT, PREMIUM
from tests.orchestration.conftest import free_port
from tests.shared_sandbox import Sandbox

from nightshift.sandbox import control
from nightshift.sandbox.service import Options


class OwnSandbox:
    """`client` speaks to it, at the same address whatever it answers."""

    def __init__(self, folder: Path) -> None:
        self.state, self._folder, self._port = folder / "own-sandbox", folder, free_port()
        self.client = Sandbox(control.start(self.state, self._port, Options()).url)

    def answer(self, said: Mapping[str, str]) -> None:
        """From now on a prompt that contains one of these texts gets its answer."""
        control.stop(self.state)
        recorded = self._folder / "answers.jsonl"
        with recorded.open("w") as file:
            for question, answer in said.items():
                answers = {model: {"text": answer} for model in (LIGHT, PREMIUM)}
                file.write(json.dumps({"question": question, "answers": answers}) + "\n")
        control.start(self.state, self._port, Options(replay=str(recorded)), keep=True)

    def seen(self) -> str:
        """Every file that was handed over to it, and every one that it has given back."""
        with httpx.Client(base_url=self.client.url, headers={"authorization": "Bearer sandbox"}) as http:
            files = http.get("/v1/files").json()["data"]
            assert files
            return "".join(http.get(f"/v1/files/{file['id']}/content").text for file in files)


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[OwnSandbox]:
    found = OwnSandbox(tmp_path)
    yield found
    control.stop(found.state)
