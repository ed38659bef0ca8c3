"""Numbers as models write them: `$1,234.50`, `3/4 cup`, `6.02e23`, `3 million`, `\\frac{3}{4}`. A doubt gives none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

MOST_DIGITS = 30  # of one number; a model that writes more repeats itself
_SCALES = {"dozen": 12, "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_ANNOTATION = re.compile(r"<<[^<>]*>>")
_POWER_OF_UNIT = re.compile(r"(?<=[A-Za-z])\}?\^\{?[23]\}?(?!\d)")
_MARKUP = (
    (re.compile(r"\\[dt]?frac ?\{([^{}]*)\} ?\{([^{}]*)\}"), r" \1/\2 "),
    (re.compile(r"\\(?:text|textbf|textit|mathrm|mathbf|mbox|boxed) ?(?=\{)"), " "),
    (re.compile(r"\\(?:times|cdot)(?![A-Za-z])"), "×"),
    (re.compile(r"\^\{?\\circ\}?"), "°"),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\[,!](?=\d)"), ""),  # between groups of digits
    (re.compile(r"\\([$%#&])"), r"\1"),
    (re.compile(r"\\[,!;: ()\[\]]|\*\*|[{}_`]|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)"), " "),
)
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2044": "/", "\u00a0": " ", "\u202f": " "})

# No run of digits or spaces is looked at twice: possessive, or bounded.
_DIGITS = r"(?:\d{1,3}(?:,\d{3})++|\d++)(?:\.\d++)?|\.\d++"
_NUMBER = re.compile(
    rf"""
    (?P<minus>-)? (?:(?:US|CA?|AU?)?[$€£¥₹][ ]?(?P<late_minus>-)?)?
    (?:(?P<whole>\d++)[ ]{{1,3}}(?=\d++/\d))?  # 2 1/2
    (?P<digits>{_DIGITS})
    (?:e(?P<exponent>[-+]?\d{{1,2}})|[ ]?[×x*][ ]?10[ ]?\^[ ]?(?P<power>[-+]?\d{{1,2}})|[ ]?/[ ]?(?P<below>\d++))?
    (?:[ -]?(?P<scale>{"|".join(_SCALES)})s?\b)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MAY_STAND_BEFORE = re.compile(r"(?:^|[\s(\[\"'“‘«=~≈#>$€£¥|—]|(?<!\d):)\Z")
# What makes another number of it: part of a sum, a range, a list, a power, a word for a sign.
_COUNTS_BEFORE = re.compile(
    r"""
    (?:[\w)%$]\ {0,3}[-+*/×÷^] | \d\ {0,3}(?:and|or|to|x|by|times|(?:out\ )?of)? | (?<![-=>])> | [<≤≥≠√]
      | \b(?:minus|negative|half|half\ of|twice|double|sqrt))\ {0,3}\Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEFORE = 20  # characters that this looks at
_COUNTS_BEHIND = re.compile(
    rf"""
    [.,:/'’]?\d | [!^⁄½⅓⅔¼¾⁰¹²³⁴-⁹⁻] | /[xyznπ]\b | [^\W\d_]{{1,20}}\d
  | (?:[abcdiknpqrtuvwxyz]|\ ?[kKMBTxyznπ])(?![\w&]) | (?:bn|mn|mio|mil|tn)\b | \ {{0,3}}(?:[+*×÷^<>≤≥√]|\\[A-Za-z])
  | [\ -]{{0,3}}(?:and\ )?(?:an?\ |one\ )?
    (?:half|halves|(?:third|fourth|fifth|sixth|seventh|eighth|ninth|(?:ten|hundred|thousand|million)th)s?(?!-)
      |over\ \d|squared|cubed|factorial|{"|".join(_SCALES)})\b
  | \ (?:(?:and\ )?(?:a|one)\ quarter|quarters?\ of)\b
    """,
    re.VERBOSE,
)


def plain(text: str) -> str:
    """Without sums in `<<...>>`, emphasis and LaTeX, so that numbers stand as they are read."""
    text = _POWER_OF_UNIT.sub("", _ANNOTATION.sub(" ", text.translate(_SIGNS)))
    for expression, instead in _MARKUP:
        text = expression.sub(instead, text)
    return text


def written_numbers(text: str) -> Iterator[re.Match[str]]:
    """The numbers of a plain text, for `value_of`."""
    return _NUMBER.finditer(text)


def value_of(found: re.Match[str]) -> Fraction | None:
    """None where what touches the number makes another of it, or where it has too many digits."""
    text, digits, below = found.string, found["digits"].replace(",", ""), found["below"] or "1"
    before = text[max(0, found.start() - _BEFORE) : found.start()]
    if not _MAY_STAND_BEFORE.search(before) or _COUNTS_BEFORE.search(before):
        return None
    if _COUNTS_BEHIND.match(text, found.end()) or max(map(len, (digits, below, found["whole"] or ""))) > MOST_DIGITS:
        return None
    if int(below) == 0:
        return None
    value = Fraction(found["whole"] or 0) + Fraction(digits) / int(below)
    value *= Fraction(10) ** int(found["exponent"] or found["power"] or 0)
    value *= _SCALES[found["scale"].lower()] if found["scale"] else 1
    return -value if found["minus"] or found["late_minus"] else value
