"""IP addresses, and the versions, headings and hardware addresses that look like them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address

from nightshift.guardrails.personal_data.shapes import Gate, nearness, words
from nightshift.guardrails.verdict import Hit

# Behind the address a port may stand, as tcpdump writes it, or the end of a range.
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = re.compile(
    rf"(?<![\w.])(?:(?<!\d-)|(?<=\.\d-)|(?<=\.\d\d-)|(?<=\.\d\d\d-))(?P<address>(?:{_OCTET}\.){{3}}{_OCTET})"
    r"(?:\.(?P<port>\d{1,5}))?(?!\w|\.\d|-\d(?!\d{0,2}\.\d{1,3}\.\d))",
    re.ASCII,
)
# A label with a colon may be glued to it. Addresses in use begin with few of all possible groups.
_FIRST = r"(?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}|fe80):"
_IPV6 = re.compile(
    rf"(?:(?<![\w:.])|(?<=[g-z]:)|(?<=[a-z]:)(?={_FIRST})|(?<=[g-z]\d:)|(?<=[g-z]\d\d:))"
    r"(?P<address>(?:[0-9a-f]{0,4}:){2,8}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4}|(?<=::)))"
    r"(?:\.\d{1,5}(?= >|: ))?(?!\w|:[\w:]|\.\w)",
    re.IGNORECASE | re.ASCII,
)
# A label may read as a group itself, and so may the number of a line.
_LABEL = re.compile(rf"(?!{_FIRST})(?:[a-f]{{1,4}}|\d{{1,4}}):(?={_FIRST})", re.IGNORECASE | re.ASCII)
# These directly before it make four numbers a version, whatever they are.
_SURE = r"ver|versions?|build|firmware|driver|rev|revision|patch|sdk|package|oid"
_LINK = r"(?:,? (?:to|is|and|or|version|number|no|nr|(?:from )?v?[\d.]{3,20})\b\.?)*"  # "version 1.2.3 to "
_SIGNS = r"[ :=(\"'v#/-]{0,4}$"
_VERSION = rf"\bv\.?$|\b(?:{_SURE})\b\.?{_LINK}{_SIGNS}"
# These do where the numbers are as small as those of versions and headings.
_LIKELY = (
    r"release[sd]?|upgrad\w+|updat\w+|install\w*|section|sect|chapter|clause|paragraph|appendix|art|article|figure"
    r"|table|step"
)
_NUMBERED = rf"(?:\b(?:{_LIKELY}|{_SURE})\b|§)[^\n@]{{0,24}}$|[^/]/$|(?:[~^]|[<>]=? |[<>~=!]=) ?\"?$"
_NUMBERED_RIGHT_HERE = rf"(?:\b(?:{_LIKELY})|§){_LINK}(?: from)?{_SIGNS}"
_REQUIREMENT = r"[\w.\]-](?:[=~<>!]=|\^)\"?$"  # name==1.2.3.4
_ADDRESSES = (
    r"(?:\b|_)ips?(?:\b|_)|\b(?:ip_?addr\w*|ipv4|address(?:es)?|host|server|client|gateway|dns|ping|from|remote"
    r"|src|dst|ssh|connect(?:ed|ion)|adresse|dirección|indirizzo)\b|адрес|地址|アドレス"
)
_NOBODYS = ("127.0.", "0.0.0.", "255.255.", "169.254.169.254")
_SMALL = 40
_NO_OCTET = 256


class IpAddresses:
    """Addresses of this machine, of nobody, of a net's mask and of a cloud's metadata are no personal data."""

    entities = ("IP_ADDRESS",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(r"\d\.\d{1,3}\.\d{1,3}\.\d"), Gate(r"[0-9a-f:]:[0-9a-f]{0,4}:[0-9a-f:]"))

    def find(self, text: str) -> Iterator[Hit]:
        for match in _IPV4.finditer(text):
            score = _score_of_ip(text, match)
            if score:
                yield Hit("IP_ADDRESS", *match.span("address"), score)
        for match in _IPV6.finditer(text):
            start, end = match.span("address")
            label = _LABEL.match(text, start, end)
            if label is not None and _is_ipv6(text[label.end() : end]):
                start = label.end()
            if _is_ipv6(text[start:end]):
                yield Hit("IP_ADDRESS", start, end, 0.96)


def _score_of_ip(text: str, match: re.Match[str]) -> float:
    value, start, end = match["address"], *match.span("address")
    if re.search(r"\b0\d", value) or value.startswith(_NOBODYS):
        return 0.0
    octets = [int(octet) for octet in value.split(".")]
    if match["port"] and not _is_port(text, match, octets):
        return 0.0
    if _is_version(text[max(0, start - 40) : start], octets):
        return 0.2
    # Four small numbers, or what a package requires, are no address unless the text speaks of addresses.
    is_required = words(_REQUIREMENT).search(text[max(0, start - 4) : start]) is not None
    if is_required or (max(octets) < _SMALL and octets[0] != 10):
        return 0.3 + nearness(_ADDRESSES, text, start, end)
    return 0.95


def _is_port(text: str, match: re.Match[str], octets: list[int]) -> bool:
    """Five numbers with dots are a heading, unless they are too large for one and the last is no fifth octet."""
    if max(octets) < _SMALL:
        return False
    return _NO_OCTET <= int(match["port"]) < 1 << 16 or text.startswith((" >", ": "), match.end())


def _is_version(before: str, octets: list[int]) -> bool:
    if words(_VERSION).search(before) or (before.endswith("/") and not any(octets[1:])):  # Chrome/120.0.0.0
        return True
    if max(octets[:3]) >= _SMALL:
        return False
    return words(_NUMBERED_RIGHT_HERE if octets[0] == 10 else _NUMBERED).search(before) is not None


def _is_ipv6(value: str) -> bool:
    groups = value.split(":")
    if sum(map(len, groups)) < 4 or not any(character.isdigit() for character in value):
        return False
    if {*map(len, groups)} == {2}:  # EUI-64: hardware
        return False
    try:
        return isinstance(ip_address(value), IPv6Address)
    except ValueError:
        return False
