"""Names of fields read as words: `user_ssn` and `nhsNumber` say as much as "user ssn" and "nhs number"."""

from __future__ import annotations

import re

# `account_id` is the number of any account: where an id counts, its words say so.
_UNDERSCORE = re.compile(r"_(?!id(?![a-z]))", re.IGNORECASE)
_CAPITAL = re.compile(r"[A-Z](?<=[a-z].)(?!d(?![a-z]))")


def as_words(text: str) -> str:
    """The text with blanks in its names; itself where there are none."""
    if "_" in text:
        text = _UNDERSCORE.sub(" ", text)
    return _CAPITAL.sub(r" \g<0>", text)
