"""Precise rules for instructions that a text has no right to give. Their hits are features of the trained model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nightshift.guardrails.injection.action_phrases import ACTIONS
from nightshift.guardrails.injection.asian_languages import ASIAN
from nightshift.guardrails.injection.disguise_phrases import DISGUISES
from nightshift.guardrails.injection.european_languages import EUROPEAN
from nightshift.guardrails.injection.foreign_phrases import TURNS
from nightshift.guardrails.injection.further_languages import FURTHER
from nightshift.guardrails.injection.matching import Combination, Found, Matcher
from nightshift.guardrails.injection.mention import Mention
from nightshift.guardrails.injection.orders_phrases import ORDERS
from nightshift.guardrails.injection.persona_phrases import PERSONAS
from nightshift.guardrails.injection.searching import searchable
from nightshift.guardrails.normalisation import View

PHRASES = (*ORDERS, *PERSONAS, *DISGUISES, *ACTIONS)

_DROP = (
    r"\b(?:ignore|disregard|revoke|repeal|rescind|countermand|nullify|unload|wipe|disobey|suspend|lift|forget|"
    r"overlook|discard|skip|neglect|override|bypass|scrap|abandon|erase|cancel|void|drop|"
    r"pay no attention to|never ?mind|set aside|(?:do not|don'?t|stop|cease|quit) (?:follow|obey|listen|apply)\w*|"
    r"throw (?:away|out)|delete)\b"
)
_PRIOR = (
    r"\b(?:previous(?:ly)?|prior|preceding|above|earlier|before|foregoing|past|initial|original|existing|former|"
    r"current|all|any|every\w*|your|"
    r"given|told|so far|until now|up to now|last|old|other|standing)\b"
)
_ORDERS = (
    r"\b(?:instructions?|directions|directives?|orders|commands?|rules?|guidelines?|guidance|(?:system )?prompts?|"
    r"constraints?|restrictions?|"
    r"programming|briefing|protocols?|safeguards?|guardrails?|polic(?:y|ies)|sentences?|statements|assignment)\b"
)
_COMBINATIONS = (
    Combination("override", 0.9, ("en_drop", "en_prior", "en_orders"), ordered=True, reach=30),
    Combination("override-foreign", 0.85, ("drop", "orders", "prior"), ordered=False, reach=60),
    Combination("override-foreign", 0.85, ("orders", "drop_last", "prior"), ordered=False, reach=50),
    Combination("override-foreign", 0.8, ("drop", "prompt"), ordered=True, reach=40),
    Combination("override-foreign", 0.8, ("prompt", "drop_last"), ordered=True, reach=40),
    Combination("reveal-prompt-foreign", 0.8, ("show", "prompt"), ordered=True),
    Combination("reveal-prompt-foreign", 0.8, ("prompt", "show_last"), ordered=True),
    Combination("reveal-prompt-foreign", 0.8, ("show", "en_prompt"), ordered=True),
    Combination("reveal-prompt-foreign", 0.8, ("en_prompt", "show_last"), ordered=True),
    Combination("prompt-mention", 0.4, ("prompt",), ordered=True),
    Combination("override-foreign", 0.6, ("drop", "everything"), ordered=True, reach=30),
    Combination("override-foreign", 0.6, ("everything", "drop_last"), ordered=True, reach=50),
    Combination("persona-foreign", 0.5, ("from_now_on",), ordered=True),
    Combination("unrestricted-foreign", 0.5, ("freedom",), ordered=True),
    Combination("unrestricted-foreign", 0.85, ("from_now_on", "freedom"), ordered=False, reach=60),
    Combination("secret-foreign", 0.45, ("show", "password"), ordered=True, reach=50),
    Combination("secret-foreign", 0.45, ("password", "show_last"), ordered=True, reach=30),
)

_TABLES = (*EUROPEAN.values(), *ASIAN.values(), *FURTHER.values())


def _words() -> dict[str, str]:
    words = {**TURNS, "en_drop": _DROP, "en_prior": _PRIOR, "en_orders": _ORDERS, "en_prompt": r"\bsystem[ -]?prompt"}
    for kind in ("drop", "drop_last", "prior", "orders", "show", "show_last", "prompt"):
        words[kind] = "|".join(table[kind] for table in _TABLES if kind in table)
    return words


RULE_NAMES: tuple[str, ...] = tuple(
    sorted({*(phrase.rule for phrase in PHRASES), *(combination.rule for combination in _COMBINATIONS), "disguised"})
)
"""Every rule that can hit. Names are stable: trained models and policies refer to them."""

_PAYLOADS = frozenset({"code-execution", "exact-output", "special-token", "split-payload"})

# Below this a hit says nothing.
_WEAKEST = 0.1


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule's match; `start` and `end` are characters of the original text."""

    rule: str
    start: int
    end: int
    weight: float
    said: tuple[int, int] | None = None  # the same in the undisguised text; None for what is hidden in it


class InjectionRules:
    """The rules, compiled at first use; one object serves a whole process."""

    def __init__(self) -> None:
        self._matcher = Matcher(PHRASES, _words(), _COMBINATIONS)

    def detect_text(self, view: View) -> list[RuleHit]:
        plain = view.plain
        hits = [
            RuleHit(found.rule, *plain.span(found.start, found.end), found.weight, (found.start, found.end))
            for found in self._used(plain.text)
        ]
        for hidden in view.decoded:
            hits += _hidden_hits("encoded-instruction", self._used(hidden.text), hidden.start, hidden.end)
        if hits and not _DISGUISING.isdisjoint(view.tricks):
            hits += [RuleHit("disguised", hit.start, hit.end, hit.weight, hit.said) for hit in hits[:1]]
        return list(dict.fromkeys(hits))

    def _used(self, text: str) -> Iterator[Found]:
        searched = searchable(text)
        mention = Mention(searched)
        for found in self._matcher.found(searched):
            weight = found.weight * mention.use(found.start, found.end, found.rule in _PAYLOADS)
            if weight >= _WEAKEST:
                yield found._replace(weight=weight)


_DISGUISING = frozenset(
    {"bidi", "control", "entities", "fancy-letters", "homoglyphs", "invisible", "leet", "percent", "spacing", "zalgo"}
)


def _hidden_hits(rule: str, found: Iterable[Found], start: int, end: int) -> list[RuleHit]:
    heaviest = max((one.weight for one in found), default=0.0)
    return [RuleHit(rule, start, end, max(0.8, heaviest))] if heaviest else []
