"""Everything around a run that is killed: the workers, the proxy, the sandbox."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.crash.killing_proxy import KillingProxy
from tests.crash.scenarios import Scenario

RUN_ID = "crash"
SLICE_ROWS = 15
LONGEST_RUN = 90.0  # seconds; what is not done by then never ends


class Zygote:
    """The process that forks the workers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, command: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def wait(self) -> int:
        return int(self._answer()["status"])

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@dataclass
class Stage:
    """Everything that outlives one run of a scenario."""

    scenario: Scenario
    zygote: Zygote
    proxy: KillingProxy
    sandbox: str
    spec: Path
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = {
            "NIGHTSHIFT_INCLUDE": str(self.spec.parent / "include"),
            "NIGHTSHIFT_SANDBOX_URL": self.proxy.url,
            "NIGHTSHIFT_SLICE_ROWS": str(SLICE_ROWS),
            "NIGHTSHIFT_POLL_SECONDS": "0.05",
            "AIRFLOW_CONN_OCI_DEFAULT": json.dumps({"host": self.proxy.url, "extra": {"key_content": _key()}}),
        }

    def reset_provider(self) -> None:
        httpx.post(f"{self.sandbox}/sandbox/reset").raise_for_status()
        httpx.post(f"{self.sandbox}/sandbox/faults", json=self.scenario.faults).raise_for_status()

    def bill(self) -> dict[str, Any]:
        content: dict[str, Any] = httpx.get(f"{self.sandbox}/sandbox/bill").json()
        return content


@dataclass
class Attempt:
    """One run of the job in a home of its own, with as many workers as it takes."""

    stage: Stage
    home: Path

    def __post_init__(self) -> None:
        self.home.mkdir()
        self.stage.reset_provider()

    def work(self, die_at: int | None = None) -> int:
        """Start a worker and wait for its end; returns its exit code, -9 when it was killed."""
        return self.wait(self.start(die_at))

    def start(self, die_at: int | None = None) -> int:
        command = {
            "environment": {**self.stage.environment, "NIGHTSHIFT_HOME": str(self.home)},
            "spec": str(self.stage.spec),
            "run_id": RUN_ID,
            "record": str(self.home / "points.txt"),
            "log": str(self.home / "worker.log"),
            "die_at": die_at,
        }
        worker = self.stage.zygote.start(command)
        self.stage.proxy.aim(worker)
        return worker

    def wait(self, worker: int) -> int:
        timer = threading.Timer(LONGEST_RUN, kill, [worker])
        timer.start()
        try:
            return self.stage.zygote.wait()
        finally:
            timer.cancel()

    def points(self) -> list[str]:
        return (self.home / "points.txt").read_text().splitlines()

    @property
    def log(self) -> str:
        return (self.home / "worker.log").read_text()[-3000:]


def kill(worker: int) -> None:
    try:
        os.kill(worker, signal.SIGKILL)
    except ProcessLookupError:
        return  # it was done sooner


def _key() -> str:
    """Made once: the sandbox takes any, and each worker would make one for itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
