"""Values in commands and calls: options of programs, SQL, a name and a password in brackets."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nightshift.guardrails.secrets.plausible import is_placeholder, looks_chosen, looks_random
from nightshift.guardrails.verdict import Hit

_ARGUMENT = r"(?P<quote>[\"']?)(?P<value>[^\s\"'<>]{4,256})(?P=quote)"
# The options that a program itself calls a password, and what tells other uses of them apart.
_PROGRAMS = "|".join(
    (
        r"sshpass\b[^\n]{0,40}? -p ?",
        r"(?:docker|podman|helm|az|oc)\b[^\n]{0,80}?\blogin\b[^\n]{0,200}? -p ",
        r"(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n]{0,200}? -p",
        r"(?:mongosh?|mongodump|mongorestore)\b[^\n]{0,200}? -p ",
        r"redis-cli\b[^\n]{0,200}? -a ",
        r"7z[ar]?\b[^\n]{0,80}? -p",
        r"(?:un)?zip\b[^\n]{0,80}? -P ?",
        r"(?:sqlcmd|bcp)\b[^\n]{0,200}? -P ?",
        r"(?:ldap(?:search|add|modify|whoami))\b[^\n]{0,200}? -w ",
        r"(?:plink|pscp|psftp)\b[^\n]{0,200}? -pw ",
        r"openssl\b[^\n]{0,200}? (?:-k |-pass(?:in|out)? pass:)",
        r"net use\b[^\n]{0,200}? /user:[^\s]{1,64} ",
        r"vault login (?:-no-print )?(?:token=)?",
    )
)
_OPTION = re.compile(
    r"(?:--(?:[a-z]{1,20}-){0,3}(?:password|passwd|pass|token|api-?key|secret|secret-key|access-key)[= ]"
    rf"|\b(?-i:{_PROGRAMS}))(?![/-]){_ARGUMENT}",
    re.IGNORECASE,
)
# A name and a password behind one word: "credentials: admin / hunter2".
_LOGIN_PAIR = re.compile(
    r"\b(?:credentials?|creds|login|logon)(?: (?:is|are"
    r"|with))?[ ]?:?[ ][\"']?[^\s/:\"']{2,64}[\"']? ?/ ?[\"']?(?P<value>[^\s\"'<>,;]{5,64})",
    re.IGNORECASE,
)
_NET_USER = re.compile(rf"\bnet user [^\s]{{1,64}} {_ARGUMENT}")
# As programs write it, or behind the rest of a statement: people are identified by something, too.
_SQL = re.compile(
    r"(?:(?-i:\b(?=IDENTIFIED))|\b(?:create|alter|grant)\b[^;]{1,120}?\b)"
    r"identified(?: with [\w'\"]{1,40})? by (?:values )?[\"'](?P<value>[^\s\"']{4,128})[\"']"
    r"|\b(?:(?:create|alter) user(?: if not exists)?|(?-i:USER))"
    r" [\w\"'@%.]{1,64} identified by (?P<bare>[^\s\"';]{4,128})",
    re.IGNORECASE,
)
# Calls whose second argument is a password.
_CALL = re.compile(
    r"(?:\bauth=|basic_?auth(?:entication)?=?|HTTP(?:Basic|Digest)Auth|NetworkCredential|PasswordAuthentication"
    r"|UsernamePasswordCredentials?|PasswordCredential|PlainAuth|\b(?:login|logon|sign_?in|authenticate))"
    r"\(\s{0,8}(?:\"\",\s?)?[\"'][^\"'\n]{1,64}[\"']\s{0,2},\s{0,8}[\"'](?P<value>[^\"'\n\\]{4,128})[\"']",
    re.IGNORECASE,
)
_SECURE = re.compile(
    r"ConvertTo-SecureString(?: -String)?[ ][\"'](?P<value>[^\"'\n]{4,128})[\"']|"
    r"\.auth\([\"'](?P<token>[A-Za-z0-9_-]{24,128})[\"']\)",
    re.IGNORECASE,
)
# A line of .pgpass; its port is one of the usual ones, or any.
_PGPASS = re.compile(
    r"^[\w.*-]{1,100}:(?:5[0-9]{3}|6432|\*):[\w.*-]{1,64}:[\w.*-]{1,64}:(?P<value>[^\s:]{4,128})$", re.MULTILINE
)
_ORACLE = re.compile(
    r"\b(?:jdbc:oracle:[a-z]{3,6}:|sqlplus (?:-[a-z]{1,8} )?)[^\s/:@]{1,64}/(?P<value>[^\s/@\"']{3,128})@",
    re.IGNORECASE,
)
_ENCODED = re.compile(
    r"(?:\b|(?<=:))_?auth[\"']?[ ]?[:=][ ]?[\"']?(?P<value>[A-Za-z0-9+/]{12,512}={0,2})(?![\w+/=])", re.IGNORECASE
)
# Words that stand for a wallet or a vault: so many, and none of one or two letters, as a sentence has.
_PHRASE = re.compile(
    r"\b(?:recovery|seed|mnemonic|backup)[ _-]?(?:phrase|words)?[\"']?(?: is| are)?[ ]?[:=]?[ ]{0,2}[\"']?"
    r"(?P<value>(?:[a-z]{3,8}[ ]){11}(?:(?:[a-z]{3,8}[ ]){12})?[a-z]{3,8})(?![ ]?[a-z])"
)


@dataclass(frozen=True, slots=True)
class Values:
    """Values at a place that only a password or a token takes."""

    gate: str
    expression: re.Pattern[str]
    is_value: Callable[[str], bool] = looks_chosen

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((self.gate,),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in self.expression.finditer(text):
            group = match.lastgroup or "value"
            group = "value" if group == "quote" else group
            if not is_placeholder(match[group]) and self.is_value(match[group]):
                yield Hit("SECRET", *match.span(group), 0.8)


class EncodedLogins:
    """`"auth": "..."` of container registries and npm: a name, a colon and a password in base64."""

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((r"_?auth[\"']?[ ]?[:=][ ]?[\"']?[A-Za-z0-9+/]{12}",),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _ENCODED.finditer(text):
            if _is_login(match["value"]):
                yield Hit("SECRET", *match.span("value"), 0.9)


class Phrases:
    """The twelve or twenty-four words that open a wallet."""

    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((r"(?:recovery|seed|mnemonic|backup)[^a-z]",),)

    def find(self, text: str) -> Iterator[Hit]:
        for match in _PHRASE.finditer(text):
            yield Hit("SECRET", *match.span("value"), 0.9)


def _is_login(value: str) -> bool:
    try:
        decoded = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    name, colon, password = decoded.partition(b":")
    return bool(name and colon and len(password) > 3) and decoded.isascii() and decoded.decode().isprintable()


COMMANDS = (
    Values(
        r"--(?:[a-z]+-){0,3}(?:pass|token|api-?key|secret|access-key)"
        r"|sshpass|mysql|mariadb|docker|podman|\bhelm\b|\bmongo|redis-cli|\b7z|zip\b|sqlcmd|\bbcp\b|\bldap|plink|pscp"
        r"|openssl|\bnet use|vault login",
        _OPTION,
    ),
    Values(r"\bnet user ", _NET_USER, looks_random),
    Values(r"(?:credentials?|creds|login|logon)\b", _LOGIN_PAIR),
    Values(r"\bidentified\b", _SQL),
    Values(r"(?:auth|credentials?|login|logon|sign_?in|authenticate)=?\(", _CALL),
    Values(r"securestring|\.auth\(", _SECURE),
    Values(r":(?:5[0-9]{3}|6432|\*):[^:\s]+:[^:\s]+:", _PGPASS),
    Values(r"jdbc:oracle|sqlplus", _ORACLE),
    EncodedLogins(),
    Phrases(),
)
