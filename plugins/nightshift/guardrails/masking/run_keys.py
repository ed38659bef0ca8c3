"""A key per run. It is stored wrapped by a master key, which is an Airflow Connection or a key service's."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Protocol

from nightshift.errors import Misconfigured

KEY_BYTES = 32


class KeyWrapper(Protocol):
    """A master key. `name` says which one, so that a rotated one is found again."""

    @property
    def name(self) -> str: ...

    def wrap(self, key: bytes, run_id: str) -> bytes:
        """The run's key, readable only with the master key and for this run."""
        ...

    def unwrap(self, wrapped: bytes, run_id: str) -> bytes:
        """Raises Misconfigured where the master key is not the one that wrapped it."""
        ...


@dataclass(frozen=True)
class RunKey:
    """A run's key, split by purpose: what makes placeholders cannot open what is sealed."""

    placeholders: bytes = field(repr=False)
    sealing: bytes = field(repr=False)

    @classmethod
    def of(cls, key: bytes) -> RunKey:
        return cls(_derived(key, b"nightshift placeholders 1"), _derived(key, b"nightshift sealing 1"))


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


class LocalMasterKey:
    """A master key of 32 bytes that this process holds. Wraps with AES-256-GCM."""

    def __init__(self, name: str, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if len(key) != KEY_BYTES:
            raise Misconfigured(
                f"the vault's master key {name} has {len(key)} bytes; it must have {KEY_BYTES}, in base64; "
                "way out: openssl rand -base64 32"
            )
        self.name = name
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, run_id: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, key, run_id.encode())

    def unwrap(self, wrapped: bytes, run_id: str) -> bytes:
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(wrapped[:12], wrapped[12:], run_id.encode())
        except InvalidTag:
            raise Misconfigured(
                f"the master key {self.name} does not open the key of the run {run_id}; "
                "way out: restore the master key that was set when the run was admitted"
            ) from None


def _derived(key: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(key)
