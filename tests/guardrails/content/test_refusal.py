"""Refusals in sixteen languages, and what only sounds like one."""

from __future__ import annotations

import time

import pytest

from nightshift.guardrails.content.refusal import READ, Refusals
from nightshift.guardrails.subjects import Batch, Subject

REFUSALS = Refusals()

DECLINING = {
    "en": (
        "I\u2019m sorry, but I can\u2019t help with that.",
        "I cannot assist with this request.",
        "I apologize, but I am not able to provide instructions for making that.",
        "As a large language model, I won't generate that kind of content.",
        "Sorry, that's not something I can help with.",
        "I understand this is urgent, but I can't share that information.",
        "I must respectfully decline.",
        "I'm not comfortable discussing this topic.",
        "Thank you for asking. Unfortunately, I am unable to answer this question.",
    ),
    "de": (
        "Es tut mir leid, aber dabei kann ich dir nicht helfen.",
        "Leider darf ich Ihnen dazu keine Auskunft geben.",
        "Ich kann diese Frage nicht beantworten.",
        "Entschuldigung, ich bin nicht in der Lage, diese Anfrage zu beantworten.",
        "Das kann ich leider nicht beantworten.",
    ),
    "fr": (
        "Je suis désolée, mais je ne peux pas répondre à cette question.",
        "Malheureusement, je ne suis pas en mesure de vous aider sur ce point.",
        "Désolé, je ne peux pas t'aider à faire cela.",
        "En tant qu'assistant, je ne peux pas fournir ces instructions.",
    ),
    "es": (
        "Lo siento, no puedo ayudarte con esa solicitud.",
        "Lo lamento, pero no puedo responder a esa pregunta.",
        "Como modelo de lenguaje, no puedo generar ese contenido.",
    ),
    "it": ("Mi dispiace, non posso rispondere a questa domanda.", "Purtroppo non posso aiutarla in questo."),
    "pt": ("Sinto muito, mas não posso responder a essa pergunta.", "Desculpe, não consigo ajudar com esse pedido."),
    "nl": ("Helaas kan ik u daar niet bij helpen.", "Het spijt me, ik kan deze informatie niet geven."),
    "pl": (
        "Przepraszam, ale nie mogę odpowiedzieć na to pytanie.",
        "Niestety nie jestem w stanie pomóc w tej sprawie.",
    ),
    "sv": ("Tyvärr kan jag inte hjälpa till med det.", "Förlåt, men jag kan inte svara på det."),
    "tr": ("Üzgünüm, bu isteğinize yardımcı olamam.", "Maalesef bu soruya yanıt veremem."),
    "ru": ("Простите, но я не могу ответить на этот вопрос.", "К сожалению, я не смогу вам помочь."),
    "ar": ("آسف، لا أستطيع الإجابة على هذا السؤال.", "عذرًا، لا يمكنني مساعدتك في ذلك."),
    "hi": ("मुझे खेद है, मैं इस अनुरोध में सहायता नहीं कर सकता।", "क्षमा करें, मैं इस प्रश्न का उत्तर नहीं दे सकती।"),
    "zh": ("对不起，我无法回答这个问题。", "很抱歉，我不能协助您完成这项请求。"),
    "ja": ("申し訳ございませんが、その質問にはお答えできません。", "すみません、その依頼には対応できません。"),
    "ko": ("죄송합니다만, 그 질문에는 답변할 수 없습니다.", "죄송하지만 도움을 드릴 수 없습니다."),
}
HELPING = {
    "en": (
        "I'm sorry to hear that. Your refund is on its way.",
        "Tell the customer: I cannot help with that.",
        "I cannot find an order with this number; please check it.",
        "Unfortunately the item is out of stock. I can offer you another one.",
        "I can't recommend this restaurant enough!",
        "I understand. Please restart the app, then sign in again.",
        "We will not share your data with anyone else? Here is our policy: your data stays with us.",
        "Sorry for the delay, here is the answer.",
    ),
    "de": (
        "Es tut mir leid, dass das Paket zu spät kam. Wir erstatten das Porto.",
        "Leider ist der Artikel nicht lieferbar.",
        "Ich kann Ihnen gern helfen.",
        "Ich kann im System keine Bestellung finden.",
    ),
    "fr": ("Je suis désolé pour ce retard. Votre colis arrive demain.", "Malheureusement, l'article est épuisé."),
    "es": ("Lo siento por la demora. Su pedido llega mañana.", "No puedo encontrar su pedido con ese número."),
    "it": ("Mi dispiace per il ritardo. Il pacco arriva domani.", "Non è un problema, ci penso io."),
    "pt": ("Desculpe pelo atraso. O pacote chega amanhã.", "Não se preocupe, posso ajudar."),
    "nl": ("Helaas is het artikel niet leverbaar.", "Ik kan u daar graag mee helpen."),
    "pl": ("Przepraszam za opóźnienie. Paczka dotrze jutro.", "Nie ma problemu, mogę pomóc."),
    "sv": ("Tyvärr är varan slut.", "Jag kan hjälpa dig med det."),
    "tr": ("Üzgünüm, paketiniz gecikti. Yarın gelecek.", "Size yardımcı olabilirim."),
    "ru": ("Извините за задержку. Посылка придёт завтра.", "Я могу вам помочь."),
    "ar": ("عذرًا على التأخير. ستصل الطرد غدًا.", "يمكنني مساعدتك."),
    "hi": ("देरी के लिए क्षमा करें। आपका पार्सल कल आएगा।", "मैं आपकी मदद कर सकता हूँ।"),
    "zh": ("抱歉让您久等了，包裹明天到达。", "我可以帮助您。"),
    "ja": ("お待たせして申し訳ありません。荷物は明日届きます。", "はい、お手伝いできます。"),
    "ko": ("늦어서 죄송합니다. 소포는 내일 도착합니다.", "네, 도와드릴 수 있습니다."),
}


@pytest.mark.parametrize("language", DECLINING)
def test_a_refusal_is_recognised(language: str) -> None:
    assert [text for text in DECLINING[language] if not REFUSALS.declines(text)] == []


@pytest.mark.parametrize("language", HELPING)
def test_politeness_and_bad_news_are_no_refusal(language: str) -> None:
    assert [text for text in HELPING[language] if REFUSALS.declines(text)] == []


def test_the_hit_is_what_declines() -> None:
    text = "  \u201cI\u2019m sorry, but I can\u2019t help with that. Ask somebody else."
    ((hit,),) = REFUSALS.detect(Batch([Subject(text, "assistant")]))
    assert text[hit.start : hit.end] == "I\u2019m sorry, but I can\u2019t help"


def test_only_the_beginning_counts() -> None:
    assert not REFUSALS.declines("Here is the letter you asked for:\n\nI cannot help with that.")


@pytest.mark.parametrize("unit", ["i am sorry ", "but ", "ich kann ", "죄송", "मैं ", ".", "yes "])
def test_a_long_answer_takes_no_longer(unit: str) -> None:
    started = time.thread_time()
    REFUSALS.declines(unit * 200_000)
    assert time.thread_time() - started < 0.2
    assert len(unit * 200_000) > READ
