"""What is a secret's value, and what is a placeholder, a reference to one, a type, a hash or prose."""

from __future__ import annotations

import itertools
import re

_PLACEHOLDER = re.compile(
    r"^[<\[{(].*[>\]})]$|^\$|\$\{|\{\{|^%\w+%$|^#\{|^@\w+@$|<[a-z_ -]+>|^![a-z]+$|x{4,}|\*{3,}|\.{3}|•{3,}|…"
    r"|_{4,}|-{4,}"
    r"|^(.)\1+$"
    r"|^(?:your|insert|enter|example|sample|dummy|fake|placeholder|redacted|todo|tbd|fixme|replace|paste)"
    r"(?:$|[-_ .]|me|(?:api|secret|token|key|pass|client|access|auth|own))"
    r"|^(?:my|the|some|any|put|add|change|set|use)[-_ ]?(?:api|secret|token|key|pass(?:word)?|client|me|this|it"
    r"|here|value)"
    r"(?:[-_ ]|$)"
    r"|a-za-z|0-9a-z|a-z0-9|\[\^?(?:a-z|0-9|\\[dsw])|\\[dsw][+*{]"  # an expression
    r"|\{[a-z_][a-z0-9_.]*\}"  # what is put in later
    r"|^(?:required|nullable|sometimes|optional|string|min|max)\b"
    r"|(?:^|[-_ .])example(?:$|[-_ .])|placeholder|redacted|masked|removed|hidden|(?:^|[-_])here$"
    r"|your[-_](?:api|secret|token|key|pass|client|access|own|auth|db|app)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"^(?:process\.env|os\.(?:environ|getenv)|env[.(\[]|ENV\[|getenv|System\.|config[.(\[]|settings\."
    r"|secrets?[.\[]|self\.|this\.|var\.|local\.|data\."
    r"|props\.|request\.|req\.|args\.|params\.|options\.|ctx\.|vault[:.]|arn:aws|projects/|ssm:|op://|keyring"
    r"|input\(|getpass)"
    r"|^[A-Za-z_][\w.]{0,60}\(|^[a-z_]+(?:\.[a-z_]+)+$|^[A-Za-z_]\w{0,40}\[|^_?[A-Z]+(?:_[A-Z]+)+$"
    r"|^_?[a-z]+(?:_[a-z]+)+\W*$"
)
_NO_VALUES_TEXT = (
    "string str text varchar char int integer number bool boolean true false null none nil undefined optional"
    " required missing"
    " invalid incorrect wrong expired valid secret password passwd token key value empty blank unknown default"
    " disabled enabled"
    " protected encrypted hashed hidden redacted masked private public reset forgot forgotten changed change"
    " update updated"
    " authentication auth authorization login username user email bearer basic digest type field input label"
    " name here below"
    " above required. and or not with for from are is was be the this that your must should can cannot will may"
    " only mandatory yes no"
    " n/a na tbd todo test-only object array file path url uri var const let new sent set unset stored"
    " manager policy rotation generator protection-key strength length field's"
)
_NO_VALUES = frozenset(_NO_VALUES_TEXT.split())
_PATHS = re.compile(r"^(?:/|\./|\.\./|~/|[A-Za-z]:\\|https?://|file:)")
_CAMEL = re.compile(r"[A-Za-z][a-z]+(?:[A-Z][a-z]+)+")
_CAMELS = re.compile(r"\A(?:[A-Z]?[a-z]{2,}+(?:[A-Z][a-z]{2,}+|As|At|By|Db|Id|In|Ip|Is|Of|On|Or|To|Ui)*+(?:\.|\Z))++")
_JOINTS = re.compile(r"[-_./]")
_TIME = re.compile(r"^\d{1,4}[-/:.]\d{1,2}[-/:.]\d{1,4}")


def is_made_up(value: str) -> bool:
    """Whether a provider-shaped key is one that documentation shows."""
    lowered = value.lower()
    if "xxxx" in lowered or "your_" in lowered or "your-" in lowered or "****" in lowered:
        return True
    return len(value) >= 16 and len(set(value[-16:])) < 4


def is_placeholder(value: str) -> bool:
    """Stands for a value, or says where to get one."""
    return (
        value.lower().rstrip(".,;:!?") in _NO_VALUES
        or _PLACEHOLDER.search(value) is not None
        or _REFERENCE.search(value) is not None
    )


def looks_random(value: str) -> bool:
    """Letters and digits, mixed as no word mixes them: the value of a key or a token."""
    if len(value) < 8 or _PATHS.match(value) or _TIME.match(value):
        return False
    if _is_slug(value) or _CAMELS.fullmatch(value):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    if not letters:
        return digits >= 20
    if not digits:
        return len(value) >= 16 and len(set(value)) > 9 and _changes(value) >= 4
    return len(set(value)) >= 6


def looks_drawn(value: str) -> bool:
    """As a machine draws it and nobody writes it: long, small letters, capitals and digits through each other."""
    kinds = [(one.isupper(), one.isdigit()) for one in value if one.isalnum()]
    turns = sum(one != other for one, other in itertools.pairwise(kinds))
    return len(value) >= 20 and len(set(kinds)) == 3 and turns > len(kinds) / 3


def looks_typed(value: str) -> bool:
    """A password and nothing else: long enough, with letters, digits and a sign that no name has."""
    return (
        len(value) >= 8
        and any(map(str.isdigit, value))
        and any(map(str.isalpha, value))
        and any(one in "!#$%&*?@^" for one in value[:-1])
    )


def _is_slug(value: str) -> bool:
    """`my-tls-secret-1`: the name of a thing."""
    parts = _JOINTS.split(value)
    return len(parts) > 1 and value.islower() and all(part.isalpha() or len(part) < 4 for part in parts)


def looks_chosen(value: str) -> bool:
    """No word of prose: has a digit, a sign in it, or capitals inside. A password that a person chose."""
    body = value.rstrip(".,;:!?)")
    if len(body) < 4 or _PATHS.match(value) or _TIME.match(value):
        return False
    if _CAMEL.fullmatch(body):
        return False
    if any(map(str.isdigit, body)) or any(not character.isalnum() and character not in "-'’./" for character in body):
        return True
    return _changes(body) >= 2 and not body.isupper()


def _changes(value: str) -> int:
    """How often the case changes, the first capital aside."""
    return sum(a.isupper() != b.isupper() for a, b in itertools.pairwise(value))
