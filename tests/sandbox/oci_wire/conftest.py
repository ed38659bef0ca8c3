"""A key, a client of one user, and a sandbox that knows more prices."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.sandbox.oci_wire.sdk_client import COMMAND_A, EMBED, Oci
from tests.shared_sandbox import Sandbox

from nightshift.sandbox import control
from nightshift.sandbox.service import Options
from nightshift.settings import include_folder


@pytest.fixture(scope="session")
def pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


@pytest.fixture
def oci(sandbox: Sandbox, pem: str) -> Oci:
    return Oci(sandbox, pem)


@pytest.fixture
def priced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pem: str) -> Iterator[Oci]:
    """A sandbox of the test's own that also knows the price of an embedding model and of a newer Cohere model."""
    include = tmp_path / "include"
    shutil.copytree(include_folder(), include)
    with (include / "models" / "prices.yaml").open("a", encoding="utf-8") as prices:
        for model in (EMBED, COMMAND_A):
            prices.write(
                f"  - {{provider: oci_genai, model: {model}, mode: realtime, effective_from: 2026-01-02, "
                'unit: character, input_usd_per_million: "0.1", cached_input_usd_per_million: "0.1", '
                'output_usd_per_million: "0.2", source: a test}\n'
            )
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(include))
    yield Oci(Sandbox(control.start(tmp_path / "state", 0, Options()).url), pem)
    control.stop(tmp_path / "state")
