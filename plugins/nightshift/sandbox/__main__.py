"""The server process: `python -m nightshift.sandbox --port 8399 --state DIR`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import socket
import sys
from pathlib import Path

from nightshift.errors import Misconfigured, NightshiftError
from nightshift.sandbox import control
from nightshift.sandbox.service import Options

HOST = "127.0.0.1"  # never another address: the sandbox knows no real keys
_BACKLOG = 512


def main(arguments: list[str] | None = None) -> int:
    """Runs until a signal ends it."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    options = Options(asked.replay, asked.faults, asked.batch_seconds)
    try:
        _serve(asked.state, asked.port, options, fresh=asked.fresh)
    except NightshiftError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nightshift.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8399, help="0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="folder for files, batches, bill, process id and log")
    parser.add_argument("--replay", help="JSON lines of recorded answers")
    parser.add_argument("--faults", help="YAML or JSON list of fault rules")
    parser.add_argument("--batch-seconds", type=float, default=0.0, help="how long a batch pretends to take")
    parser.add_argument("--fresh", action="store_true", help="forget what the folder holds")
    return parser


def _serve(state: Path, port: int, options: Options, *, fresh: bool) -> None:
    from uvicorn import Config, Server

    from nightshift.sandbox.app import build
    from nightshift.sandbox.interruption import CuttableProtocol
    from nightshift.sandbox.service import Service

    with control.claimed(state):
        if fresh:
            control.forget(state)
        listener = _listen(port)
        service = Service(state, options)
        config = Config(build(service), http=CuttableProtocol, log_level="warning", timeout_graceful_shutdown=1)
        control.announce(state, listener.getsockname()[1], options)
        # uvicorn's own runner would bind the port a second time; ours is taken already, and known to the client.
        asyncio.run(Server(config).serve(sockets=[listener]))


def _listen(port: int) -> socket.socket:
    # The protocol is named because event loops switch Nagle's delay (40 ms per answer) off only where it is.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        raise Misconfigured(
            f"port: {HOST}:{port} is not available ({error.strerror}); way out: end the program that listens there, or "
            "choose another with --port and NIGHTSHIFT_SANDBOX_URL"
        ) from error
    listener.listen(_BACKLOG)
    return listener


if __name__ == "__main__":
    sys.exit(main())
