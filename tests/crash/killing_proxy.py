"""A proxy between the worker and the provider that can SIGKILL the worker before or after the n-th request.

After: the provider has accepted and answered, and the worker dies before it hears so.
"""

from __future__ import annotations

import http.client
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a killed worker hangs up; that is what it is for
            super().handle_error(request, client_address)


class KillingProxy:
    """Counts requests. `arm` chooses the victim and the request; `worker` is set once its pid is known."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream)
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._lock = threading.Lock()
        self.arm(None, "before")
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def arm(self, request: int | None, when: str) -> None:
        self.requests: list[str] = []
        self._fatal, self._when = request, when
        self.worker: int | None = None
        self._worker_known = threading.Event()

    def aim(self, worker: int) -> None:
        self.worker = worker
        self._worker_known.set()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _kill(self) -> None:
        self._worker_known.wait()
        assert self.worker is not None
        os.kill(self.worker, signal.SIGKILL)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None:
                pass

            def forward(self) -> None:
                with proxy._lock:
                    number = len(proxy.requests)
                    proxy.requests.append(f"{self.command} {self.path}")
                fatal = number == proxy._fatal
                body = self._body()
                if fatal and proxy._when == "before":
                    proxy._kill()
                    self.close_connection = True
                    return
                answer = proxy._send(self.command, self.path, dict(self.headers), body)
                if fatal:
                    proxy._kill()
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                content = answer.read()
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                        self.send_header(name, value)
                length = answer.getheader("Content-Length") if self.command == "HEAD" else len(content)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(content)

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding", "") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = forward  # noqa: N815  names that http.server asks for

        return Handler

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self._upstream.hostname or "", self._upstream.port, timeout=60)
        kept = {name: value for name, value in headers.items() if name.lower() not in ("host", "transfer-encoding")}
        kept["Content-Length"] = str(len(body))
        connection.request(method, path, body, kept)
        return connection.getresponse()
