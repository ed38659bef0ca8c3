"""The guard: the terms of a text that must all be equal, in order, before another text may share its answer.

Everything counts but what the closed lists say does not: a number, a name, a negation, a preposition or a word in
another place keeps two texts apart. Texts that are not clearly English are compared by their normal form.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations, islice

from nightshift.similarity import words
from nightshift.similarity.frames import framed, without_politeness
from nightshift.similarity.normal_form import looks_like_code, normal_form, plain_signs
from nightshift.similarity.spelling import Spelling
from nightshift.similarity.tokens import Kind, Token, tokens

VERSION = 1  # raise it with every change of what may differ: learnt thresholds hold for one version
MOST_CHARACTERS = 20_000
_MOST_DIFFERENT = 2
_MOST_KEYS = 16
_ENGLISH_SHARE = 0.15
_DROPPED = frozenset("\",;:.!?'…-")
_ENDS = frozenset(".!?")
_MARKS = frozenset("'\"!")
_OPERATORS = frozenset("+-*/=<>^%()[]{}|~×÷±≤≥≠√∑∫·")


@dataclass(frozen=True)
class Meaning:
    """`variants` holds, by place, the words that another text may have there: a singular, a slip of the pen mended.

    `names` are the places of words with a capital inside a sentence; they have no variants, nor are they any.
    """

    terms: tuple[str, ...]
    variants: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    names: frozenset[int] = frozenset()

    @property
    def key(self) -> int:
        """Equal for equal terms."""
        return _key(self.terms)

    def other_keys(self) -> list[int]:
        """The keys of texts with another of the variants, one place changed before two."""
        changes = [(place, other) for place, others in self.variants.items() for other in others]
        pairs = (pair for pair in combinations(changes, _MOST_DIFFERENT) if pair[0][0] != pair[1][0])
        return [self._key_with(chosen) for chosen in islice(chain(((one,) for one in changes), pairs), _MOST_KEYS)]

    def _key_with(self, changes: tuple[tuple[int, str], ...]) -> int:
        terms = list(self.terms)
        for place, other in changes:
            terms[place] = other
        return _key(tuple(terms))


def same(one: Meaning, other: Meaning) -> bool:
    """Whether all terms agree, but for a few places where one of the two has a variant of the other's word."""
    if len(one.terms) != len(other.terms):
        return False
    differ = [place for place, (a, b) in enumerate(zip(one.terms, other.terms, strict=True)) if a != b]
    return len(differ) <= _MOST_DIFFERENT and all(_is_variant(one, other, place) for place in differ)


def _is_variant(one: Meaning, other: Meaning, place: int) -> bool:
    if place in one.names or place in other.names:
        return False
    return one.terms[place] in other.variants.get(place, ()) or other.terms[place] in one.variants.get(place, ())


