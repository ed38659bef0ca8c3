"""Oracle's request signatures, as far as a server can check them without the user's public key.

Required headers, version 1, five minutes: https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

ALLOWED_SKEW_SECONDS = 300
SIGNED_HEADERS = frozenset({"date", "(request-target)", "host", "content-length", "content-type", "x-content-sha256"})
_PART = re.compile(r'(\w+)="([^"]*)"')
_KEY_BYTES = (
    256,
    512,
)  # RSA keys of 2048 to 4096 bits: https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm
INCOMPLETE = "The required information to complete authentication was not provided or was incorrect."
_FAILED = "Failed to verify the HTTP(S) Signature"


def problem_of(headers: Mapping[str, str], skew_seconds: float) -> str | None:
    """Why a request is not authenticated, for a server whose clock is `skew_seconds` ahead; None where it is."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    parts = dict(_PART.findall(rest))
    signed = set(parts.get("headers", "").split())
    if scheme != "Signature" or not signed >= SIGNED_HEADERS:
        return INCOMPLETE
    if any(name not in headers for name in signed if name != "(request-target)"):
        return INCOMPLETE
    if parts.get("version") != "1" or parts.get("algorithm") != "rsa-sha256" or not _is_key(parts.get("keyId", "")):
        return _FAILED
    if not _is_signature(parts.get("signature", "")):
        return _FAILED
    return _clock_problem(headers["date"], time.time() + skew_seconds)


def is_body_of(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether the signed hash is that of the body which arrived."""
    return headers.get("x-content-sha256") == base64.b64encode(sha256(body).digest()).decode()


def _is_key(key_id: str) -> bool:
    """`tenancy/user/fingerprint`, or `ST$token` of a principal or a session. `invalid` marks a key that nobody has."""
    is_named = key_id.startswith("ST$") or len([part for part in key_id.split("/") if part]) == 3
    return is_named and "invalid" not in key_id


def _is_signature(text: str) -> bool:
    try:
        return _KEY_BYTES[0] <= len(base64.b64decode(text, validate=True)) <= _KEY_BYTES[1]
    except binascii.Error:
        return False


def _clock_problem(date: str, now: float) -> str | None:
    try:
        signed_at = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return INCOMPLETE
    if abs(signed_at - now) <= ALLOWED_SKEW_SECONDS:
        return None
    earliest, latest = (datetime.fromtimestamp(now + side * ALLOWED_SKEW_SECONDS, UTC) for side in (-1, 1))
    return f"Date '{date}' is not within allowed clock skew. Valid: '{earliest:%c}' to '{latest:%c}'"
