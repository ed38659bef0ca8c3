"""E-mail addresses, URLs and domains, and telephone numbers in links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.personal_data.shapes import Gate, nearness
from nightshift.guardrails.verdict import Hit

# Local part and labels are bounded as RFC 5321 and RFC 1035 bound them, so that matching stays linear. No word boundary
# is asked for on either side: Chinese and Japanese write no spaces around an address.
_EMAIL = re.compile(
    r"(?:(?<![\w.+%'-])[\w.+%'-]{1,64}+|[\w.+-]{1,64})@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?P<top>[a-z]{2,24}"
    r"|xn--[a-z0-9-]{2,59})(?![a-z0-9])",
    re.IGNORECASE,
)
# A letter that is not Latin and a Latin one behind it: the address begins where the script changes.
_CHANGE = re.compile(r"[^\W\d_A-Za-z\xaa-\u024f\u1e00-\u1eff](?=[A-Za-z])")
_FILES = frozenset(("png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css", "json", "html"))  # logo@2x.png


class MailAddresses:
    entities = ("EMAIL_ADDRESS",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate("@"),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _EMAIL.finditer(text):
            start, end = _begin(text, *match.span()), match.end()
            if text[start] != "@" and not _is_login(text, start, end) and match["top"].lower() not in _FILES:
                yield Hit("EMAIL_ADDRESS", start, end, 0.99)


def _begin(text: str, start: int, end: int) -> int:
    """Where an address begins: without the words it is glued to, and without quotation marks and the like."""
    for change in _CHANGE.finditer(text, start, text.index("@", start)):
        start = change.end()
    while text[start] in ".'%-+" and start < end - 1:
        start += 1
    return start


def _is_login(text: str, start: int, end: int) -> bool:
    """`scheme://user:password@host`, `scheme://user@host` and `git@host:path` are no addresses."""
    if text.startswith("git@", start) and text[end : end + 1] in (":", "/") and not text[end + 1 : end + 2].isspace():
        return True
    return text[max(0, start - 1)] in ":/" and _USER.search(text, max(0, start - 160), start) is not None


# What ends a URL: quotation marks, signs, emoji, invisible characters, and Chinese, Japanese and Korean, which write
# no spaces around it.
_STOPS = (
    r"\s<>\"`{}|\\^\xa0-\xbf\u2000-\u200f\u2016-\u2fff\u3000-\u9fff"
    r"\uac00-\ud7ff\ue000-\uf8ff\ufe00-\uffff\U0001f000-\U0001faff\U000e0000-\U0010ffff"
)
# What can stand between a scheme and the at sign of a login. The next field begins behind any of the others.
_USER = re.compile(rf"(?<!mailto)://[^/{_STOPS}',;()\[\]]*$")
# Without regard to case the signs would hold the Kelvin sign, and so a k.
_URL = re.compile(rf"(?<![A-Za-z0-9])(?i:(?:https?|ftps?|sftp|wss?)://|www\d?\.(?=[\w-]+\.[a-z]))[^{_STOPS}]{{3,2048}}")
_DOMAIN = re.compile(
    r"(?<![\w@./\\:=$%~-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}(?P<top>[a-z]{2,24})(?![\w@(-]"
    rf"|\.[\w])(?P<path>/[^{_STOPS}',;)]{{0,512}})?",
    re.IGNORECASE | re.ASCII,
)
# A URL in a form or a row of cells ends where the next field begins.
_PARTNERS = {",": ",", ";": ";", "'": "'", "=": "&"}
_NEXT_CELL = re.compile(
    r"[,;](?=[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?:[,;]|$)|https?://)"  # an e-mail, another URL
    r"|;(?<!&amp;)(?=[^=&/;]*(?:;|$))"  # `;a=1` is a parameter
    r"|&(?:quot|apos|[lg]t|nbsp|#3[49]);",
    re.IGNORECASE,
)
_NEXT_NUMBER = re.compile(r"(?<=[^\d,]),(?=\d++(?:[,;]|$))")
# Endings that are no endings of files, of sentences without a space, or of modules.
_TOPS_TEXT = "com org net edu gov biz info"
_TOPS = frozenset(_TOPS_TEXT.split())
_COUNTRIES_TEXT = (
    "ac ae ar at au be bg br ca ch cl cn co cy cz de dk ee es eu fi fr gr hk hr hu ie il in io ir it jp ke kr lt"
    " lu lv mx my ng"
    " nl no nz pe ph pk pt ro rs ru se sg si sk th tr tw ua uk us uy vn za app dev online shop site store xyz"
)
_COUNTRIES = frozenset(_COUNTRIES_TEXT.split())
_SECOND_TEXT = "co com org net edu gov ac gob or ne go"
_SECOND = frozenset(_SECOND_TEXT.split())
_SITES = r"\b(?:web ?sites?|sites?|webs?|domains?|url|visit|homepage|host|link|página|seite|sitio)\b|サイト|网站|сайт"
_ENDS = ".,;:!?'*_~…%"


class Urls:
    entities = ("URL",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(r"://|www\d?\.|[a-z0-9]\.[a-z]{2}"),)

    def find(self, text: str) -> Iterator[Hit]:
        at = 0
        while match := _URL.search(text, at):
            at = _next_field(text, *match.span())
            end = _end(text, match.start(), at)
            if end - match.start() > 7:
                yield Hit("URL", match.start(), end, 1.0)
        for match in _DOMAIN.finditer(text):
            score = _score_of_domain(text, match)
            if score:
                yield Hit("URL", match.start(), _end(text, *match.span()), score)


def _next_field(text: str, start: int, end: int) -> int:
    """Where the field ends that a URL is."""
    cell = _NEXT_CELL.search(text, start, end)
    if cell is not None:
        end = cell.start()
    partner = _PARTNERS.get(text[start - 1]) if start else None
    if partner is not None:
        place = text.find(partner, start, end)
        if place > 0 and (partner != "&" or text.find("?", start, place) < 0):
            end = place
    query = text.find("?", start, end)
    number = _NEXT_NUMBER.search(text, start, end if query < 0 else query)
    return number.start() if number is not None else end


def _end(text: str, start: int, end: int) -> int:
    """Where a URL ends: without the sentence's punctuation and without a bracket that opened before it."""
    while end > start:
        last = text[end - 1]
        if last in _ENDS or (last in ")]" and not _opens(text, start, end)):
            end -= 1
        elif text.endswith("'s", start, end):
            end -= 2
        else:
            break
    return end


def _opens(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    return text.count("(" if last == ")" else "[", start, end) >= text.count(last, start, end)


def _score_of_domain(text: str, match: re.Match[str]) -> float:
    labels = match[0][: match.end("top") - match.start()].split(".")
    top, name = labels[-1], labels[-2].lower()
    if top.lower() in _TOPS and len(name) > 1 and not (top.isupper() and not name.isupper()):
        return 0.6
    if top not in _COUNTRIES:
        return 0.0
    if name in _SECOND and len(labels) > 2:
        return 0.6
    if match["path"] or labels[0].lower() == "www":
        return 0.55 if len(name) > 2 else 0.3
    return 0.1 + nearness(_SITES, text, match.start(), match.end())


_CHAT = re.compile(r"\b(?:wa|t)\.me/(\+?[1-9]\d{9,14})(?![\w-])", re.IGNORECASE | re.ASCII)


class ChatLinks:
    """`wa.me/491713920123`: the path is the number."""

    entities = ("PHONE_NUMBER",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(r"\b(?:wa|t)\.me/\+?\d"),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _CHAT.finditer(text):
            yield Hit("PHONE_NUMBER", *match.span(1), 0.9)
