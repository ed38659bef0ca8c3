"""Values beside a word that announces one: `password: hunter2`, `API_KEY="..."`, `my token is ...`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.secrets.plausible import is_placeholder, looks_chosen, looks_random, looks_typed
from nightshift.guardrails.secrets.words import GATE, IS_PASSWORD, NO_SECRET, PASSWORD, SUFFIX, TOKEN, VAGUE
from nightshift.guardrails.verdict import Hit

_KEY = rf"(?P<name>(?:{PASSWORD})|(?:{TOKEN}))"
# A name begins where a word begins, and where a capital does: dbPassword.
_BEFORE = r"(?:(?<![A-Za-z])(?:PG|(?<=-)D)?|(?-i:(?=[A-Z])(?:(?<=[a-z0-9])|(?<=[A-Z])(?=[A-Z][a-z]))))"
_CLOSE = r"(?:\\{0,3}[\"'`]|\[?\d{0,3}\]|\*{1,2}){0,2}"
_QUOTED = r"(?=[\"'`]|[a-z@]{1,2}[\"']|String|Secret|Some)"
_TYPE = rf"(?:\??[ ]?:[ ]?(?:&(?:'[a-z]{{1,12}}[ ])?)?[A-Za-z][\w.<>\[\]|?]{{0,32}}|[ ]string)[ ]?=[ ]?{_QUOTED}"
# What reads a value from elsewhere, which a tag of YAML may do, is no value.
_TAG = r"(?:!{1,2}(?!ref|getatt|sub|import|secret|env|find|select|join|include|if|lookup)[\w/.:-]{1,40}[ ])?"
_TAG_END = r"(?:</key>\s{0,12}<string|[\"']?)>"  # of XML
_QUOTE = r"\\{0,3}[\"']"
_PAIR = rf"{_QUOTE}[a-z]{{2,16}}{_QUOTE}\s?:\s?{_QUOTE}[\w-]{{1,32}}{_QUOTE}\s?,\s{{0,20}}"
_JOINS = (
    # Settings and code.
    _TYPE,
    rf"{_CLOSE}\s{{0,3}}(?::=|=>|=(?!=)|:|：|→|->)(?:\*\*)?[ \t]{{0,8}}{_TAG}"
    r"(?:[|>][+-]?[ ]?\n[ \t]{1,12}|\n[ \t]{0,8}(?=[^\s:]{6,128}(?:\s|$)))?",
    rf"{_QUOTE}\s{{0,2}},\s{{0,20}}(?:{_PAIR})?{_QUOTE}[a-z]{{0,16}}value{_QUOTE}\s?:\s?",  # "name": "...", "value": "
    r"[\"']?[ \t]?\n[ \t]{0,12}value[\"']?[ ]?[:=][ ]?",  # the same in YAML
    r"[\"'][ ]?\{[^{}]{0,200}?\bdefault\s{0,8}=\s{0,3}",  # variable "..." { default =
    r"[\"'`]?[,;][ ]?(?=[\"'`])",
    r"[\"']\s{1,4}value\s?=\s?",  # an attribute of XML
    r"\((?=[\"'])",  # setPassword("
    # Sentences.
    r"[ ]from[ ](?=[^\s\"'<>]{6,64}[ ]to[ ])",
    r"[ ](?:(?:was|is|has been|got|now) )?(?:changed|set|reset|updated|rotated) to:?[ ]",
    r"[ ]\((?=[^\s()]{12,128}\))",
    r"[ ]?\|[ ]?|\t{1,3}",
    r"[ ]for (?:the |my |our |your )?[^\n:=,;]{1,32}[:=][ ]?",
    r"[ ](?:for [^\n.:=]{1,40} )?(?:is|was|are|ist|lautet|est|es|é|è|är|er|on|to|je|то|это)[ ]?:?[ ]",
    r"[ ](?=[\"'`][^\s\"'`]{6,64}[\"'`])",
    r"[ ](?=[a-z0-9][^\s\"'<>]{5,64}(?:\s|$))",  # "username jdoe and password X"
    r"(?:は|是|为|為|：|은 |는 |이 |가 )[ ]?",
    _TAG_END,
)
_JOIN = rf"(?P<join>{'|'.join(_JOINS)})"
_VALUE = (
    r"(?:(?:[brfu@]{1,2}(?=[\"'])|(?:String::from|Secret(?:Str|String|Value)?(?:::new|::from)?|Some|new String"
    r"|Buffer\.from)\()?"
    r"(?:\"{3}\s{0,4}(?P<triple>[^\"\n\\]{3,512})\"{3}|'{3}\s{0,4}(?P<thrice>[^'\n\\]{3,512})'{3}"
    r"|\"(?P<double>[^\"\n\\]{3,512})\"|'(?P<single>[^'\n\\]{3,512})'|`(?P<tick>[^`\n]{3,512})`)"
    r"|\\{1,3}\"(?P<escaped>[^\"\n\\]{3,512})\\{1,3}\""
    r"|[“„«「‘](?P<curly>[^\s“”„«»「」‘’]{3,512})[”“»」’]|\*\*(?P<bold>[^\s*]{3,512})\*\*"
    r"|(?P<bare>[^\s\"'`<>,;、。，；」』）|]{3,512}))"
)
_ASSIGNMENT = re.compile(rf"{_BEFORE}{_KEY}{SUFFIX}{_JOIN}{_VALUE}", re.IGNORECASE)
_ELEMENT = re.compile(_TAG_END)
_NEXT_FIELD = re.compile(r"&[\w.-]{1,64}=")
_NAME = re.compile(r"[A-Za-z][\w.@-]{1,63}:(?=.{4})")
_CODING = re.compile(r"(?:base64|hex|plain|plaintext|raw):(?=.{8})")
_ASIAN = re.compile(r"(?<=[!-~])[぀-ヿ一-鿿가-힣]")
_LOGIN = re.compile(
    r"user|login|log in|sign in|account|e-?mail|@|benutzer|usuario|utilisateur|credential"
    r"|(?:^|\s)(?:ENV|ARG|setx|SetEnv|config set) [\w.]{0,40}\Z",
    re.IGNORECASE,
)
_READS = re.compile(
    r"(?:get|read|fetch|load|find|has|is|check|validate|verify|compare|hash|show)[_-]?\Z", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+")
# `@password` and `:password` are what SQL puts in later.
_ATTRIBUTE = re.compile(r"\W{0,3}\w+(?:(?:[.-]|->)\w+)*")
# What stands before the name on a line that holds nothing else.
_PREFIX = re.compile(r"(?:[A-Za-z0-9]{1,40}[_.-]){0,6}")
_LONGEST = 128


class Assignments:
    def gates(self) -> tuple[tuple[str, ...], ...]:
        return ((GATE,),)

    def find(self, text: str) -> Iterator[Hit]:
        at = 0
        while match := _ASSIGNMENT.search(text, at):
            group = match.lastgroup or "bare"
            end = _end(text, match, group)
            # What is no value may hold an assignment itself; a long one only in its end, so that time stays linear.
            at = max(match.end("join"), end - _LONGEST if group == "bare" else 0)
            if _is_joined(match, group, end) and _is_secret(match, group, text[match.start(group) : end]):
                yield Hit("SECRET", _start(text, match, group, end), end, 0.85)
                at = end


def _is_joined(match: re.Match[str], group: str, end: int) -> bool:
    """Whether name and value belong together as far as signs between and around them say."""
    text, join = match.string, match["join"]
    if _ELEMENT.fullmatch(join):
        return text.startswith("</", end)
    if join == "(":
        return _READS.search(text, max(0, match.start("name") - 12), match.start("name")) is None
    if join.strip(" ") == "|" and _is_vague(match):
        return looks_typed(text[match.start(group) : end])
    if group == "bare" and not join.strip():
        return _is_beside(match, text[match.start(group) : end])
    return True


def _is_vague(match: re.Match[str]) -> bool:
    """`Login works | Pass | v2.3.1`: in a table a result is called so, too."""
    return VAGUE.match(match.string, match.start("name"), match.end("name")) is not None


def _end(text: str, match: re.Match[str], group: str) -> int:
    """Without the sentence's punctuation and the bracket around a bare value."""
    start, end = match.span(group)
    field = _NEXT_FIELD.search(text, start, end)
    if field:
        return field.start()
    if group != "bare":
        return end
    words = _ASIAN.search(text, start, end)
    end = words.start() if words else end
    while end > start + 1 and (text[end - 1] in ".,;:?)" or (text[end - 1] in "]}" and not _opens(text, start, end))):
        if text[end - 1] == ")" and "(" in text[start:end]:
            break
        end -= 1
    return end


