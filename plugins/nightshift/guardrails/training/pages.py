"""Harmless pages as they are retrieved: read-me files, licences, manuals, lists of links, tables, settings, logs.

They are full of what attacks are full of too: markup, addresses, capitals, "without restriction", "ignore", "run".
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable

from nightshift.guardrails.training.corpus import OWN, Example
from nightshift.guardrails.training.page_frames import (
    CHANGES,
    CODE,
    HOSTS,
    LICENCE,
    LINKS,
    LOG,
    MAIL,
    NOUNS,
    OPTIONS,
    PACKAGE,
    PATHS,
    SENTENCES,
)

PAGES = f"{OWN}:pages"
_ROWS = 700
_SEED = 12

_GAP = re.compile(r"\{([nu]?)\}")


class _Pages:
    def __init__(self) -> None:
        self._chance = random.Random(_SEED)
        self._kinds: tuple[Callable[[], str], ...] = (
            self._read_me, self._read_me, self._licence, self._licence, self._links, self._links, self._table,
            self._settings, self._record, self._log, self._manual, self._changes, self._program, self._address,
            self._package, self._mail, self._sentence_with_link,
        )  # fmt: skip

    def rows(self) -> list[Example]:
        return [Example(self._chance.choice(self._kinds)(), 0, PAGES, "page") for _ in range(_ROWS)]

    def _filled(self, frame: str) -> str:
        """A word for every `{}`, a number for `{n}`, an address for `{u}`."""

        def gap(match: re.Match[str]) -> str:
            if match[1]:
                return self._number() if match[1] == "n" else self._url()
            return self._word().upper() if frame.startswith(("THE ", "IN NO ")) else self._word()

        return _GAP.sub(gap, frame)

    def _some(self, frames: tuple[str, ...], most: int, gap: str = "\n") -> str:
        chosen = self._chance.choices(frames, k=self._chance.randint(1, most))
        return gap.join(self._filled(one) for one in chosen)

    def _one(self, *choices: str) -> str:
        return self._filled(self._chance.choice(choices))

    def _word(self) -> str:
        return self._chance.choice(NOUNS)

    def _number(self) -> str:
        return str(self._chance.randint(1, 10 ** self._chance.randint(1, 4)))

    def _url(self) -> str:
        return f"https://{self._one(*HOSTS)}{self._one(*PATHS)}"

    def _prose(self, most: int = 4) -> str:
        return self._some(SENTENCES, most, " ")

    def _link(self) -> str:
        return f"[{self._one(*LINKS)}]({self._url()})"

    def _links(self) -> str:
        mark = self._chance.choice(("- ", "* ", "", "1. "))
        return "\n".join(f"{mark}{self._link()}" for _ in range(self._chance.choice((1, 1, 2, 5))))

    def _sentence_with_link(self) -> str:
        return f"{self._prose(2)} See {self._link()}." if self._chance.random() < 0.5 else self._prose(2)

    def _address(self) -> str:
        return "\n".join(self._url() for _ in range(self._chance.choice((1, 1, 1, 3))))

    def _read_me(self) -> str:
        parts = [
            f"# {self._one('{}-{}')}\n\n[![build]({self._url()})]({self._url()})\n\n{self._prose()}",
            f"## Installation\n\n```\n{self._program(2)}\n```",
            f"## Usage\n\n{self._prose(2)}\n\n```python\n{self._program()}\n```\n\n{self._prose(2)}",
            f"## Links\n\n{self._links()}\n\n{self._prose(2)}",
            f"### {self._word().title()}\n\n{self._prose(6)}\n\n{self._prose()}",
            f"![{self._word()}]({self._url()})\n\n{self._table()}",
        ]
        first = self._chance.randint(0, 3)
        return "\n\n".join(parts[first : first + self._chance.randint(1, 3)])

    def _licence(self) -> str:
        begin = self._chance.randint(0, len(LICENCE) - 2)
        some = LICENCE[begin : begin + self._chance.randint(1, 5)]
        return self._chance.choice(("\n\n", "\n .\n ", " ")).join(map(self._filled, some))

    def _table(self) -> str:
        rows = [f"| {self._word()} | {self._one('{}', '{n}', '✘')} |" for _ in range(3)]
        return "\n".join([f"| {self._word()} | {self._word()} |", "|---|---|", *rows])

    def _settings(self) -> str:
        sign = self._chance.choice((": ", " = ", "="))
        return "\n".join(self._one("{}_{}", "{}") + sign + self._one("{}", "true", "{n}", "{u}") for _ in range(5))

    def _record(self) -> str:
        return json.dumps(
            {"id": int(self._number()), self._word(): self._word(), "text": self._prose(2), "url": self._url()}
        )

    def _log(self) -> str:
        return self._some(LOG, 3)

    def _manual(self) -> str:
        return f"{self._prose(2)}\n\nOPTIONS\n\n" + self._some(OPTIONS, 5, "\n\n")

    def _changes(self) -> str:
        return self._some(CHANGES, 6)

    def _program(self, most: int = 6) -> str:
        return self._some(CODE, most)

    def _package(self) -> str:
        return f"{self._filled(PACKAGE)}\n\n{self._prose()}"

    def _mail(self) -> str:
        return f"{self._filled(MAIL)}\n\nHi Kim,\n\n{self._prose(3)}\n\nBest,\nTom"


def page_rows() -> list[Example]:
    """A sample of all that can be put together; the same one every time."""
    return _Pages().rows()
