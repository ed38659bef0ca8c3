"""The words that say what kind of work a prompt asks for, and the pieces a prompt is read in."""

from __future__ import annotations

import re
from functools import cache

_PIECES = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]")
# The same of ASCII text, in half the time.
_PLAIN_PIECES = re.compile(r"[a-z]+|[0-9]+(?:[.,][0-9]+)*|[^\w\s]", re.ASCII)
LONG_WORD = 10  # letters; technical vocabulary mostly
_REMEMBERED = 100_000

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
    "person": "he she his her him they their them i my you your man woman patient",
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
KINDS = (*CLASSES, *SIGNS, NUMBER, LONG, SHORT, FOREIGN, OTHER_SIGN)


def pieces(text: str) -> list[str]:
    """Words, numbers and signs in lower case."""
    return (_PLAIN_PIECES if text.isascii() else _PIECES).findall(text.lower())


class Kinds(dict[str, int]):
    """The place in KINDS of every piece; a piece that is new is looked at once."""

    def __missing__(self, piece: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
            self.update(_listed())
        self[piece] = kind = KINDS.index(_kind(piece))
        return kind


@cache
def kinds() -> Kinds:
    return Kinds(_listed())


def _listed() -> dict[str, int]:
    listed: dict[str, int] = {}
    for name, words in (CLASSES | SIGNS).items():
        for word in words.split():
            listed.setdefault(word, KINDS.index(name))
    return listed


def _kind(piece: str) -> str:
    if piece[0].isdigit():
        return NUMBER
    if not piece[0].isalpha():
        return OTHER_SIGN
    if not piece.isascii():
        return FOREIGN
    return LONG if len(piece) >= LONG_WORD else SHORT
