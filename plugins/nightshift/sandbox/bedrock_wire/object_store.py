"""S3 as moto emulates it, in this process, from its first use on: its start takes two seconds and 90 MB.

moto keeps objects in memory, so they end with the server; --keep keeps jobs and bills, not their files.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import httpx

BUCKET = "nightshift-sandbox"
_CHUNK = 1 << 20
# moto wants to see who asks, and believes it.
_SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/s3/aws4_request"}


class ObjectStore:
    """moto's server. Every method may block."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: Any = None
        self._url = ""
        self._http = httpx.Client(timeout=120, trust_env=False, headers=_SIGNED)

    def url(self) -> str:
        """Where moto listens; starts it if it does not run yet."""
        with self._lock:
            if self._server is None:
                self._start()
            return self._url

    def clear(self) -> None:
        """Forgets all objects."""
        with self._lock:
            if self._server is not None:
                self._http.post(f"{self._url}/moto-api/reset").raise_for_status()
                self._create_bucket()

    def read(self, bucket: str, key: str, target: Path) -> bool:
        """Copies an object to a file; False where there is none."""
        with self._http.stream("GET", f"{self.url()}/{bucket}/{key}") as found, target.open("wb") as file:
            for chunk in found.iter_raw(_CHUNK):
                file.write(chunk)
            return found.status_code == httpx.codes.OK

    def write(self, bucket: str, key: str, source: Path) -> bool:
        """Stores a file; False where there is no such bucket."""
        with source.open("rb") as file:
            length = {"content-length": str(source.stat().st_size)}
            return self._http.put(f"{self.url()}/{bucket}/{key}", content=_chunks(file), headers=length).is_success

    def put(self, bucket: str, key: str, content: bytes) -> bool:
        """Stores a few bytes; False where there is no such bucket."""
        return self._http.put(f"{self.url()}/{bucket}/{key}", content=content).is_success

    def _start(self) -> None:
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line per request otherwise
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        self._server, self._url = server, f"http://{host}:{port}"
        self._create_bucket()

    def _create_bucket(self) -> None:
        self._http.put(f"{self._url}/{BUCKET}").raise_for_status()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
