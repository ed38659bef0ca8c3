"""The language of an answer."""

from __future__ import annotations

import pytest

from nightshift.errors import Misconfigured
from nightshift.guardrails.answers.language import Language
from nightshift.guardrails.subjects import Batch, Subject

TEXTS = {
    "en": "Your parcel left our warehouse this morning and should reach you by Friday.",
    "de": "Ihr Paket hat heute Morgen unser Lager verlassen und sollte Sie bis Freitag erreichen.",
    "fr": "Votre colis a quitté notre entrepôt ce matin et devrait vous parvenir d'ici vendredi.",
    "es": "Su paquete salió de nuestro almacén esta mañana y debería llegarle antes del viernes.",
    "it": "Il suo pacco ha lasciato il nostro magazzino questa mattina e dovrebbe arrivare entro venerdì.",
    "pt": "O seu pacote saiu do nosso armazém esta manhã e deve chegar até sexta-feira.",
    "nl": "Uw pakket heeft vanmorgen ons magazijn verlaten en zou vrijdag bij u moeten zijn.",
    "pl": "Państwa paczka opuściła dziś rano nasz magazyn i powinna dotrzeć do piątku.",
    "sv": "Ditt paket lämnade vårt lager i morse och bör vara hos dig senast på fredag.",
    "tr": "Paketiniz bu sabah depomuzdan çıktı ve cuma gününe kadar size ulaşması gerekiyor.",
    "ru": "Ваша посылка покинула наш склад сегодня утром и должна прибыть до пятницы.",
    "ar": "غادر طردك مستودعنا هذا الصباح ومن المفترض أن يصلك بحلول يوم الجمعة.",
    "hi": "आपका पार्सल आज सुबह हमारे गोदाम से निकल गया है और शुक्रवार तक पहुँच जाना चाहिए।",
    "zh": "您的包裹今天早上已离开我们的仓库，预计星期五之前送达。",
    "ja": "お荷物は今朝倉庫を出発し、金曜日までに届く予定です。",
    "ko": "고객님의 소포는 오늘 아침 창고에서 출발했으며 금요일까지 도착할 예정입니다.",
}


def strays(check: Language, answer: str, question: str | None = None) -> bool:
    return check.detect(Batch([Subject(answer, "assistant", question)])) != [[]]


@pytest.mark.parametrize("language", TEXTS)
def test_an_allowed_language_passes_and_every_other_is_a_hit(language: str) -> None:
    check = Language((language,))
    assert {name for name, text in TEXTS.items() if not strays(check, text)} == {language}


@pytest.mark.parametrize("language", TEXTS)
def test_an_answer_has_to_be_in_the_language_of_its_question(language: str) -> None:
    check = Language(as_question=True)
    others = [name for name, text in TEXTS.items() if strays(check, text, TEXTS[language])]
    assert sorted(others) == sorted(set(TEXTS) - {language})


@pytest.mark.parametrize(
    "text",
    ["42", "OK", "{}", "x = y + 1", "ACME GmbH", "```python\nfor item in items: print(item)\n```", "€ 12,50", "7:45"],
)
def test_what_is_in_no_language_passes(text: str) -> None:
    assert not strays(Language(("ja",)), text)


def test_code_and_addresses_do_not_count() -> None:
    text = f"{TEXTS['de']}\n```\nfor each item in the list of items print the name of the item\n```\nhttps://example.com/the/way"
    assert not strays(Language(("de",)), text)


@pytest.mark.parametrize("question", [None, "", "42?", "ABC"])
def test_a_question_in_no_language_allows_any(question: str | None) -> None:
    assert not strays(Language(as_question=True), TEXTS["de"], question)


def test_a_language_that_is_not_known_is_the_operator_s_mistake() -> None:
    with pytest.raises(Misconfigured, match=r"'xx' of a guardrail rule is not known; known: .*, de, "):
        Language(("de", "xx"))
