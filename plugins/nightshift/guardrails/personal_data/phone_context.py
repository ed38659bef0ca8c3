"""The words and fields around a telephone number."""

from __future__ import annotations

import re

from nightshift.guardrails.personal_data.headers import header_of, parameter_of
from nightshift.guardrails.personal_data.shapes import AFTER, BEFORE, OTHER_LABEL, last_end, words

# Labels, verbs that ask for a number, and what stands behind one on a business card. RE2 knows letters as \pL.
PHONE_WORDS = (
    r"(?:my|your|his|her|their|our|new|old)(?: (?:new|old))? number(?:'s)?\b|(?:\b|_)(?:(?:tele|cell|mobile|home"
    r"|work|office|smart|i|alt|other|main|primary|secondary|contact|customer|client|user|guest|billing|shipping"
    r"|emergency|business|day|evening)?[ _-]?phones?|tel(?:ephone|efon[a-z]*|efoon[a-z]*|[eé]fono|efone)?"
    r"|t[ée]l[ée]phon[a-z]*|t[ée]l|cell(?:ular)?|mob(?:ile|iel)?|fax|fon|ph|gsm|whatsapp|signal|sms|text(?:ing)?"
    r"|calls?|called|calling"
    r"|callback|dial(?:l?ed|l?ing)?|hotline|helpline|landline|contact|reach(?:ed)? (?:me|us|you|him|her|them|out"
    r"|(?:my|our|your|his|her|their) \pL+|the (?:office|team|reception|clinic|helpdesk|front desk|support))"
    r"|ring|answering|caller(?:[ _]?id)?|msisdn|viber|zalo|kontakt|get (?:me|us) (?:on|at)"
    r"|voice ?mail|pager|direct line"
    r"|messages? to|message on|registered(?: number)?|extension|desk|switchboard|handy(?:nummer)?|mobil[a-z]*"
    r"|rufnummer|telefax"
    r"|anruf[a-z]*|anzurufen|rufen|erreich[a-z]*|durchwahl|r[üu]e?ckruf|portable|fixe|appel[a-z]*|joindre|joignable|m[óo]vil"
    r"|celular|cel|ll[áa]m[a-zé]+"
    r"|telem[óo]vel|contacto|ligue|ligar|fone|cellulare|chiam[a-z]+|recapito|telefoonnummer|bel|bellen"
    r"|bereik[a-z]*|tlf|tfno?|puh(?:elin)?"
    r"|puhelinnumero|matkapuhelin|soita|soittaa|kom(?:[óo]rka)?|dzwo[a-z]+|volej[a-z]*|zavolej[a-z]*|cep|ara"
    r"|nomor|no\. ?hp|hp|telp"
    r"|hubungi|sđt|đt)(?:\b|_|\d\b|(?:no|nr|num|numbers?|nummer)\b)"
    r"|zadzwo|hívj|hívh|sunaţi|sunați|suna[tț]i|arayın|điện thoại|gọi|phone_|_(?:phone|mobile|tel|fax)|тел|звон"
    r"|моб|факс|дзвон|номер"
    r"|電話|电话|手机|携帯|連絡先|ファックス|致电|聯絡|联系|전화|휴대|연락|팩스|โทร|τηλ|κινητ|טלפון|נייד|هاتف"
    r"|جوال|تلفن|موبايل|फ़ोन|फोन|मोबाइल|ফোন"
)
# "T +44 ..." at the beginning of a line of a business card.
_INITIAL = (
    r"(?:(?:home|work|office|private|privat|business|main|direct) ?[:=] {0,4}|(?:^|\n|[|;•·] ?)[TMFP][:.]? {0,4})"
)
PHONE_GATES = (PHONE_WORDS, _INITIAL + r"[+(\d]", r"\b(?:office|home|work|direct|main|desk)\b", "@")
_ANNOUNCING = rf"{PHONE_WORDS}|{_INITIAL}$"
_BEHIND = (
    r"^[ \"',)/:|-]{0,4}(?:\(?(?:office|fax|mobile|mob|cell|home|work|phone|tel|direct|desk|main|landline"
    r"|whatsapp|gsm|handy|mobil)\b|numara[dmnsy]|számon|번으로|に電話|に連絡|.{0,3}(?:手机|电话|電話|携帯))"
    r"|^,? (?:(?:is|was) )?(?:still |now |also )?(?:my|your|his|her|their|our) [a-z ]{0,16}(?:number|phone"
    r"|mobile|cell)\b"
)
_SENTENCE = re.compile(r"[.!;]\s+[^\W\d_]{3}")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_BETWEEN, _DIGITS_BETWEEN = 5, 2
# Words between "call" and a number. Any other two and the sentence is not about the number, unless a colon ends it.
_FUNCTION_WORDS_TEXT = (
    "is was are be on at to the my our your his her their me us him them number numbers no nr num out via by from new"
    " old direct line office"
    " home work mobile cell phone under for with of and or a this that it please just directly now today"
    " tomorrow any time anytime s m"
    " unter auf mich uns ihn sie die der das lautet ist neue meine unsere nummer telefonnummer zu au aux le la"
    " les mon ma est numero"
    " al el los mi tu su es nuevo en a ao para o meu minha e per il mio num ero op me mij naar het is mijn til"
    " meg mig pa pod na mnie"
    " moj je to az a szamon nr di nomor saya kami ke minulle numeroon numerosta numer numerem mi mig numret"
    " engem beni bana numaram here there free if you can could need would reach call either file record ufficio"
)
_FUNCTION_WORDS = frozenset(_FUNCTION_WORDS_TEXT.split())
# Another number of the same list: "phone 555 0101 or ..."
_ANOTHER = re.compile(r"[\s:.#]{1,4}[+(]?\d[\d ()./-]{5,18}(?:\W{1,3}(?:or|and|ou|oder|und|o|y|et|e)?\W{0,3})")
# A field of a row or a form that also has an e-mail address.
_IN_RECORD = re.compile(r"@[\w.-]{4,60}[>)\"']{0,2} ?[,;|\t\n] ?[\"']?$")
_BEFORE_MAIL = re.compile(r"[\"']? ?[,;|\t] ?[\"']?[\w.+-]{1,64}@")
_NEAR = 16

