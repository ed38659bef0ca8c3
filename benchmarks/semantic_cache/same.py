"""Changes after which the answer stays right. Each gives the changed text, or None where it has no place."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Change = Callable[[str, random.Random], str | None]

_BEFORE = ("Please answer: ", "Hi, ", "Hello! ", "Question: ", "Quick question: ", "Excuse me, ", "Could you tell me: ")
_AFTER = (" Thanks!", " Thank you.", "\nThanks in advance!", " Please.", " Thank you very much!")
_LONG = re.compile(r"(?<![\w'-])[a-z]{7,}(?![\w'-])")
_CONTRACTED = (
    ("What is ", "What's "), ("do not ", "don't "), ("does not ", "doesn't "), ("is not ", "isn't "),
    ("are not ", "aren't "), ("did not ", "didn't "), ("cannot ", "can't "), ("Who is ", "Who's "),
)  # fmt: skip
_FRAMES = (
    (re.compile(r"What is ([^?.]+)\?"), r"Could you tell me what \1 is?"),
    (re.compile(r"What is ([^?.]+)\?"), r"I would like to know what \1 is."),
    (re.compile(r"How do I ([^?.]+)\?"), r"How can I \1?"),
    (re.compile(r"How can I ([^?.]+)\?"), r"How do I \1?"),
    (re.compile(r"((?:What|Which|Who|When|Where|Why) [^?]+)\?"), r"Please tell me, \1?"),
    (re.compile(r"((?:What|Which|Who|When|Where|Why) [^?]+)\?"), r"Do you know \1?"),
)
_SPELLINGS = (("color", "colour"), ("center", "centre"), ("labor", "labour"),
              ("behavior", "behaviour"),
              ("organization", "organisation"), ("favorite", "favourite"), ("meters", "metres"))  # fmt: skip
_WORDS = (("buy", "purchase"), ("movie", "film"), ("car", "automobile"), ("bike", "bicycle"),
          ("approximately", "roughly"),
          ("phone", "telephone"), ("kids", "children"), ("until", "till"))  # fmt: skip
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def lower_case(text: str, _: random.Random) -> str | None:
    return text.lower() if not re.search(r"[A-Z]{2}|\b[A-Z]\b|[a-z][A-Z]", text) and text != text.lower() else None


def white_space(text: str, chance: random.Random) -> str | None:
    words = text.split(" ")
    place = chance.randrange(1, len(words))
    return f" {' '.join(words[:place])}  {' '.join(words[place:])} \n"


def without_mark(text: str, _: random.Random) -> str | None:
    return text[:-1] if text.endswith("?") and "\n" not in text else None


def polite(text: str, chance: random.Random) -> str | None:
    return chance.choice(_BEFORE) + text if chance.random() < 0.5 else text + chance.choice(_AFTER)


def other_frame(text: str, chance: random.Random) -> str | None:
    if not text.startswith(("What", "How", "Which", "Who", "When", "Where", "Why")):
        return None
    fitting = [(form, other) for form, other in _FRAMES if form.fullmatch(text)]
    if not fitting:
        return None
    form, other = chance.choice(fitting)
    return form.sub(other, text)


def contracted(text: str, _: random.Random) -> str | None:
    return _replaced(text, _CONTRACTED)


def other_spelling(text: str, _: random.Random) -> str | None:
    return _replaced(text, _SPELLINGS)


def other_word(text: str, _: random.Random) -> str | None:
    return next((re.sub(rf"\b{a}\b", b, text, count=1) for a, b in _WORDS if re.search(rf"\b{a}\b", text)), None)


def number_as_word(text: str, _: random.Random) -> str | None:
    found = re.search(r"(?<=[a-z] )([2-9]|1[0-2])(?= [a-z])", text)
    return None if found is None else text[: found.start()] + _NUMBERS[int(found[0]) - 2] + text[found.end() :]


def typed_wrong(text: str, chance: random.Random) -> str | None:
    """One letter doubled, lost, swapped with the next or with one beside it on the keyboard."""
    places = list(_LONG.finditer(text))
    if not places:
        return None
    found = chance.choice(places)
    word, place = found[0], chance.randrange(1, len(found[0]) - 2)
    beside = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "r": "t", "t": "y", "s": "d", "l": "k", "c": "v"}
    made = chance.choice(
        [
            word[:place] + word[place] + word[place:],
            word[:place] + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + beside.get(word[place], word[place]) + word[place + 1 :],
        ]
    )
    return text[: found.start()] + made + text[found.end() :] if made != word else None


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str | None:
    return next((text.replace(one, other, 1) for one, other in pairs if one in text), None)


SAME: dict[str, Change] = {
    "case": lower_case,
    "white space": white_space,
    "mark at the end": without_mark,
    "politeness": polite,
    "frame of the question": other_frame,
    "contraction": contracted,
    "spelling": other_spelling,
    "synonym": other_word,
    "number as a word": number_as_word,
    "typing mistake": typed_wrong,
}
