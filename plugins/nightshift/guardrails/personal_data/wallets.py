"""Addresses of crypto wallets: Base58Check (Bitcoin and its kin), Bech32 and Bech32m (BIP 173, BIP 350)."""

from __future__ import annotations

import hashlib

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = str.maketrans("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz", _BASE58)
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def is_base58check(value: str) -> bool:
    """Whether the last four bytes are the double SHA-256 of the others."""
    number = 0
    for character in value.translate(_RIPPLE) if value[0] == "r" else value:
        digit = _BASE58.find(character)
        if digit < 0:
            return False
        number = number * 58 + digit
    data = number.to_bytes(max(25, (number.bit_length() + 7) // 8), "big")
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def is_bech32(value: str) -> bool:
    """Whether the checksum of BIP 173 or BIP 350 holds."""
    if value != value.lower() and value != value.upper():
        return False
    prefix, _, data = value.lower().rpartition("1")
    if not prefix or any(character not in _BECH32 for character in data):
        return False
    values = [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]
    return _polymod(values + [_BECH32.find(character) for character in data]) in (1, 0x2BC830A3)


def is_ethereum(value: str) -> bool:
    """Forty hexadecimal digits that are not one digit repeated: the zero address is nobody's."""
    return len(set(value[2:].lower())) > 4


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                checksum ^= generator
    return checksum
