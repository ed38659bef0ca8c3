"""The input: distinct rows of 300 to 500 characters, the same ones on every machine and every time."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

_OPENINGS = (
    "The parcel was handed over on {day} and the seal was broken when we opened it at the counter.",
    "Since the update of {day} the terminal asks for a code that none of us has ever been given.",
    "We ordered twice on {day} because the first confirmation never arrived, and now both were charged.",
    "The invoice of {day} lists three licences although our contract names only two of them.",
    "On {day} the meter was replaced, and since then the monthly reading has been far too high.",
)
_MIDDLES = (
    "Nobody at the branch could tell us whom to ask.",
    "The colleague on the phone was friendly but had no access to the file.",
    "We have photographs of the damage and the signed delivery note.",
    "The same happened last year and was settled within a week.",
    "Our accounting closes at the end of the month, so it is rather urgent.",
    "Please do not send another device before this is clear.",
    "A partial refund would be acceptable for us as well.",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "the second of May", "New Year's Eve")
_MAIL_ONE_IN = 50
_CARD_ONE_IN = 200
_SEED = 20_261_121


def rows(count: int) -> Iterator[tuple[str, str]]:
    """Id and text of each row. One in 50 texts names an e-mail address, one in 200 a card number."""
    chance = random.Random(_SEED)
    for number in range(1, count + 1):
        yield f"row-{number:07d}", _text(number, chance)


def write_rows(path: Path, count: int) -> None:
    """The rows as JSON lines: id and question."""
    with path.open("w", encoding="utf-8") as file:
        for name, text in rows(count):
            file.write(json.dumps({"id": name, "question": text}) + "\n")


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """What `write_rows` wrote, as any user of a batch client reads it."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _text(number: int, chance: random.Random) -> str:
    parts = [f"Case {number}:", chance.choice(_OPENINGS).format(day=chance.choice(_DAYS))]
    parts += chance.sample(_MIDDLES, 4)
    if number % _MAIL_ONE_IN == 0:
        parts.append(f"Write to customer.{number}@example.org.")
    if number % _CARD_ONE_IN == 0:
        parts.append("The card was 4111 1111 1111 1111.")
    return " ".join(parts)
