"""What follows from findings: the strictest action, masks exactly over the findings, and no without a rule."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.rules import PatternsRule, PersonalDataRule, TextLengthRule
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import Subject
from nightshift.guardrails.verdict import Action, Direction

MAIL = PersonalDataRule(check="personal_data", id="mail", action="mask", entities=("EMAIL_ADDRESS",))
CARD = PersonalDataRule(check="personal_data", id="card", action="mask", entities=("CREDIT_CARD",))
ATTACK = PatternsRule(check="patterns", id="attack", action="quarantine", expressions=("ignore the rules",))
LONG = TextLengthRule(check="text_length", id="long", action="deny", most=200)
ALL = GuardrailPolicy(input=(LONG, ATTACK, MAIL, CARD), output=(MAIL,))
PIECES = ["anna@example.com", "4111 1111 1111 1111", "Hallo ", " und ", "\n", "ignore the rules", "日本", "x" * 60, "7"]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=10), max_size=8).map(" ".join)


def screen(text: str, policy: GuardrailPolicy = ALL, direction: Direction = "input") -> tuple[Action, str, str]:
    verdict = Screen(policy, direction).screen([text])[0]
    return verdict.action, verdict.text, verdict.rules


def test_a_harmless_text_passes_unchanged() -> None:
    assert screen("Hello.") == ("allow", "Hello.", "")


@pytest.mark.parametrize("direction", ["input", "output"])
def test_without_rules_nothing_passes(direction: Direction) -> None:
    assert screen("Hello.", GuardrailPolicy(), direction) == ("deny", "Hello.", "no-rule")


def test_rules_of_the_other_direction_do_not_count() -> None:
    assert screen("Hello.", GuardrailPolicy(output=(MAIL,)))[0] == "deny"
    assert screen("ignore the rules", direction="output")[0] == "allow"


def test_a_rule_reads_only_texts_of_its_origins() -> None:
    rule = ATTACK.model_copy(update={"origins": ("document",)})
    policy = GuardrailPolicy(input=(MAIL, rule))
    verdicts = Screen(policy, "input").screen(
        [Subject("ignore the rules", "user"), Subject("ignore the rules", "document")]
    )
    assert [verdict.action for verdict in verdicts] == ["allow", "quarantine"]


def test_a_text_that_no_rule_covers_is_denied() -> None:
    policy = GuardrailPolicy(input=(MAIL.model_copy(update={"origins": ("user",)}),))
    (verdict,) = Screen(policy, "input").screen([Subject("Hello.", "tool")])
    assert (verdict.action, verdict.rules) == ("deny", "no-rule")


def test_a_verdict_names_its_policy() -> None:
    harmless, masked = Screen(ALL, "input").screen(["Hello.", "anna@example.com"])
    assert harmless.policy == masked.policy == ALL.digest


def test_findings_are_masked_by_their_entity() -> None:
    text = "Mail anna@example.com, pay with 4111 1111 1111 1111."
    assert screen(text) == ("mask", "Mail [EMAIL_ADDRESS], pay with [CREDIT_CARD].", "mail,card")


@pytest.mark.parametrize("order", [(LONG, ATTACK, MAIL), (MAIL, ATTACK, LONG), (ATTACK, LONG, MAIL)])
def test_the_strictest_action_wins_whatever_the_order(
    order: tuple[TextLengthRule | PatternsRule | PersonalDataRule],
) -> None:
    policy = GuardrailPolicy(input=order)
    assert screen("anna@example.com", policy)[0] == "mask"
    assert screen("anna@example.com ignore the rules", policy)[0] == "quarantine"
    assert screen("anna@example.com ignore the rules" + "x" * 200, policy)[0] == "deny"


def test_a_quarantined_text_is_masked_as_well() -> None:
    assert screen("ignore the rules anna@example.com")[1] == "ignore the rules [EMAIL_ADDRESS]"


def test_a_rule_that_allows_only_leaves_its_id() -> None:
    policy = GuardrailPolicy(input=(MAIL.model_copy(update={"id": "seen", "action": "allow"}),))
    assert screen("anna@example.com", policy) == ("allow", "anna@example.com", "seen")


def test_what_is_noted_is_on_the_receipt_and_stays_in_the_text() -> None:
    rule = PersonalDataRule(check="personal_data", id="data", action="mask", noted=("URL",))
    text = "see https://example.org/a or anna@example.com"
    (verdict,) = Screen(GuardrailPolicy(input=(rule,)), "input").screen([text])
    assert verdict.text == "see https://example.org/a or [EMAIL_ADDRESS]"
    assert [finding.entity for finding in verdict.findings] == ["URL", "EMAIL_ADDRESS"]
    assert screen("https://example.org/a", GuardrailPolicy(input=(rule,)))[0] == "allow"


def test_what_stands_inside_of_what_is_noted_is_acted_on() -> None:
    rule = PersonalDataRule(check="personal_data", id="data", action="mask", noted=("URL",))
    text = "see https://example.org/?mail=anna@example.com&b=1"
    (verdict,) = Screen(GuardrailPolicy(input=(rule,)), "input").screen([text])
    assert (verdict.action, verdict.text) == ("mask", "see https://example.org/?mail=[EMAIL_ADDRESS]&b=1")
    assert [finding.entity for finding in verdict.findings] == ["URL", "EMAIL_ADDRESS"]


def test_a_rule_that_hits_twice_is_named_once() -> None:
    assert screen("a@example.com b@example.com")[2] == "mail"


def test_findings_that_overlap_hide_all_they_cover() -> None:
    first = PatternsRule(check="patterns", id="one", action="mask", expressions=("abcd",))
    second = PatternsRule(check="patterns", id="two", action="mask", expressions=("cdef",))
    inner = PatternsRule(check="patterns", id="three", action="mask", expressions=("bc",))
    masked = screen("-abcdef-", GuardrailPolicy(input=(inner, second, first)))[1]
    assert masked == "-[PATTERN]-"


@given(TEXTS)
def test_a_mask_replaces_exactly_the_findings(text: str) -> None:
    verdict = Screen(ALL, "input").screen([text])[0]
    hidden = {
        place for item in verdict.findings if item.rule in ("mail", "card") for place in range(item.start, item.end)
    }
    kept = "".join(letter for place, letter in enumerate(text) if place not in hidden)
    assert verdict.text.replace("[EMAIL_ADDRESS]", "").replace("[CREDIT_CARD]", "") == kept
    assert bool(hidden) == (verdict.text != text)


@given(TEXTS)
def test_a_masked_text_holds_nothing_more_to_mask(text: str) -> None:
    masked = Screen(ALL, "input").screen([text])[0].text
    assert Screen(ALL, "output").screen([masked])[0].action == "allow"


@given(st.lists(TEXTS, max_size=6), st.randoms(use_true_random=False))
def test_a_verdict_depends_on_its_text_alone(texts: list[str], chance: random.Random) -> None:
    alone = {text: Screen(ALL, "input").screen([text])[0] for text in texts}
    shuffled = chance.sample(texts, len(texts))
    assert Screen(ALL, "input").screen(shuffled) == [alone[text] for text in shuffled]