class Guard:
    """Reads meanings with one vocabulary."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling

    def meaning(self, text: str) -> Meaning | None:
        """None for a text that is too long, or has nothing to compare."""
        if len(text) > MOST_CHARACTERS:
            return None
        plain = plain_signs(text)
        if not looks_like_code(plain):
            plain = without_politeness(plain.strip())
            if is_english(plain):
                return _Reading(list(tokens(framed(plain))), self._spelling).meaning()
        form = normal_form(plain)
        return Meaning(("as written", form)) if form else None


def is_english(text: str) -> bool:
    """Whether enough of the words are English function words, and all letters Latin ones."""
    if any(
        ord(character) > 0x24F and character.isalpha() and not 0x370 <= ord(character) <= 0x3FF for character in text
    ):
        return False
    found = [word.lower().split("'")[0] for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text)]
    return bool(found) and (
        found[0] in words.ASKING or sum(word in words.ENGLISH for word in found) >= _ENGLISH_SHARE * len(found)
    )


def _key(terms: tuple[str, ...]) -> int:
    return int.from_bytes(hashlib.blake2b("\x1f".join(terms).encode(), digest_size=8).digest(), "little", signed=True)


class _Reading:
    """One English text, term by term."""

    def __init__(self, found: list[Token], spelling: Spelling) -> None:
        self._tokens, self._spelling = found, spelling
        written = [token.text for token in found if token.kind is Kind.WORD and len(token.text) > 1]
        self._shouted = bool(written) and all(word.isupper() for word in written)
        self._headline = sum(word[0].isupper() for word in written) > 0.6 * len(written)
        self._terms: list[str] = []
        self._variants: dict[int, tuple[str, ...]] = {}
        self._names: list[int] = []
        self._begin = 0  # of the sentence, in the terms
        self._asks = False  # the sentence has a question word
        self._did = False  # and its `do`
        self._counted = False  # the sentence has a word after which one or many matters
        self._starts = True  # the next word is the sentence's first

    def meaning(self) -> Meaning | None:
        for place, token in enumerate(self._tokens):
            match token.kind:
                case Kind.WORD:
                    self._word(place, token.text)
                case Kind.SIGN | Kind.LINE:
                    self._sign(place, token)
                case Kind.NUMBER:
                    self._number(place, token.text)
                case Kind.FIXED:
                    self._add(token.text)
        self._end_sentence(asked=False)
        if not self._terms:
            return None
        return Meaning(tuple(self._terms), self._variants, frozenset(self._names))

    def _number(self, place: int, text: str) -> None:
        before, _ = self._beside(place)
        self._add(f"#{text}")
        if before is not None and before.text in words.CURRENCIES:
            self._add(words.CURRENCIES[before.text])  # as in `5 dollars`

    # signs

    def _sign(self, place: int, token: Token) -> None:
        before, after = self._beside(place)
        if token.text in words.CURRENCIES and after is not None and after.kind is Kind.NUMBER:
            return
        if token.kind is Kind.LINE:
            if _is(before, Kind.NUMBER) and _is(after, Kind.NUMBER):
                self._add("\n")
            self._starts = True
            return
        if token.text in _ENDS and not _counts(before, token, after):
            self._end_sentence(asked=token.text == "?")
        elif token.text == "," and self._terms and self._terms[-1] in ("no", "yes"):
            self._add(",")
        elif token.text not in _DROPPED or _counts(before, token, after):
            self._add(token.text)

    def _end_sentence(self, asked: bool) -> None:
        """`you are coming?` is not `you are coming`; `what ... is` ends as `what is ...` begins."""
        sentence = self._terms[self._begin :]
        if self._asks and sentence and sentence[-1] in words.BEING:
            del self._terms[-1]
        if asked and sentence and not self._asks and not sentence[0].endswith("?"):
            self._add("?")
        self._begin, self._starts = len(self._terms), True
        self._asks = self._did = self._counted = False

    def _beside(self, place: int) -> tuple[Token | None, Token | None]:
        return (
            self._tokens[place - 1] if place else None,
            self._tokens[place + 1] if place + 1 < len(self._tokens) else None,
        )

    # words

    def _word(self, place: int, written: str) -> None:
        before, after = self._beside(place)
        starts, self._starts = self._starts, False
        written = words.SPELLINGS.get(written, written)
        if _is_number(before) and written in words.UNITS:
            self._add(words.UNITS[written])
        elif self._case_matters(written, starts, before, after):
            self._add(written)
        else:
            named = written[0].isupper() and not starts and not self._shouted and not self._headline
            parts = _parts(written.lower())
            for part, following in zip(parts, [*parts[1:], self._following(place)], strict=True):
                self._lower(part, place, following, starts, named)
                starts = False

    def _case_matters(self, written: str, starts: bool, before: Token | None, after: Token | None) -> bool:
        """Of a unit after its number, of a letter that names something, and of capitals that spell another word."""
        if _is_number(before) and len(written) < 4 and not written.islower():
            return True
        if written == "A":
            return not self._shouted and (not starts or _is(after, Kind.SIGN))
        if len(written) == 1:
            return written not in "aiI"
        if self._shouted or written.islower():
            return False
        if len(written) == 2 and written.lower() not in words.SHORT:
            return True  # Bb is not BB
        is_mixed = not written.isupper() and written != written[0] + written[1:].lower()
        return is_mixed or (written.isupper() and written.lower() in words.CAPITALS_MATTER)

    def _lower(self, word: str, place: int, following: str, starts: bool, named: bool) -> None:
        if word in words.ARTICLES:
            if following in words.ARTICLE_MATTERS or following.endswith("est"):
                self._add(word)
        elif word in words.AUXILIARIES:
            self._auxiliary(word, following, starts)
        elif named and word in words.CAPITAL_MATTERS:
            self._add(word.capitalize())
        elif not (number := self._number_word(word, place)):
            self._asks |= word in words.ASKING
            self._plain(word, named, self._tokens[place].text.islower())
        elif number != "-":
            self._add(f"#{number}")

    def _following(self, place: int) -> str:
        after = self._beside(place)[1]
        return after.text.lower() if after is not None and after.kind is Kind.WORD else ""

    def _auxiliary(self, word: str, following: str, starts: bool) -> None:
        """One that begins a sentence asks for a yes or no; after a question word it is only the question's form."""
        if starts:
            self._add(f"{'be' if word in words.BEING else 'do' if word in words.DOING else word}?")
        elif word in words.BEING and self._follows_question_word():
            return
        elif word in words.DOING and self._asks and not self._did and following not in ("", "not"):
            self._did = True
        else:
            self._add(word)

    def _follows_question_word(self) -> bool:
        sentence = self._terms[self._begin :]
        return bool(sentence) and (sentence[-1] in words.ASKING or (len(sentence) == 2 and sentence[0] == "how"))

    def _number_word(self, word: str, place: int) -> str | None:
        """The number that a word says; `-` for the second half of `twenty-five`."""
        before, after = self._beside(place)
        if word in words.TENS and after is not None and after.text == "-" and place + 2 < len(self._tokens):
            ones = words.ONES.get(self._tokens[place + 2].text.lower(), 0)
            return str(words.TENS[word] + ones)
        if (
            before is not None
            and before.text == "-"
            and place > 1
            and self._tokens[place - 2].text.lower() in words.TENS
        ):
            return "-" if word in words.ONES else None
        return str(words.TENS[word]) if word in words.TENS else words.NUMBERS.get(word)

    def _plain(self, word: str, named: bool, is_lower: bool) -> None:
        if named:
            self._names.append(len(self._terms))
        elif others := (*self._singular(word), *(self._spelling.meant(word) if is_lower else ())):
            self._variants[len(self._terms)] = tuple(dict.fromkeys(map(_agreed, others)))
        self._add(words.american(word) if named else _agreed(word))

    def _singular(self, word: str) -> tuple[str, ...]:
        if word in words.IRREGULAR:
            return (words.IRREGULAR[word],)
        if len(word) < 4 or not word.endswith("s") or word in words.KEEPS_S or word.endswith(("ss", "us", "is")):
            return ()
        if self._counted:
            return ()
        return tuple(islice(filter(self._spelling.knows, _singulars(word)), 1))

    def _add(self, term: str) -> None:
        self._terms.append(term)
        self._counted |= term in words.SUPERLATIVE or (len(term) > 5 and term.endswith("est"))
        self._starts = False


