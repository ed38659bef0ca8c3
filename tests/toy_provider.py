"""A fifth provider, as docs/providers.md tells to write one: it shouts back, and keeps its batches in files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from nightshift.errors import Misconfigured, ResultsLost
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import (
    BatchState,
    BatchStatus,
    BatchUsage,
    Embeddings,
    Handover,
    ModelCall,
    RequestTemplate,
    RowResult,
    Target,
)

TOKENS = (7, 0, 3)  # input, cached, output of every request


class ToyProvider:
    """A BatchProvider without a network. The connection's extra names its folder."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        if "folder" not in credentials.extra:
            raise Misconfigured("the connection toy_default needs `folder` in its extra")
        self.folder = Path(credentials.extra["folder"])
        self.region = region

    def template(self, call: ModelCall) -> RequestTemplate:
        model = json.dumps(call.target.model)
        return RequestTemplate('{"id": "', f'", "model": {model}, "text": ', "}\n")

    def parse(self, line: bytes) -> RowResult | None:
        try:
            content = json.loads(line)
            given, cached, got = content["tokens"]
            return RowResult(
                content["id"], content["answer"], "stop", given, cached, got, 0, None, None, retryable=False
            )
        except (ValueError, KeyError, TypeError):
            return None

    async def answer(self, line: bytes, target: Target, key: str) -> bytes:
        self._count("realtime")
        return _answered(line)

    async def embed(self, texts: Sequence[str], target: Target) -> Embeddings:
        return Embeddings(tuple((float(len(text)), 1.0) for text in texts), sum(len(text) for text in texts))

    def texts_per_request(self, target: Target) -> int:
        return 256

    def find(self, key: str, since: datetime) -> str | None:
        return key if (self.folder / key).exists() else None

    def submit(self, requests: IO[bytes], handover: Handover) -> str:
        place = self.folder / handover.key
        place.mkdir(parents=True)
        lines = [_answered(line) for line in requests]
        (place / "results.jsonl").write_bytes(b"".join(lines))
        self._count("batches")
        return handover.key

    def status(self, batch_id: str) -> BatchStatus:
        count = len((self.folder / batch_id / "results.jsonl").read_bytes().splitlines())
        used = BatchUsage(*(count * tokens for tokens in TOKENS))
        return BatchStatus(batch_id, BatchState.COMPLETED, count, count, (batch_id,), usage=used)

    async def status_soon(self, batch_id: str) -> BatchStatus:
        return self.status(batch_id)

    def download(self, file_id: str, target: IO[bytes]) -> None:
        results = self.folder / file_id / "results.jsonl"
        if not results.exists():
            raise ResultsLost(f"the toy has lost the results of {file_id}")
        with results.open("rb") as source:
            shutil.copyfileobj(source, target)

    def cancel(self, batch_id: str) -> None:
        """Batches are done as soon as they are submitted."""

    def _count(self, what: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{what}.count").open("a") as file:
            file.write("x")


def _answered(line: bytes) -> bytes:
    request = json.loads(line)
    answer = {"id": request["id"], "answer": f"{request['text'].upper()} 42", "tokens": TOKENS}
    return json.dumps(answer).encode() + b"\n"
