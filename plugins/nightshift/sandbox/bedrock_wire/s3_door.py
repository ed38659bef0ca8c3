"""The way to moto for clients, which leads through this server so that S3's own faults can strike there.

An endpoint with a path (http://host:port/s3) works with every AWS SDK that addresses buckets by path.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import httpx
from starlette.background import BackgroundTask  # noqa: TID253  only the server process imports this module
from starlette.concurrency import run_in_threadpool  # noqa: TID253  only the server process imports this module
from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import FileResponse, Response  # noqa: TID253  only the server process imports this module
from starlette.routing import Route  # noqa: TID253  only the server process imports this module

from nightshift.sandbox.bedrock_wire.calls import S3Dialect
from nightshift.sandbox.bedrock_wire.object_store import ObjectStore
from nightshift.sandbox.exchange import endpoint
from nightshift.sandbox.faults import HTTP_FAULTS, Fault, Faults, Operation, ProviderFaults, Rule

PATH = "/s3"
# Of this hop only: the rest concerns client and moto.
_HOP = frozenset({"host", "connection", "expect", "transfer-encoding", "keep-alive"})
_ANSWER_HOP = frozenset({"connection", "transfer-encoding", "server", "date", "keep-alive"})
_OF_STORAGE = HTTP_FAULTS - {Fault.MODEL_RETIRED}


class StorageFaults(ProviderFaults):
    """The rules as they concern S3, which knows no models that could be retired."""

    def __init__(self, faults: Faults, provider: str) -> None:
        super().__init__(faults, provider)
        self._rules, self._name = faults, provider

    def of_request(self, operation: Operation, model: str | None) -> Rule | None:
        return self._rules.first(self._name, _OF_STORAGE, model, operation=operation)


class S3Door:
    """Routes that hand S3 requests on."""

    def __init__(self, objects: ObjectStore, faults: Faults, provider: str, folder: Path) -> None:
        self._objects, self._folder = objects, folder
        self._faults = StorageFaults(faults, provider)
        self._http: httpx.AsyncClient | None = None

    def routes(self) -> list[Route]:
        dialect = S3Dialect(self._faults)
        kinds: list[tuple[Operation, list[str]]] = [("s3.get", ["GET"]), ("s3.put", ["PUT", "POST", "DELETE"])]
        return [
            Route(path, endpoint(dialect, self._faults, operation, self._forward), methods=methods)
            for operation, methods in kinds
            for path in (PATH, f"{PATH}/{{path:path}}")
        ]

    async def _forward(self, request: Request) -> Response:
        client = self._client()
        url = await run_in_threadpool(self._objects.url)
        path = request.scope["raw_path"].decode().removeprefix(PATH) or "/"
        query = request.scope["query_string"].decode()
        headers = {name: value for name, value in request.headers.items() if name not in _HOP}
        asked = client.build_request(
            request.method,
            httpx.URL(url).copy_with(raw_path=f"{path}?{query}".encode() if query else path.encode()),
            headers=headers,
            content=request.stream() if request.method in ("PUT", "POST") else None,
        )
        found = await client.send(asked, stream=True)
        try:
            return await self._answer(request, found)
        finally:
            await found.aclose()

    async def _answer(self, request: Request, found: httpx.Response) -> Response:
        headers = {name: value for name, value in found.headers.items() if name not in _ANSWER_HOP}
        if request.method == "HEAD" or found.status_code != httpx.codes.OK or request.method != "GET":
            body = b"" if request.method == "HEAD" else b"".join([chunk async for chunk in found.aiter_raw()])
            return Response(body, found.status_code, headers)
        # A whole object goes through a file, whatever its size; faults can then cut it anywhere.
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix="outgoing-", delete=False) as file:
            async for chunk in found.aiter_raw():
                file.write(chunk)
        path = Path(file.name)
        return FileResponse(path, headers=headers, background=BackgroundTask(path.unlink, missing_ok=True))

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=None, trust_env=False)
        return self._http
