"""Credentials inside URLs, connection strings and HTTP headers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nightshift.guardrails.secrets.plausible import is_made_up, is_placeholder, looks_random
from nightshift.guardrails.verdict import Hit

_NAME = r"(?:(?<=smb://)[\w.-]{1,64};)?[^\s:/@\"'<>`,;|()]{0,128}"
_URL = re.compile(
    rf"(?P<whole>\b(?P<scheme>[a-z][a-z0-9+.-]{{1,24}}+)://{_NAME}:(?P<password>[^\s/@\"'<>`]{{1,256}}(?:[^\s/@\"'<>`]*@(?=[^\s@\"'<>`]*@)[^\s/@\"'<>`]*)?)@"
    r"[A-Za-z0-9\[\]._:,%-]{1,255}(?:[/?][^\s\"'<>`,;)\]}]*)?)",
    re.IGNORECASE,
)
# The address of a store with its user names the target as much as the password opens it: all of it is masked.
_STORES = re.compile(
    r"(?:postgres|postgis|mysql|mariadb|mongo|redis|amqp|mssql|sqlserver|oracle|cockroach|clickhouse|snowflake"
    r"|cassandra|neo4j|bolt|kafka|jdbc|rabbit|memcache|elastic|couch|db2|cloudsql|ldap|smtp|imap|nats|mqtt)",
    re.I,
)
_HEADER = re.compile(
    r"(?:authorization|x-[a-z-]{0,24}(?:key|token|auth|secret)|api-key|private-token|ocp-apim-subscription-key"
    r"|\bbearer)"
    r"[\"']?\s{0,3}[:=]?\s{0,3}[\"']?(?:(?:bearer|basic|token|apikey|key)\s{0,3})?(?P<value>[A-Za-z0-9._~+/=:-]{12,4096})",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"\bcookie(?:[\"']?\s{0,3}[:=]\s{0,3}[\"']?|[ ]token[ ])", re.IGNORECASE)
_CRUMB = re.compile(r"(?:(?P<name>[\w.-]{1,64})=(?!=))?(?P<value>[A-Za-z0-9._~+/=:%-]{0,4096})")
_NEXT_CRUMB = re.compile(r"[^\s;\"'<>]{0,256};[ ]?")
_COUNTS_VISITS = re.compile(r"_g[a-z]|_fb|__utm", re.IGNORECASE)
_BASIC = re.compile(r"\bbasic\s+(?P<value>[A-Za-z0-9+/]{12,512}={0,2})(?![A-Za-z0-9])", re.IGNORECASE)
_PAIRS = re.compile(
    r"(?:account_?key|shared_?access_?(?:key|signature)|sharedsecret|[?&]sig|[?&]x-amz-(?:signature"
    r"|security-token)|[?&](?:api_?key|access_token|auth_token|token|key|client_secret|password|secret|code))"
    r"=(?P<value>[A-Za-z0-9%+/=_.~-]{16,1024})",
    re.IGNORECASE,
)
_CURL = re.compile(
    r"\bcurl\b[^\n]{0,400}?\s(?:-u|--user|--proxy-user)[ =]+[\"']?(?P<value>[^\s:\"']{1,64}:[^\s\"']{3,128})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Values that stand in one place of a larger form."""

    gate: str
    expression: re.Pattern[str]

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((self.gate,),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in self.expression.finditer(text):
            value = match["value"].rstrip(".,:;")
            if _is_value(value):
                yield Hit("SECRET", match.start("value"), match.start("value") + len(value), 0.9)


def _is_value(value: str) -> bool:
    if is_placeholder(value) or is_made_up(value):
        return False
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))


class Cookies:
    """Those pairs of a cookie whose value looks drawn; what counts visits opens nothing."""

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((r"\bcookie",),)

    def find(self, text: str) -> Iterator[Hit]:
        at = 0
        while header := _COOKIE.search(text, at):
            at = header.end()
            while crumb := _CRUMB.match(text, at):
                value = crumb["value"].rstrip(".,:;")
                if _is_session(crumb["name"] or "", value):
                    yield Hit("SECRET", crumb.start("value"), crumb.start("value") + len(value), 0.9)
                at = crumb.end()
                following = _NEXT_CRUMB.match(text, at)
                if following is None:
                    break
                at = following.end()


def _is_session(name: str, value: str) -> bool:
    if len(value) < 12 or _COUNTS_VISITS.match(name) or not _is_value(value) or not looks_random(value):
        return False
    kinds = [one.isdigit() for one in value if one.isalnum()]
    # "accepted-2024-01-01" has one turn from letters to digits or back, and "spring2024sale" two.
    return sum(one != other for one, other in itertools.pairwise(kinds)) > 2


class UrlCredentials:
    """`https://user:password@host`: the password; the whole where it is the address of a store."""

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((r"://[^\s/@]*:[^\s/]+@",),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _URL.finditer(text):
            if is_placeholder(match["password"]):
                continue
            group = "whole" if _STORES.match(match["scheme"]) else "password"
            end = match.end(group)
            while group == "whole" and text[end - 1] in ".:!?":
                end -= 1
            yield Hit("SECRET", match.start(group), end, 0.95)


CONNECTIONS = (
    UrlCredentials(),
    Credentials(r"authorization|x-[a-z-]*(?:key|token|auth|secret)|api-key|private-token|\bbearer\b|ocp-apim", _HEADER),
    Cookies(),
    Credentials(r"\bbasic\s+[A-Za-z0-9+/]{4}", _BASIC),
    Credentials(r"(?:key|signature|secret|sig|token|code|password)=[A-Za-z0-9%+/=_.~-]{4}", _PAIRS),
    Credentials(r"\bcurl\s", _CURL),
)
