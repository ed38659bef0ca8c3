"""Originals under AES-256-GCM. What is sealed for one row of one run opens nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass

from nightshift.errors import Misconfigured

_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2: random nonces are safe for 2^32 values under one key


@dataclass(frozen=True)
class Sealed:
    """One placeholder of one row and its original, sealed."""

    row_number: int
    placeholder: str
    sealed: bytes


class Seal:
    """Seals and opens originals with one run's key."""

    def __init__(self, run_id: str, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._run_id, self._cipher = run_id, AESGCM(key)

    def close(self, row_number: int, placeholder: str, original: str) -> Sealed:
        nonce = os.urandom(_NONCE_BYTES)
        text = original.encode(errors="surrogatepass")
        return Sealed(
            row_number, placeholder, nonce + self._cipher.encrypt(nonce, text, self._bound(row_number, placeholder))
        )

    def open(self, item: Sealed) -> str:
        """Raises Misconfigured where the key is not the one it was sealed with, or somebody changed the vault."""
        from cryptography.exceptions import InvalidTag

        nonce, text = item.sealed[:_NONCE_BYTES], item.sealed[_NONCE_BYTES:]
        try:
            opened = self._cipher.decrypt(nonce, text, self._bound(item.row_number, item.placeholder))
        except InvalidTag:
            raise Misconfigured(
                f"the vault of the run {self._run_id} does not open at row {item.row_number}: it was sealed with "
                "another key, or changed since; way out: restore the vault's files and the run's key as they were"
            ) from None
        return opened.decode(errors="surrogatepass")

    def _bound(self, row_number: int, placeholder: str) -> bytes:
        return f"{self._run_id}\x00{row_number}\x00{placeholder}".encode()
