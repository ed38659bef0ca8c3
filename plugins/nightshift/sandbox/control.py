"""Starts, finds and stops the server process of a state folder.

The process holds a lock on the folder for as long as it lives, so that a stale process id is never taken for a sandbox.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from nightshift.errors import Misconfigured, StateConflict
from nightshift.sandbox.service import Options
from nightshift.sandbox.usage import JsonObject

_PROCESS, _LOCK, _LOG = "sandbox.json", "sandbox.lock", "sandbox.log"
_LOOK_SECONDS = 0.05
# Without the proxies of the environment: what is asked is always on this machine.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that serves."""

    pid: int
    url: str
    options: Options


def start(state: Path, port: int, options: Options, *, keep: bool = False, patience: float = 30.0) -> Running:
    """Starts a sandbox in the background and returns when it answers."""
    state.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "nightshift.sandbox", "--port", str(port), "--state", str(state)]
    command += ["--batch-seconds", str(options.batch_seconds)]
    command += [] if keep else ["--fresh"]
    command += ["--replay", options.replay] if options.replay else []
    command += ["--faults", options.faults] if options.faults else []
    with (state / _LOG).open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env=_environment()
        )
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = _read(state)
        if found is not None and found.pid == process.pid and _answers(found):
            return found
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
            raise Misconfigured(f"sandbox: it did not start: {_last_words(state)}")
    process.kill()
    process.wait()
    raise Misconfigured(f"sandbox: no answer within {patience:g} s; way out: read {state / _LOG}")


def running(state: Path) -> Running | None:
    """The sandbox of a state folder, if one lives."""
    return _read(state) if _is_claimed(state) else None


def stop(state: Path, patience: float = 15.0) -> bool:
    """Ends the sandbox of a state folder; False if there was none."""
    found = running(state)
    if found is None:
        return False
    os.kill(found.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while _is_claimed(state):
        if time.monotonic() > deadline:
            os.kill(found.pid, signal.SIGKILL)
            deadline += patience
        time.sleep(_LOOK_SECONDS)  # the process need not be our child, so there is nothing to wait on
    (state / _PROCESS).unlink(missing_ok=True)
    return True


def status(found: Running) -> JsonObject:
    """What a running sandbox says about itself."""
    return _get(found, "status")


def bill(state: Path) -> JsonObject:
    """The bill of a state folder, whether its sandbox runs or not."""
    from nightshift.sandbox.bill import summary
    from nightshift.sandbox.store import Store

    folders = sorted(path.parent for path in state.glob("*/sandbox.db"))
    if not folders:
        raise Misconfigured("sandbox: it never ran here, so there is no bill; way out: nightshift sandbox start")
    stores = {folder.name: Store(folder) for folder in folders}
    try:
        return summary(stores)
    finally:
        for store in stores.values():
            store.close()


# the server's side


@contextlib.contextmanager
def claimed(state: Path) -> Iterator[None]:
    """Holds the folder for this process."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"state: a sandbox already works in {state}; way out: nightshift sandbox stop"
            raise StateConflict(message) from error
        yield


def forget(state: Path) -> None:
    """Removes what an earlier sandbox left in the folder."""
    for path in state.glob("*/sandbox.db"):
        shutil.rmtree(path.parent)


def announce(state: Path, port: int, options: Options) -> None:
    """Writes down who serves where."""
    content = {"pid": os.getpid(), "url": f"http://127.0.0.1:{port}", "options": asdict(options)}
    draft = state / f"{_PROCESS}.new"
    draft.write_bytes(orjson.dumps(content))
    draft.replace(state / _PROCESS)


def _is_claimed(state: Path) -> bool:
    if not (state / _LOCK).exists():
        return False
    with (state / _LOCK).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _read(state: Path) -> Running | None:
    try:
        content = orjson.loads((state / _PROCESS).read_bytes())
    except FileNotFoundError:
        return None
    return Running(content["pid"], content["url"], Options(**content["options"]))


def _answers(found: Running) -> bool:
    try:
        return bool(_get(found, "health")["pid"] == found.pid)
    except OSError:
        return False


def _get(found: Running, name: str) -> JsonObject:
    with _DIRECT.open(f"{found.url}/sandbox/{name}", timeout=30) as response:
        content: JsonObject = orjson.loads(response.read())
    return content


def _last_words(state: Path) -> str:
    lines = (state / _LOG).read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it left no message"


def _environment() -> dict[str, str]:
    """The package must be importable in the child from the same place as here."""
    place = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{place}{os.pathsep}{inherited}" if inherited else place}
