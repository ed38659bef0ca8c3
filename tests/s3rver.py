"""A second implementation of S3: s3rver from npm, which shares no code with moto. Tests skip where it cannot be had.

Why this one: it needs no more than node, installs in seconds (14 MB), and knows signatures, multipart uploads, ranges
and listings, which is all that the lake uses. Adobe's S3Mock needs a JVM and 100 MB, and localstack has moto inside.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

VERSION = "3.7.1"
# The one key pair that it knows.
KEY = "S3RVER"
_CACHE = Path(__file__).resolve().parents[1] / ".nightshift" / f"s3rver-{VERSION}"
_LISTENING = re.compile(r"listening on ([\w.]+:\d+)")
_INSTALL_SECONDS, _START_SECONDS = 120, 20


class S3rver:
    """A running server with its objects in a folder of its own."""

    def __init__(self, data: Path) -> None:
        node, program = _installed()
        command = [node, str(program), "--directory", str(data), "--address", "127.0.0.1", "--port", "0", "--silent"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        found = next((match for line in self._process.stdout if (match := _LISTENING.search(line))), None)
        if found is None:
            pytest.fail(f"s3rver ended with exit code {self._process.wait(_START_SECONDS)} before it listened")
        self.url = f"http://{found[1]}"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(_START_SECONDS)


def _installed() -> tuple[str, Path]:
    """node, and s3rver's program; installed once, outside of what git sees."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are needed for the second S3 implementation (s3rver), and are not installed")
    program = _CACHE / "node_modules" / "s3rver" / "bin" / "s3rver.js"
    if not program.exists():
        _install(npm)
    return node, program


def _install(npm: str) -> None:
    _CACHE.parent.mkdir(exist_ok=True)
    # Beside its place and moved there whole: several test processes may install at once.
    draft = Path(tempfile.mkdtemp(prefix="s3rver-", dir=_CACHE.parent))
    command = [
        npm,
        "install",
        f"s3rver@{VERSION}",
        "--prefix",
        str(draft),
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        shutil.rmtree(draft)
        pytest.skip(f"npm did not install s3rver {VERSION} within {_INSTALL_SECONDS} s")
    if done.returncode:
        shutil.rmtree(draft)
        pytest.skip(f"npm could not install s3rver {VERSION} (exit code {done.returncode}); is its registry reachable?")
    try:
        os.rename(draft, _CACHE)
    except OSError:  # another process was first
        shutil.rmtree(draft)
