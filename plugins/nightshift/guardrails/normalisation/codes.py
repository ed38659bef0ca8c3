"""Texts hidden in base64, base32, hex, escapes, character codes, bits and Morse code."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from nightshift.guardrails.normalisation.tricks import Encoding

Candidate = tuple[Encoding, int, int, str]
"""What was decoded from ``text[start:end]``, not yet judged for sense."""

_BASE64 = re.compile(r"[0-9A-Za-z+/_-]{8,}(?:[\r\n]+[0-9A-Za-z+/_-]{4,})*={0,2}")
_BASE32 = re.compile(r"[A-Z2-7]{16,}={0,6}")
_HEX = re.compile(r"(?:(?:0x)?[0-9A-Fa-f]{2}[ :,]*){6,}")
_ESCAPES = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8}))")
_ESCAPED_RUN = re.compile(rf"\w{{0,20}}{_ESCAPES.pattern}(?:[\w ]{{0,20}}{_ESCAPES.pattern})+\w{{0,20}}")
_BITS = re.compile(r"(?:[01]{7,8}[ ,;]*){3,}")
_NUMBERS = re.compile(r"(?<![0-9.])(?:[0-9]{2,3}[ ,;]+){5,}[0-9]{2,3}(?![0-9.])")
_MORSE = re.compile(r"(?:[.\-_·•–−]{1,6}(?:[ /|]+|$)){4,}[.\-_·•–−]{0,6}")
_MORSE_CODE = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. "
    "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----. .-.-.- --..-- ..--.."
)
_MORSE_LETTERS = dict(zip(_MORSE_CODE.split(), "abcdefghijklmnopqrstuvwxyz0123456789.,?", strict=True))
_MORSE_SIGNS = str.maketrans("_·•–−", "-..--")


def base64_texts(text: str) -> Iterator[Candidate]:
    for run in _BASE64.finditer(text):
        code = run.group()
        if _can_be_base64(code):
            plain = re.sub(r"[\r\n]+", "", code).rstrip("=").translate(str.maketrans("-_", "+/"))
            yield from _bytes_read("base64", run, _base64(plain))
    for run in _BASE32.finditer(text):
        plain = run.group().rstrip("=")
        try:
            yield from _bytes_read("base32", run, base64.b32decode(plain + "=" * (-len(plain) % 8)))
        except binascii.Error:
            continue


def _can_be_base64(code: str) -> bool:
    """Words, paths and rulers are left out before anything is decoded; padding speaks for a code."""
    if code.endswith("="):
        return True
    return len(code) >= 12 and not (code.islower() or code.isdigit()) and len(set(code[:64])) > 5


def _base64(plain: str) -> bytes:
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    return binascii.a2b_base64(plain + "=" * (-len(plain) % 4))


def _bytes_read(kind: Encoding, run: re.Match[str], decoded: bytes) -> Iterator[Candidate]:
    try:
        yield kind, run.start(), _end(run), decoded.decode()
    except UnicodeDecodeError:
        return


def _end(run: re.Match[str]) -> int:
    """Without the blank that divides it from what follows."""
    return run.start() + len(run.group().rstrip(" :,;"))


def hex_texts(text: str) -> Iterator[Candidate]:
    for run in _HEX.finditer(text):
        digits = re.sub("0x|[ :,]", "", run.group())
        if not digits.isdigit() or len(set(digits)) > 2:
            # A label before the digits (ad:, face:) may look like digits itself.
            read = bytes.fromhex(digits).decode("utf-8", "replace").strip("\ufffd")
            yield "hex", run.start(), _end(run), read


def escaped_texts(text: str) -> Iterator[Candidate]:
    for run in _ESCAPED_RUN.finditer(text):
        yield "escapes", run.start(), run.end(), _ESCAPES.sub(_char, run.group())


def _char(escape: re.Match[str]) -> str:
    code = int(next(filter(None, escape.groups())), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def numbered_texts(text: str) -> Iterator[Candidate]:
    for run in _BITS.finditer(text):
        yield from _bytes_read("binary", run, bytes(int(bits, 2) for bits in _groups_of_bits(run.group())))
    for run in _NUMBERS.finditer(text):
        codes = [int(code) for code in re.split("[ ,;]+", run.group())]
        if max(codes) < 127:
            yield "decimal", run.start(), run.end(), "".join(map(chr, codes))


def _groups_of_bits(run: str) -> list[str]:
    groups = re.findall("[01]+", run)
    if all(len(group) in (7, 8) for group in groups):
        return groups
    joined = "".join(groups)
    return [joined[i : i + 8] for i in range(0, len(joined) - 7, 8)]


def morse_texts(text: str) -> Iterator[Candidate]:
    for run in _MORSE.finditer(text):
        signs = run.group().translate(_MORSE_SIGNS)
        if len(set(signs) & {".", "-"}) == 2:
            words = re.split(r" *[/|] *| {2,}", signs.strip(" /|"))
            read = " ".join("".join(_MORSE_LETTERS.get(sign, "\ufffd") for sign in word.split()) for word in words)
            yield "morse", run.start(), run.end(), read
