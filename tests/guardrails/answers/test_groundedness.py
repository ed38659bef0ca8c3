"""What of an answer stands in its sources: words, numbers, names."""

from __future__ import annotations

import pytest

from nightshift.guardrails.answers.groundedness import Groundedness
from nightshift.guardrails.subjects import Batch, Subject

POLICY = (
    "Returns: customers may return unused articles within 30 days of delivery. The refund is paid to the original "
    "means of payment within five working days. Shipping costs of 4.95 EUR are not refunded. Maria Keller leads the "
    "returns desk in Leipzig, which handles about 1,200 parcels a day."
)
GERMAN = (
    "Rückgabe: Kunden können unbenutzte Artikel innerhalb von 30 Tagen nach der Lieferung zurückgeben. Die Erstattung "
    "erfolgt innerhalb von fünf Werktagen. Die Versandkosten von 4,95 Euro werden nicht erstattet."
)
CHINESE = "退货政策：顾客可在收到商品后30天内退回未使用的商品。退款将在五个工作日内退回原支付方式。运费不予退还。"

GROUNDED = {
    "quoted": (POLICY, "Customers may return unused articles within 30 days of delivery."),
    "in other words": (
        POLICY,
        "You can return an unused article for 30 days after its delivery; the refund takes 5 working days.",
    ),
    "other spelling of a number": (
        POLICY,
        "The desk handles 1200 parcels a day, and shipping of 4,95 EUR is not refunded.",
    ),
    "names": (POLICY, "Please ask Maria Keller at the returns desk in Leipzig."),
    "a list": (POLICY, "1. Return the unused article.\n2. Wait for the refund.\n3. Shipping costs are not refunded."),
    "german": (GERMAN, "Sie können unbenutzte Artikel 30 Tage lang zurückgeben. Die Erstattung dauert fünf Werktage."),
    "chinese": (CHINESE, "顾客可在30天内退回未使用的商品，退款将在五个工作日内退回。"),
    "yes": (POLICY, "Yes."),
}
UNGROUNDED = {
    "another subject": (
        POLICY,
        "Jupiter is the largest planet of the solar system and has dozens of moons.",
        "UNGROUNDED",
    ),
    "another number": (POLICY, "Customers may return unused articles within 60 days of delivery.", "UNGROUNDED_NUMBER"),
    "another price": (POLICY, "Shipping costs of 5.95 EUR are not refunded.", "UNGROUNDED_NUMBER"),
    "another name": (
        POLICY,
        "Please ask the returns desk for Petra Vogel, she leads the returns in Leipzig.",
        "UNGROUNDED_NAME",
    ),
    "german number": (GERMAN, "Sie können unbenutzte Artikel 14 Tage lang zurückgeben.", "UNGROUNDED_NUMBER"),
    "german subject": (
        GERMAN,
        "Der größte Planet unseres Sonnensystems besitzt zahlreiche Monde und Ringe.",
        "UNGROUNDED",
    ),
    "chinese subject": (CHINESE, "木星是太阳系中最大的行星，拥有许多卫星。", "UNGROUNDED"),
}


def found(source: str, text: str, check: Groundedness | None = None) -> set[str]:
    (hits,) = (check or Groundedness()).detect(
        Batch([Subject(text, "assistant", "How about returns?", None, (source,))])
    )
    return {hit.entity for hit in hits}


@pytest.mark.parametrize("name", GROUNDED)
def test_what_stands_in_the_source_passes(name: str) -> None:
    assert found(*GROUNDED[name]) == set()


@pytest.mark.parametrize("name", UNGROUNDED)
def test_what_stands_nowhere_is_a_hit(name: str) -> None:
    source, text, entity = UNGROUNDED[name]
    assert entity in found(source, text)


def test_numbers_and_names_are_shown_where_they_stand() -> None:
    text = "Ask Petra in Leipzig within 60 days."
    (hits,) = Groundedness().detect(Batch([Subject(text, "assistant", None, None, (POLICY,))]))
    assert {text[hit.start : hit.end] for hit in hits} == {"Petra", "60"}


def test_a_question_may_be_repeated() -> None:
    subject = Subject("On 17 May in Toledo.", "assistant", "What was on 17 May in Toledo?", None, (POLICY,))
    assert Groundedness(report=("numbers", "names")).detect(Batch([subject])) == [[]]


def test_an_answer_without_sources_is_not_judged() -> None:
    assert Groundedness().detect(Batch([Subject("Jupiter has 95 moons.", "assistant", "How many?")])) == [[]]


def test_what_is_reported_can_be_chosen() -> None:
    text = UNGROUNDED["another subject"][1] + " It has 95 moons."
    assert found(POLICY, text, Groundedness(report=("numbers",))) == {"UNGROUNDED_NUMBER"}
    assert found(POLICY, text, Groundedness(least_share=0.0, report=("share",))) == set()
