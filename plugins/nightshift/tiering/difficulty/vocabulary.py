"""The words that say what kind of work a prompt asks for, and the pieces a prompt is read in."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nightshift.tiering.difficulty.domains import DOMAINS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_PIECES = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]")
# The same of ASCII text, in half the time.
_PLAIN_PIECES = re.compile(r"[a-z]+|[0-9]+(?:[.,][0-9]+)*|[^\w\s]", re.ASCII)
LONG_WORD = 10  # letters; technical vocabulary mostly
_REMEMBERED, _LONGEST_REMEMBERED = 100_000, 40  # words, characters
_FIRST_YEAR, _LAST_YEAR = 1000, 2100
_DIGITS_IN_THE_HEAD = 3

# What each class says about the work, not about the subject: a score must carry over to subjects it has never seen.
CLASSES: dict[str, str] = {
    "negation": "not no never none neither nor except without cannot least false incorrect wrong",
    "logic": "all some any only both either always must necessarily true valid implies iff",
    "asking": "which what who whom whose where why",
    "reference": "following statement statements above below these according passage",
    "condition": "if when suppose assume assuming given unless whether would should after before then until",
    "cause": "because therefore thus hence since so due cause causes caused reason effect result",
    "contrast": "but however although though instead while whereas rather yet despite",
    "comparison": "more less fewer greater larger smaller higher lower than same equal most times as older younger",
    "fraction": "half third quarter fourth fifth double triple twice thrice percent percentage ratio average mean rate",
    "each": "each every per apiece",
    "total": "total altogether combined sum both together overall in all",
    "rest": "left remaining remain remains rest over other another remainder",
    "spelled": "one two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred dozen",
    "time": "hour hours minute minutes second seconds day days week weeks month months year years daily weekly yearly",
    "amount": "how many much number amount long old far",
    "compute": "calculate compute find solve determine evaluate value equation integer probability function estimate",
    "person": "he she his her him they them their i my you your man woman patient",
    "definition": "is are called known refers term defined means type form example describes best",
    "order": "first last next previous earlier later",
    "money": "cost costs price pay pays paid sell sells sold buy buys bought spend spends earn earns profit money",
    "task": "write explain summarise summarize translate classify extract list rewrite describe compare analyse",
    "code": "def class return import print code program python array string loop output void const",
}
SIGNS: dict[str, str] = {
    "operators": "= + * / ^ < > ± × ÷ ≤ ≥ √ ∑ ∫ \\ |",
    "dash": "- – —",
    "comma": ",",
    "stop": ". ! ;",
    "question": "?",
    "quote": "\" “ ” ' ’ ‘",
    "bracket": "( ) [ ] { }",
    "currency": "$ € £ %",
    "colon": ":",
}
NUMBER, LONG, SHORT, FOREIGN, OTHER_SIGN = "number", "long", "short", "foreign", "other_sign"
# How hard a number is to reckon with in one go.
DECIMAL, MANY_DIGITS, YEAR = "decimal", "many_digits", "year"
KINDS = (*CLASSES, *SIGNS, NUMBER, LONG, SHORT, FOREIGN, OTHER_SIGN, DECIMAL, MANY_DIGITS, YEAR, *DOMAINS)


def pieces(text: str) -> list[str]:
    """Words, numbers and signs in lower case."""
    return (_PLAIN_PIECES if text.isascii() else _PIECES).findall(text.lower())


class Entries(dict[str, tuple[int, ...]]):
    """Of every word between spaces, in lower case, the rows of its pieces in `entry_kinds`.

    A word that is new is cut and looked at once: that is most of the work of reading a prompt.
    """

    def __init__(self) -> None:
        super().__init__()
        listed = _listed()
        unlisted = [(name,) for name in (NUMBER, LONG, SHORT, FOREIGN, OTHER_SIGN)]
        numbers = [(NUMBER, name) for name in (DECIMAL, MANY_DIGITS, YEAR)]
        self._rows = {kinds: row for row, kinds in enumerate(sorted({*listed.values(), *unlisted, *numbers}))}
        self._listed = {piece: self._rows[kinds] for piece, kinds in listed.items()}

    def __missing__(self, word: str) -> tuple[int, ...]:
        rows = tuple(map(self._row, pieces(word)))
        if len(word) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = rows
        return rows

    def _row(self, piece: str) -> int:
        row = self._listed.get(piece)
        return self._rows[_kinds(piece)] if row is None else row

    def kinds(self) -> npt.NDArray[np.int64]:
        """Rows x the most kinds that a piece has: places in KINDS, -1 where a piece has fewer."""
        import numpy as np

        most = max(map(len, self._rows))
        places = [[KINDS.index(name) for name in kinds] + [-1] * (most - len(kinds)) for kinds in self._rows]
        return np.array(places)


@cache
def entries() -> Entries:
    return Entries()


@cache
def entry_kinds() -> npt.NDArray[np.int64]:
    return entries().kinds()


def _listed() -> dict[str, tuple[str, ...]]:
    """Every listed word's kinds: one class or, without one, its length, and the fields it belongs to."""
    classes: dict[str, str] = {}
    for name, words in (CLASSES | SIGNS).items():
        for word in words.split():
            classes.setdefault(word, name)
    fields: dict[str, list[str]] = {}
    for name, words in DOMAINS.items():
        for word in dict.fromkeys(words.split()):
            fields.setdefault(word, []).append(name)
    return {word: (classes.get(word) or _length(word), *fields.get(word, ())) for word in (*classes, *fields)}


def _kinds(piece: str) -> tuple[str, ...]:
    if piece[0].isdigit():
        return _number(piece)
    return (_length(piece) if piece[0].isalpha() else OTHER_SIGN,)


def _length(word: str) -> str:
    if not word.isascii():
        return FOREIGN
    return LONG if len(word) >= LONG_WORD else SHORT


def _number(piece: str) -> tuple[str, ...]:
    """A comma parts thousands and a point decimals, as the English write them."""
    if "." in piece:
        return NUMBER, DECIMAL
    if len(piece) == 4 and piece.isdecimal() and _FIRST_YEAR <= int(piece) <= _LAST_YEAR:
        return NUMBER, YEAR
    digits = piece.replace(",", "")
    hard = len(digits.strip("0")) > _DIGITS_IN_THE_HEAD or len(digits) > _DIGITS_IN_THE_HEAD + 1
    return (NUMBER, MANY_DIGITS) if hard else (NUMBER,)