_PREPOSITIONS = frozenset(
    ("on", "at", "under", "via", "by", "unter", "auf", "au", "al", "ao", "op", "til", "pod", "na", "di", "ke")
)

# `S + 59 - 38 - 28 = ` is a sum: its plus stands between two terms, or a sign and a term follow. A word is no term.
_TERM_BEFORE = re.compile(r"(?:[\d)\]}=×/+\-]|(?<!\*)\*|(?<![^\W\d_])[^\W\d_]) ?$")
_SUM_AFTER = re.compile(r" ?(?:[=×^] ?(?:[-+(\d?]|[a-z]\b|$)|\*{1,2} ?(?:[\d(]|[a-z]\b))")


def context(text: str, start: int, end: int) -> float:
    """What the text around a number adds to its score."""
    before = parameter_of(text[max(0, start - BEFORE) : start])
    if words(OTHER_LABEL).search(before[-40:]):
        return -0.5
    if words(_BEHIND).search(text[end : end + AFTER]) or _is_announced(before):
        return 0.5
    header = header_of(text, start)
    if header and words(PHONE_WORDS).search(header):
        return 0.5
    return 0.5 if _IN_RECORD.search(before) or _BEFORE_MAIL.match(text, end) else 0.0


def is_labelled(text: str, start: int, end: int) -> bool:
    """Whether a label stands right before or behind: what a number of six digits needs."""
    behind = words(_BEHIND).search(text[end : end + AFTER])
    return bool(behind or words(_ANNOUNCING).search(text[max(0, start - _NEAR) : start]))


def is_sum(text: str, start: int, end: int) -> bool:
    """Whether what looks like a number is a calculation."""
    if text.startswith("+", start):
        return text.startswith("+ ", start) and _TERM_BEFORE.search(text[max(0, start - 4) : start]) is not None
    return _SUM_AFTER.match(text, end) is not None


def _is_announced(before: str) -> bool:
    """In the same sentence, and no other kind of number between."""
    label = last_end(words(_ANNOUNCING), before)
    if not label:
        return False
    between = before[label:]
    if between.startswith("(") and not between.startswith(("(s)", "(m", "(h", "(w", "(c", "(p")):  # a call in code
        return False
    if _SENTENCE.search(between) or _is_prose(between):
        return False
    return sum(map(str.isdigit, between)) <= _DIGITS_BETWEEN or _ANOTHER.fullmatch(between) is not None


def _is_prose(between: str) -> bool:
    found: list[str] = _WORD.findall(between)
    # A capital begins the name of whom the number belongs to.
    others = sum(word.isascii() and word.islower() and word not in _FUNCTION_WORDS for word in found)
    if between.rstrip(" \"'(").endswith((":", "=", "：")):
        return others > 3
    if found and found[-1].lower() in _PREPOSITIONS:
        return others > 2
    return others > 0 or len(found) > _WORDS_BETWEEN
