"""Values beside a word that announces one: `password: hunter2`, `API_KEY="..."`, `my token is ...`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.secrets.plausible import is_placeholder, looks_chosen, looks_random
from nightshift.guardrails.verdict import Hit

# What a person chooses and types.
_PASSWORD = (
    r"pass[ _-]?(?:word|phrase|code)|passwd|passwort|kennwort|pswd|pwd|pass|pw|mot de passe|mdp|contrase[ñn]a"
    r"|clave|senha|palavra-passe|wachtwoord|l[öo]senord"
    r"|adgangskode|passord|salasana|has[łl]o|heslo|jelsz[óo]|parol[aă]|lozinka|[şs]ifre|parola|m[ậa]t kh[ẩa]u"
    r"|kata sandi"
    r"|парол[ья]|密码|密碼|パスワード|暗証番号|비밀번호|รหัสผ่าน|סיסמה|סיסמא|كلمة المرور|كلمة السر|पासवर्ड|κωδικός"
)
# What a machine hands out.
_TOKEN = (
    r"(?:api|access|secret|auth|private|signing|encryption|master|account|service|app|client|consumer|storage"
    r"|subscription|shared|license|deploy|session|admin|license|webhook|hmac|jwt|cookie"
    r"|ssh)[ _-]?(?:access[ _-]?)?(?:key|token|secret)"
    r"|apikey|(?:bearer|refresh|id|csrf|bot|oauth2?|sas|personal access|github|slack|npm|security|device"
    r"|registration|push)[ _-]?token|token|secret(?:[ _-]?(?:access[ _-]?)?key)?|credentials?|creds"
    r"|clé (?:api|secrète)|api-?schlüssel|schlüssel|clave (?:api|secreta)|chave(?: de api)?|密钥|令牌|APIキー"
    r"|トークン|토큰|токен"
)
_SUFFIX = r"(?:_(?:prod|production|dev|test|staging|live|local|old|new|backup|key|base64|\d{1,2}))?"
_KEY = rf"(?P<name>(?:{_PASSWORD})|(?:{_TOKEN}))"
_JOIN = (
    r"(?P<join>[\"'`\]]{0,2}\s{0,3}(?::=|=>|=(?!=)|:|：|→|->)[ \t]{0,8}(?:\n[ \t]{0,8}(?=[^\s:]{6,128}(?:\s|$)))?"
    r"|[\"'`]?,[ ]?(?=[\"'`])"
    r"|[ \t]?\n[ \t]{0,12}value[\"']?[ ]?[:=][ ]?"  # name and value of an environment variable
    r"|[ ](?:(?:was|is|has been|got|now) )?(?:changed|set|reset|updated|rotated) to:?[ ]"
    r"|[\"']\s{1,4}value\s?=\s?"  # an attribute of XML
    r"|[ ]\((?=[^\s()]{12,128}\))|[ ]?\|[ ]?"
    r"|[ ]for (?:the |my |our |your )?[^\n:=,;]{1,32}[:=][ ]?"
    r"|[ ](?:for [^\n.:=]{1,40} )?(?:is|was|are|ist|lautet|est|es|é|è|är|er|on|to|je|то|это)[ ]?:?[ ]"
    r"|[ ](?=[\"'`][^\s\"'`]{6,64}[\"'`])"
    r"|[ ](?=[a-z0-9][^\s\"'<>]{5,64}(?:\s|$))"  # "username jdoe and password X"
    r"|(?:は|是|为|為|：|은 |는 |이 |가 )[ ]?"
    r"|>)"
)
_VALUE = (
    r"(?:\"(?P<double>[^\"\n\\]{3,512})\"|'(?P<single>[^'\n\\]{3,512})'|`(?P<tick>[^`\n]{3,512})`"
    r"|\\\"(?P<escaped>[^\"\n\\]{3,512})\\\""
    r"|(?P<bare>[^\s\"'`<>,;、。，；」』）|]{3,512}))"
)
_ASSIGNMENT = re.compile(
    rf"(?<![A-Za-z])(?:[A-Za-z0-9]{{1,40}}[_.-]){{0,6}}(?:PG)?{_KEY}{_SUFFIX}{_JOIN}{_VALUE}", re.IGNORECASE
)
_NEXT_FIELD = re.compile(r"&[\w.-]{1,64}=")
_NAME = re.compile(r"[A-Za-z][\w.@-]{1,63}:(?=.{4})")
_LOGIN = re.compile(
    r"user|login|log in|sign in|account|e-?mail|@|benutzer|usuario|utilisateur|credential", re.IGNORECASE
)
_LONGEST = 128
_IS_PASSWORD = re.compile(rf"(?:{_PASSWORD})\Z", re.IGNORECASE)
# `-p hunter2`, `--password hunter2`: options of programs.
_OPTION = re.compile(
    r"(?:--(?:password|passwd|pass|token|api-?key|secret|auth-token|access-token|client-secret)[= ]"
    r"|\bsshpass -p ?|\bdocker login\b[^\n]{0,200}? -p |\bmysql\b[^\n]{0,200}? -p)"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"'<>]{4,256})(?P=quote)",
    re.IGNORECASE,
)

# A name and a password behind one word: "credentials: admin / hunter2".
_LOGIN_PAIR = re.compile(
    r"\b(?:credentials?|creds|login|logon)(?: (?:is|are"
    r"|with))?[ ]?:?[ ][\"']?[^\s/:\"']{2,64}[\"']? ?/ ?[\"']?(?P<value>[^\s\"'<>,;]{5,64})",
    re.IGNORECASE,
)


class Assignments:
    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((rf"(?:{_PASSWORD}|{_TOKEN})(?:[^a-z]|$)",),)

    def find(self, text: str) -> Iterator[Hit]:
        at = 0
        while match := _ASSIGNMENT.search(text, at):
            group = match.lastgroup or "bare"
            end = _end(text, match, group)
            # What is no value may hold an assignment itself; a long one only in its end, so that time stays linear.
            at = max(match.end("join"), end - _LONGEST if group == "bare" else 0)
            if group == "bare" and not match["join"].strip() and not _is_beside(match, text[match.start(group) : end]):
                continue
            if match["join"] == ">" and not text.startswith("</", end):
                continue
            if _is_secret(match, group, text[match.start(group) : end]):
                yield Hit("SECRET", _start(text, match, group, end), end, 0.85)
                at = end


class Options:
    def gates(self) -> tuple[tuple[str, ...], ...]:
        return (
            (
                r"(?:credentials?|creds|login|logon)\b|--(?:pass|token|api-?key|secret|auth|access"
                r"|client)|sshpass|mysql|docker login",
            ),
        )

    def find(self, text: str) -> Iterator[Hit]:
        for match in (*_OPTION.finditer(text), *_LOGIN_PAIR.finditer(text)):
            if not is_placeholder(match["value"]) and looks_chosen(match["value"]):
                yield Hit("SECRET", *match.span("value"), 0.8)


def _end(text: str, match: re.Match[str], group: str) -> int:
    """Without the sentence's punctuation and the bracket around a bare value."""
    start, end = match.span(group)
    field = _NEXT_FIELD.search(text, start, end)
    if field:
        return field.start()
    if group != "bare":
        return end
    while end > start + 1 and (text[end - 1] in ".,;:?)" or (text[end - 1] in "]}" and not _opens(text, start, end))):
        if text[end - 1] == ")" and "(" in text[start:end]:
            break
        end -= 1
    return end


