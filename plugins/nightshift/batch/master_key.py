"""Finds the master key of the vaults: the connection nightshift_vault, or a file of its own where all is sandbox."""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from contextlib import suppress

from nightshift import settings
from nightshift.errors import Misconfigured
from nightshift.guardrails.masking.run_keys import KeyWrapper, LocalMasterKey, new_key
from nightshift.providers.credentials import Finder, find_credentials

CONNECTION = "nightshift_vault"


def find_master_key(in_sandbox: bool, find: Finder = find_credentials) -> KeyWrapper:
    """Raises Misconfigured where real rows are masked and no master key is set: one must not lie beside the data."""
    found = find(CONNECTION)
    if found is not None and found.extra.get("kms_key_id"):
        from nightshift.providers.aws_kms import AwsKmsKey

        return AwsKmsKey(found)
    if found is not None:
        return LocalMasterKey(f"connection {CONNECTION}", _decoded(found.secret))
    if in_sandbox:
        return LocalMasterKey("sandbox", _sandbox_key())
    raise Misconfigured(
        f"the guardrail policy masks personal data and no connection {CONNECTION} holds a master key to seal it with; "
        f"way out: set AIRFLOW_CONN_{CONNECTION.upper()} with 32 bytes in base64 as its password (openssl rand -base64 "
        '32) or with extra {"kms_key_id": "..."}, or choose `masking: name` in the policy'
    )


def _decoded(secret: str) -> bytes:
    try:
        return base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        raise Misconfigured(
            f"the password of the connection {CONNECTION} is not base64; way out: openssl rand -base64 32"
        ) from None


def _sandbox_key() -> bytes:
    """Made once; whoever comes second reads what the first wrote."""
    path = settings.home() / "sandbox-vault.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        descriptor, staging = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key())
        with suppress(FileExistsError):  # another process was first: its key stays
            os.link(staging, path)
        os.unlink(staging)
    return path.read_bytes()
