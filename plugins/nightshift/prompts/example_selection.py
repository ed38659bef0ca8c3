"""Which of a prompt version's examples a row is shown, within a budget of tokens.

`fixed` shows every row the same ones, the first of examples.json that fit: they stand before the row, in the part that
providers cache. `nearest` shows each row those that share most of its words, rare words counting more; they stand in
the row's own message, because what differs from row to row ends the part that a provider can cache.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from nightshift.storage.documents import Document

# English has about 4 bytes per token; the same rule as for prices in the sandbox.
BYTES_PER_TOKEN = 4
OPENING, CLOSING = "<examples>", "</examples>"
# Words; in scripts without spaces between them pairs of characters do the same service.
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")

Variables = dict[str, str]


class ExampleChoice(Document):
    """`examples` of a prompt's config.yaml. Without a budget all examples are shown."""

    select: Literal["fixed", "nearest"] = "fixed"
    most_tokens: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def nearest_has_a_budget(self) -> Self:
        if self.select == "nearest" and self.most_tokens is None:
            raise ValueError("select: nearest needs most_tokens, the most that a row's examples may take")
        return self


class Shown:
    """One example as the model reads it."""

    def __init__(self, asked: str, answer: str) -> None:
        self.text = f"<example>\n{asked}\n<answer>\n{answer}\n</answer>\n</example>\n"
        self.tokens = -(-len(self.text.encode()) // BYTES_PER_TOKEN)


def first_within(examples: Sequence[Shown], most_tokens: int | None) -> int:
    """How many examples from the first on fit the budget."""
    if most_tokens is None:
        return len(examples)
    spent = 0
    for count, example in enumerate(examples):
        spent += example.tokens
        if spent > most_tokens:
            return count
    return len(examples)


class Nearest:
    """Finds a row's examples; built once for a prompt version. Equal rows get equal examples, in every run."""

    def __init__(self, examples: Sequence[Shown], variables: Sequence[Variables], most_tokens: int) -> None:
        self._examples, self._most = examples, most_tokens
        counts = [_words(each) for each in variables]
        seen = Counter(word for words in counts for word in words)
        self._weight = {word: math.log(1 + len(counts) / times) for word, times in seen.items()}
        self._holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, words in enumerate(counts):
            length = math.sqrt(sum(self._weight[word] ** 2 for word in words)) or 1.0
            for word in words:
                self._holding[word].append((place, self._weight[word] / length))

    def choose(self, variables: Variables) -> list[int]:
        """Places of the examples that fit, in the order of examples.json."""
        scores = [0.0] * len(self._examples)
        for word in sorted(_words(variables)):  # sorted: sums of floats depend on their order
            for place, share in self._holding.get(word, ()):
                scores[place] += self._weight[word] * share
        chosen, left = [], self._most
        for place in sorted(range(len(scores)), key=lambda place: (-scores[place], place)):
            if self._examples[place].tokens <= left:
                chosen.append(place)
                left -= self._examples[place].tokens
        return sorted(chosen)

    def before(self, variables: Variables) -> str:
        """What stands before a row's text in its message; nothing where no example fits."""
        texts = "".join(self._examples[place].text for place in self.choose(variables))
        return f"{OPENING}\n{texts}{CLOSING}\n\n" if texts else ""


def _words(variables: Variables) -> set[str]:
    found: set[str] = set()
    for name in sorted(variables):
        for word in _WORD.findall(variables[name].casefold()):
            if _UNSPACED.search(word) and len(word) > 1:
                found.update(word[start : start + 2] for start in range(len(word) - 1))
            else:
                found.add(word)
    return found


def with_nearest(
    render: Callable[[Variables], str], examples: Sequence[tuple[Variables, str]], most_tokens: int
) -> Callable[[Variables], str]:
    """`render`, with the examples (variables, answer) nearest to a row before its text."""
    shown = [Shown(render(variables), answer) for variables, answer in examples]
    nearest = Nearest(shown, [variables for variables, _ in examples], most_tokens)
    return lambda variables: nearest.before(variables) + render(variables)
