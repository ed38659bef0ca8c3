"""E-mail addresses, URLs and domains, IP addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from nightshift.guardrails.personal_data.shapes import Gate, nearness, words
from nightshift.guardrails.verdict import Hit

# Local part and labels are bounded as RFC 5321 and RFC 1035 bound them, so that matching stays linear. No word boundary
# is asked for on either side: Chinese and Japanese write no spaces around an address.
_EMAIL = re.compile(
    r"(?:(?<![\w.+%'-])[\w.+%'-]{1,64}+|[\w.+-]{1,64})@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:[a-z]{2,24}"
    r"|xn--[a-z0-9-]{2,59})(?![a-z0-9])",
    re.IGNORECASE,
)


class MailAddresses:
    entities = ("EMAIL_ADDRESS",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate("@"),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _EMAIL.finditer(text):
            start, end = match.span()
            while text[start] in ".'%-+" and start < end - 1:
                start += 1
            if text[start] != "@" and not _is_password(text, start):
                yield Hit("EMAIL_ADDRESS", start, end, 0.99)


def _is_password(text: str, start: int) -> bool:
    """`scheme://user:password@host` is no address."""
    if start == 0 or text[start - 1] != ":":
        return False
    head = text[max(0, start - 160) : start]
    return "://" in head[head.rfind(" ") + 1 :]


_URL = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:https?|ftps?|sftp|wss?)://"
    r"|www\d?\.(?=[\w-]+\.[a-z]))[^\s<>\"`{}|\\^\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]{3,2048}",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"(?<![\w@./\\:=$%~-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}(?P<top>[a-z]{2,24})(?![\w@(-]"
    r"|\.[\w])(?P<path>/[^\s<>\"'`{}|\\^,;)]{0,512})?",
    re.IGNORECASE | re.ASCII,
)
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
_ENDS = ".,;:!?'*_~…"


class Urls:
    entities = ("URL",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(r"://|www\d?\.|[a-z0-9]\.[a-z]{2}"),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _URL.finditer(text):
            end = _end(text, *match.span())
            if end - match.start() > 7:
                yield Hit("URL", match.start(), end, 1.0)
        for match in _DOMAIN.finditer(text):
            score = _score_of_domain(text, match)
            if score:
                yield Hit("URL", match.start(), _end(text, *match.span()), score)


def _end(text: str, start: int, end: int) -> int:
    """Where a URL ends: without the sentence's punctuation and without a bracket that opened before it."""
    while end > start:
        last = text[end - 1]
        if last in _ENDS or (last in ")]" and not _opens(text, start, end)):
            end -= 1
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


_IPV4 = re.compile(
    r"(?<![\w.])(?<![\d][-,])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d|-\d)",
    re.ASCII,
)
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4})(?![\w:]|\.\w)",
    re.IGNORECASE | re.ASCII,
)
_VERSIONS = (
    r"\bv\.?$|(?:\b(?:ver|versions?|release[sd]?|build|firmware|driver|upgrad\w+|updat\w+|install\w*|section|sect"
    r"|chapter|clause|rev|revision"
    r"|patch|sdk|package|oid|paragraph|appendix|art|article|figure|table|step)\b|§)[^\n@]{0,24}$|== ?\"?$|[~^><]=? ?$"
)
_ADDRESSES = (
    r"(?:\b|_)ips?(?:\b|_)|\b(?:ip_?addr\w*|ipv4|address(?:es)?|host|server|client|gateway|dns|ping|from|remote"
    r"|src|dst|adresse|dirección|indirizzo)\b|адрес|地址|アドレス"
)


class IpAddresses:
    """Addresses of this machine, of nobody and of a net's mask are no personal data."""

    entities = ("IP_ADDRESS",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(r"\d\.\d{1,3}\.\d{1,3}\.\d"), Gate(r"[0-9a-f:]:[0-9a-f]{0,4}:[0-9a-f:]"))

    def find(self, text: str) -> Iterator[Hit]:
        for match in _IPV4.finditer(text):
            score = _score_of_ip(text, match)
            if score:
                yield Hit("IP_ADDRESS", match.start(), match.end(), score)
        for match in _IPV6.finditer(text):
            if _is_ipv6(match[0]):
                yield Hit("IP_ADDRESS", match.start(), match.end(), 0.96)


def _score_of_ip(text: str, match: re.Match[str]) -> float:
    value = match[0]
    if any(len(octet) > 1 and octet[0] == "0" for octet in value.split(".")):
        return 0.0
    address = ip_address(value)
    if not isinstance(address, IPv4Address) or value.startswith(("127.0.", "0.0.0.", "255.255.")):
        return 0.0
    if words(_VERSIONS).search(text[max(0, match.start() - 40) : match.start()]):
        return 0.2
    # Four small numbers are a version or a numbered heading, unless the text speaks of addresses.
    if all(int(octet) < 40 for octet in value.split(".")) and not value.startswith("10."):
        return 0.3 + nearness(_ADDRESSES, text, match.start(), match.end())
    return 0.95


def _is_ipv6(value: str) -> bool:
    groups = value.split(":")
    if sum(map(len, groups)) < 4 or not any(character.isdigit() for character in value):
        return False
    try:
        return isinstance(ip_address(value), IPv6Address)
    except ValueError:
        return False