def _start(text: str, match: re.Match[str], group: str, end: int) -> int:
    """Behind the name in `creds: admin:hunter2`."""
    start = match.start(group)
    name = _NAME.match(text, start, end) if match["name"].lower().startswith("cred") else None
    return name.end() if name else start


def _opens(text: str, start: int, end: int) -> bool:
    return ("[" if text[end - 1] == "]" else "{") in text[start:end]


def _is_secret(match: re.Match[str], group: str, value: str) -> bool:
    if is_placeholder(value) or (" " in value.strip() and not _is_passphrase(match, value)):
        return False
    if not _IS_PASSWORD.search(match["name"]):
        return looks_random(value)
    if looks_chosen(value):
        return len(value) <= _LONGEST
    # A plain word is a password where code or a form says so, and prose elsewhere.
    if not value.isalpha() or not 5 <= len(value) <= 24 or _IS_PASSWORD.fullmatch(value):
        return False
    return match["join"].strip(" \t\"'`]") in (":", "=", ":=", "=>", "：") and (
        group != "bare" or _is_line(match, value)
    )


def _is_beside(match: re.Match[str], value: str) -> bool:
    """A word, a blank and a value: "username jdoe and password X", "the API key X"."""
    if _IS_PASSWORD.search(match["name"]):
        return _LOGIN.search(match.string, max(0, match.start() - 60), match.start()) is not None
    return len(value) >= 16 and sum(map(str.isdigit, value)) > 1 and sum(map(str.isalpha, value)) > 1


def _is_line(match: re.Match[str], value: str) -> bool:
    """`password: letmein` on a line of its own."""
    text, start, end = match.string, match.start(), match.end()
    is_whole = (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end] == "\n")
    if match["join"] == "=" and match[0].partition("=")[0].isupper():  # PGPASSWORD=letmein
        return True
    return is_whole and value.islower() and match["join"].strip() in (":", "=")


def _is_passphrase(match: re.Match[str], value: str) -> bool:
    return "phrase" in match["name"].lower() and 3 <= len(value.split()) <= 12