def _parts(lower: str) -> list[str]:
    if expanded := words.CONTRACTIONS.get(lower):
        return expanded.split()
    return [lower[:-2], "'s"] if lower.endswith("'s") else [words.american(lower)]


def _agreed(word: str) -> str:
    word = words.american(word)
    return words.SYNONYMS.get(word, word)


def _singulars(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        yield word[:-2]
    yield word[:-1]


def _counts(before: Token | None, sign: Token, after: Token | None) -> bool:
    """Whether a sign that is mostly punctuation is more: a minus, a ratio, 5' and 5", f'(x), 5!, man-eating."""
    if sign.text == "-":
        joined = _joins(before, sign) and after is not None and after.start == sign.end
        return _is_term(before) or _is_term(after) or (joined and after is not None and after.text.endswith("ing"))
    if sign.text == ":":
        return _is(before, Kind.NUMBER) and _is(after, Kind.NUMBER)
    return sign.text in _MARKS and _joins(before, sign) and _is_term(before)


def _joins(before: Token | None, sign: Token) -> bool:
    return before is not None and before.end == sign.start


def _is_term(token: Token | None) -> bool:
    """A number, an operator or a single letter: part of a formula."""
    if token is None:
        return False
    return token.kind is Kind.NUMBER or token.text in _OPERATORS or (token.kind is Kind.WORD and len(token.text) == 1)


def _is_number(token: Token | None) -> bool:
    return token is not None and (token.kind is Kind.NUMBER or token.text.lower() in words.NUMBERS)


def _is(token: Token | None, kind: Kind) -> bool:
    return token is not None and token.kind is kind