def _start(text: str, match: re.Match[str], group: str, end: int) -> int:
    """Behind the name in `creds: admin:hunter2` and the coding in `base64:...`."""
    start = match.start(group)
    before = (_NAME if match["name"].lower().startswith("cred") else _CODING).match(text, start, end)
    return before.end() if before else start


def _opens(text: str, start: int, end: int) -> bool:
    return ("[" if text[end - 1] == "]" else "{") in text[start:end]


def _is_secret(match: re.Match[str], group: str, value: str) -> bool:
    if (
        is_placeholder(value)
        or _is_its_name(match["name"], value)
        or (" " in value.strip() and not _is_passphrase(match, value))
    ):
        return False
    if not IS_PASSWORD.search(match["name"]):
        named = match.end("name")
        return NO_SECRET.search(match.string, max(0, match.start("name") - 24), named) is None and looks_random(value)
    if looks_chosen(value):
        return len(value) <= _LONGEST
    # A plain word is a password where code or a form says so, and prose elsewhere.
    if not value.isalpha() or not 5 <= len(value) <= 24 or IS_PASSWORD.fullmatch(value) or _is_inside_a_word(match):
        return False
    return match["join"].strip(" \t\"'`]") in (":", "=", ":=", "=>", "：") and (
        group != "bare" or _is_line(match, value)
    )


