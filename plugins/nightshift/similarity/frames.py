"""Politeness around a question, and the frames in which the same question is put. English only."""

from __future__ import annotations

import re

_ASK = r"(?=(?:what|who|whom|whose|where|when|which|why|how)\b)"
_DO = (
    r"(?=(?:explain|solve|calculate|compute|find|give|list|describe|summari[sz]e|translate|write|show|determine|"
    r"classify|compare|define|name|convert|answer|sort|tell)\b)"
)
_YOU = r"(?:can|could|would|will) (?:you|someone|anyone|anybody)(?: please| kindly)?"
_PLEASE = r"(?:please|pls|kindly)"
_BEFORE = re.compile(
    rf"(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear (?:sir|madam|team|support|all))(?: there| all| team)?"
    rf"(?:\s*[,!.]\s*|\s+(?=(?:{_PLEASE}|can|could|would|i|what|who|where|when|which|why|how)\b))"
    rf"|{_PLEASE},\s*|{_PLEASE}\s+(?:{_ASK}|{_DO}|(?=(?:tell me|let me know|help me)\b))"
    rf"|{_YOU},? (?!tell me:){_DO}"
    rf"|(?:{_YOU} )?(?:{_PLEASE} )?(?:tell me|let me know)(?: {_PLEASE})?(?::\s*|,?\s+{_ASK})"
    rf"|(?:{_PLEASE} )?answer\s*:\s*"
    rf"|(?:do you|does anyone|does anybody) know\s+{_ASK}"
    rf"|(?:i (?:want|need|would like|'d like)|i'd like|i would love) to (?:know|ask)[,:]?\s+{_ASK}"
    rf"|(?:i was|i am|i'm) (?:just )?wondering[,:]?\s+{_ASK}"
    r"|(?:i have a |just a )?(?:quick )?question\s*[:.]\s*|my question is\s*[:,]?\s+" + _ASK +
    r"|(?:sorry|excuse me)\s*,\s*"
    r"|(?:solve|answer) (?:this|the following)(?: \w+)?(?: problem| question| task)?\s*:\s*",
    re.IGNORECASE,
)  # fmt: skip
_REQUEST = re.compile(r"(?:can|could|would|will|do|does)\b", re.IGNORECASE)
_THANKS = r"(?:thanks|thank you|thx|cheers)(?: so much| very much| a lot| in advance| again)*"
_AFTER = re.compile(
    rf"(?<=[?.!,\n])\s*(?:{_PLEASE}|{_THANKS})(?:\s*[,.!]?\s*(?:{_PLEASE}|{_THANKS}))*\s*[.!?]*\s*$", re.IGNORECASE
)
_BARE_PLEASE = re.compile(rf"\s+{_PLEASE}\s*[.!?]*\s*$", re.IGNORECASE)
# A text about words is not polite when it ends with one.
_ABOUT_WORDS = re.compile(
    r"\b(?:say|said|says|mean|means|meaning|translat\w*|words?|spell\w*|phrases?|call\w*|pronounc\w*|writ\w*|wrote|"
    r"repl\w+|respon\w+|answers?|expression|polite\w*|synonyms?|rhym\w*)\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(
    r"how (?:do|can|could|would|might) (?:i|we)|how (?:does|can|could|would|might) one|how to", re.IGNORECASE
)
_NOT_HOW_TO = re.compile(r"\s+(?:feel|look|seem|know|do|sound|smell|appear|compare|differ|rank|not)\b", re.IGNORECASE)
_MEANS = re.compile(
    r"what(?: is|'s) the meaning of (?P<one>[^?.!,\n]{1,60})|what does (?P<two>[^?.!,\n]{1,60}?) mean", re.IGNORECASE
)


def without_politeness(text: str) -> str:
    """The text less greetings, thanks and `could you tell me`."""
    about_words = _ABOUT_WORDS.search(text) is not None
    plain = _after(_AFTER, text)
    if not about_words:
        plain = _after(_BARE_PLEASE, plain)
    while found := _BEFORE.match(plain):
        if len(plain) - found.end() < 3 or not found.end():
            break
        if _REQUEST.match(found[0]):
            plain = plain.rstrip().removesuffix("?")  # the mark belonged to `could you`
        plain = plain[found.end() :]
    return plain


def framed(text: str) -> str:
    """`how do i ...` and `how can I ...` as `how to ...`; at the beginning of the text only."""
    found = _HOW_TO.match(text)
    if found is not None and not _NOT_HOW_TO.match(text, found.end()):
        return "how to" + text[found.end() :]
    found = _MEANS.fullmatch(text.rstrip("?. "))
    return text if found is None else f"what does {found['one'] or found['two']} mean"


def _after(expression: re.Pattern[str], text: str) -> str:
    found = expression.search(text)
    return text[: found.start()] if found is not None and found.start() > 2 else text
