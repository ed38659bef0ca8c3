"""RE2 patterns that are compiled when a text first needs them, in a cheaper form for texts that are plain ASCII."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

import re2

from nightshift.guardrails.injection.scripts import Script, readable, script_of

T = TypeVar("T")

_MEMORY = 128 << 20
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_FOREIGN_RUN = re.compile(r"[^\x00-\x7f]+")
_NOTHING = r"\b\B"


class Searchable(NamedTuple):
    """A text, its script, and what RE2 reads fastest of it: bytes wherever bytes are characters."""

    text: str
    script: Script
    searched: str | bytes


def searchable(text: str) -> Searchable:
    script = script_of(text)
    return Searchable(text, script, text if script else text.encode())


class Alphabet:
    """A byte for each character: ASCII as it is, one each for what else some patterns name, one for all the rest.

    RE2 is quick with a byte that is anything but a few, and slow with a character that is.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        named = sorted({char for pattern in patterns for char in _NOT_ASCII.findall(pattern)})
        self._bytes = {
            same: chr(0x80 + place) for place, char in enumerate(named) for same in (char, char.lower(), char.upper())
        }

    def compiled(self, pattern: str) -> re2._Regexp:
        return re2.compile(b"(?i:" + self.encoded(pattern) + b")", _options(Script.ASCII))

    def encoded(self, text: str) -> bytes:
        return (text if text.isascii() else _FOREIGN_RUN.sub(self._one_each, text)).encode("latin-1")

    def _one_each(self, run: re.Match[str]) -> str:
        return "".join([self._bytes.get(char, "\xff") for char in run.group()])


class Pattern:
    """A pattern for texts of any script; case is ignored unless `flags` (of RE2) say otherwise."""

    __slots__ = ("_compiled", "_flags", "_longest", "_source")

    def __init__(self, source: str, flags: str = "i", *, longest: bool = False) -> None:
        self._source, self._flags, self._longest = source, flags, longest
        self._compiled: list[re2._Regexp | None] = [None] * len(Script)

    def of(self, script: Script) -> re2._Regexp:
        """What to search a text of a script with."""
        compiled = self._compiled[script]
        if compiled is None:
            compiled = self._compiled[script] = self._compile(script)
        return compiled

    def _compile(self, script: Script) -> re2._Regexp:
        options = _options(script)
        options.longest_match = self._longest
        return re2.compile(_source(self._source, self._flags, script), options)


class PatternSet(Generic[T]):
    """Tells in one pass which of some patterns occur in texts of a script; each has a label."""

    def __init__(self, patterns: Mapping[T, str | bytes], script: Script = Script.OTHER) -> None:
        self._patterns, self._script = patterns, script
        self._labels = tuple(patterns)

    def seen(self, text: str | bytes) -> list[T]:
        found = self._set.Match(text)
        return [self._labels[index] for index in found] if found else []

    @cached_property
    def _set(self) -> re2.Set:
        compiled = re2.Set.SearchSet(_options(self._script))
        for pattern in self._patterns.values():
            ready = b"(?i:" + pattern + b")" if isinstance(pattern, bytes) else _source(pattern, "i", self._script)
            compiled.Add(ready)
        compiled.Compile()
        return compiled


def _options(script: Script) -> re2.Options:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    if script is Script.ASCII:
        options.encoding = re2.Options.Encoding.LATIN1
    return options


def _source(pattern: str, flags: str, script: Script) -> str | bytes:
    """What a pattern asks of texts of a script. ASCII has few letters, and one byte stands for all others."""
    source = pattern if script is Script.OTHER else readable(pattern, script) or _NOTHING
    source = f"(?{flags}:{source})" if flags else source
    if script:
        return source
    source = source.replace(r"\pL", "[A-Za-z]").replace(r"\PL", "[^A-Za-z]")
    return _NOT_ASCII.sub("\xff", source).encode("latin-1")