def _is_its_name(name: str, value: str) -> bool:
    """`'user_password': 'userPassword'`, `token: models.RefreshToken`: an attribute, a type.

    A password of that form has digits, a token more than a type such as `X25519PrivateKey`.
    """
    numbers = len(_NUMBER.findall(value))
    if numbers > (0 if IS_PASSWORD.search(name) else 2):
        return False
    return value.lower().endswith(name.lower()) and _ATTRIBUTE.fullmatch(value) is not None


def _is_inside_a_word(match: re.Match[str]) -> bool:
    """`newPassword: "..."`, which texts of a form have, too."""
    return match.start() > 0 and match.string[match.start() - 1].isalnum()


def _is_beside(match: re.Match[str], value: str) -> bool:
    """A word, a blank and a value: "username jdoe and password X", "the API key X"."""
    if "\t" in match["join"]:
        return not _is_vague(match) or looks_typed(value)
    if IS_PASSWORD.search(match["name"]):
        return looks_typed(value) or _LOGIN.search(match.string, max(0, match.start() - 60), match.start()) is not None
    return len(value) >= 16 and sum(map(str.isdigit, value)) > 1 and sum(map(str.isalpha, value)) > 1


def _is_line(match: re.Match[str], value: str) -> bool:
    """`password: letmein` on a line of its own, or PGPASSWORD=letmein."""
    text, start, end = match.string, match.start(), match.end()
    if match["join"] == "=" and match[0].partition("=")[0].isupper():
        return True
    line = text.rfind("\n", max(0, start - _LONGEST), start) + 1
    is_whole = _PREFIX.fullmatch(text, line, start) is not None and (end == len(text) or text[end] == "\n")
    return is_whole and value.islower() and match["join"].strip() in (":", "=")


def _is_passphrase(match: re.Match[str], value: str) -> bool:
    return "phrase" in match["name"].lower() and 3 <= len(value.split()) <= 12
