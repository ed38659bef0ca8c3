"""Cutting connections in the middle, which no web framework offers: the transport is needed for that."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import FileResponse, Response, StreamingResponse  # noqa: TID253  only the server process imports this module
from uvicorn.protocols.http.httptools_impl import (  # noqa: TID253  only the server process imports this module
    HttpToolsProtocol,
)

DRIP_SECONDS = 5.0
_PIECES = 50
SILENT_SECONDS = 600.0  # as long as the OpenAI SDK waits unless told otherwise
_TRANSPORT = "nightshift.transport"
_CHUNK = 64 * 1024
_LINGER_AND_RESET = struct.pack("ii", 1, 0)


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which tells the application its transport."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {_TRANSPORT: {"transport": self.transport}}


async def cut(request: Request) -> Response:
    """Resets the connection without an answer."""
    _reset(request)
    return await _gone(request)


async def silence(request: Request, seconds: float | None) -> Response:
    """Gives no answer for a time, then resets; ends early if the client goes away."""
    try:
        async with asyncio.timeout(SILENT_SECONDS if seconds is None else seconds):
            return await _gone(request)
    except TimeoutError:
        return await cut(request)


def partial(request: Request, path: str | os.PathLike[str], share: float) -> Response:
    """Announces a whole file, sends part of it and resets."""
    size = os.stat(path).st_size

    async def beginning() -> AsyncIterator[bytes]:
        left = int(size * share)
        with open(path, "rb") as file:
            while left > 0 and (chunk := file.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk
        _reset(request)
        await _gone(request)

    return StreamingResponse(beginning(), headers={"content-length": str(size)})


async def cut_upload(request: Request, share: float | None) -> Response:
    """Reads part of the request's body, then resets the connection."""
    size = int(request.headers.get("content-length", "0"))
    wanted, read = int(size * (0.5 if share is None else share)), 0
    # A JSON body was read already, to see which model it is about; then the stream gives it once more.
    async for chunk in request.stream():
        read += len(chunk)
        if read >= wanted:
            break
    return await cut(request)


async def drip(response: Response, seconds: float | None) -> Response:
    """The same answer in pieces, spread over a time."""
    body = await _whole_body(response)
    pieces = max(1, min(_PIECES, len(body)))
    width = -(-len(body) // pieces)

    async def slowly() -> AsyncIterator[bytes]:
        for start in range(0, len(body), width or 1):
            await asyncio.sleep((DRIP_SECONDS if seconds is None else seconds) / pieces)
            yield body[start : start + width]

    headers = {name: value for name, value in response.headers.items() if name != "transfer-encoding"}
    return StreamingResponse(slowly(), response.status_code, headers | {"content-length": str(len(body))})


async def _whole_body(response: Response) -> bytes:
    if isinstance(response, FileResponse):
        return await asyncio.to_thread(Path(response.path).read_bytes)
    return bytes(response.body)


def _reset(request: Request) -> None:
    transport: Any = request.scope["extensions"][_TRANSPORT]["transport"]
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_AND_RESET)
    transport.abort()


async def _gone(request: Request) -> Response:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=499)
