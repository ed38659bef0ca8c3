"""Mention is not use: a quoted attack in a text about attacks, a system prompt that forbids what an attack demands."""

from __future__ import annotations

import re
from functools import cached_property

import re2

from nightshift.guardrails.injection.scripts import Script
from nightshift.guardrails.injection.searching import Pattern, PatternSet, Searchable

_BEFORE = 140
_AFTER = 100
_QUOTES = "\"“”„«»‘’'`「」『』"
_QUOTE = re.compile("[\"'`“„«‘「『]")
_OPEN_QUOTE = Pattern(r"(?:(?:^|[\s(\[:,])[\"'`]|[“„«‘「『])(?:[^\"”“»’`」』\n]{0,60})$")
_CLOSE_QUOTE = Pattern(r"^[^\"“”„«»`「」『』\n]{0,80}[\"”“»’'`」』]")
_TALK = (
    r"\b(?:such as|phrases?|attack(?:s|ers?)?|e\.g\.|for example|for instance|example of|known as|so-called|"
    r"typical\w*|injections?|prompt-?injection\w*|test ?(?:case|fall)\w*|testfall\w*|tutorials?|sätze|satz|"
    r"eingabe|erkenn\w*|log line|"
    r"jailbreaks?|detect\w*|classif\w*|malicious|adversari\w+|red.?team\w*|phishing|filters? (?:that|for)|"
    r"users? (?:who|may|might|typed|wrote|said)|"
    r"someone (?:wrote|types?|says?)|what does|mean(?:s|ing)?|the (?:phrase|sentence|string|line|words?)|paper|"
    r"blocked|flagged|"
    r"angriff\w*|beispiel\w*|attaque\w*|exemple|ataque\w*|ejemplo|attacc\w+|esempio|exemplo|aanval\w*|voorbeeld|"
    r"atak\w*|przykład\w*|"
    r"útok\w*|příklad\w*|támadás\w*|például|atac\w*|exempl\w*|angrepp|exempel)\b|атак|наприм|наприклад|фраз|напад|"
    r"επίθεσ|παράδειγμα|saldırı|örne[kğ]|"
    r"هجوم|هجمات|مثال|عبارة|حمله|מתקפ|דוגמה|हमल|उदाहरण|আক্রমণ|উদাহরণ|攻击|攻擊|例如|诸如|比如|攻撃|例えば|という|"
    r"例|インジェクション|注入|인젝션|といった|공격|예를 들어|예시|tấn công|ví dụ|serangan|contoh|การโจมตี|"
    r"ตัวอย่าง|문구|유형의|类(?:请求|型)|と書"
)
# The value of a field of JSON and a cell of CSV are in quotation marks because of the format: nobody is quoted.
_FIELD = re.compile(r"""["']\s*:\s*\\?["'](?:[^"']|(?<=\w)'(?=\w))*$""")
_CELL = re.compile(r'[,;]"[^"]*$')
_FIRST_CELL = re.compile(r'(?:^|\n)"[^"\n]*$')
_NEXT_CELL = re.compile(r'^[^"\n]*"[,;]["\w-]')
_CELL_END = re.compile(r'^[^"\n]*"(?:[,;\n]|$)')
# Words that forbid what follows them in the same sentence.
_FORBIDDING = (
    r"\b(?:never|do not|don'?t|must not|mustn't|cannot|can'?t|should not|shouldn't|may not|not to|won't|"
    r"refuse to|declines? to|"
    r"(?:attempt|try|tries|trying|attempts|requests?|efforts?|aim|want|wants) to|"
    r"(?:ask|tell|instruct|order|beg|urge|want|prompt|trick|convince|persuade)(?:s|ed)? (?:you|it|him|her|them|"
    r"the \w+) (?:\w+ )?to|"
    r"nie(?:mals)?|nicht|keine[nsr]?|jamais|ne|nunca|jamás|non|mai|nooit|niet|nigdy|nie|nikdy|soha|ne|niciodată|"
    r"aldrig|inte|nikad\w*|jangan|không|đừng)"
    r"|никогда|\bне|ніколи|ποτέ|μην|لا|هرگز|אל|לעולם|कभी|না|不要|请勿|不得|绝不|切勿|禁止|別|ห้าม|อย่า"
)
_CONDITION = (
    r"\b(?:if|when|whenever|should) (?:a |an |the |any )?(?:user|customer|caller|someone|anyone|anybody|visitor|"
    r"person|guest|message|text)\b"
)
_SENTENCE_ENDS = ".!?\n"
_FORBIDDEN_AFTER = (
    r"(?-i:^\s*(?:しない|せず|ないで|してはいけ|ないこと|지 마|하지|않|न करें|मत|না |মাঝে|নেবেন না|করবেন না|নয়|"
    r"etme(?:yin)?\b|ma(?:yın|yin)\b|نکن|نده))"
)
# Which orders are meant: those of a letter, those about washing wool. An attack means all that the model was given.
_PARTICULAR = (
    r"^\pL{0,6},? (?:you )?(?:(?:before|earlier|previously) )?(?:(?:regarding|concerning|about|on how to|sobre|acerca|"
    r"sur|concernant|zur|zum|bezüglich|über|riguardo|over|tentang)\b|"
    r"om (?:den |det |de )?\pL+(?:[.,;:!?]|$)|for \w+ing\b|(?:in|from) (?:my|our) |that (?:i|we) (?:sent|"
    r"gave)\b|"
    r"from (?:last|yesterday|monday|tuesday|wednesday|thursday|friday)\b)"
)
# A rule for the assistant that keeps others from giving it orders.
_BY_OTHERS = (
    r"^s? ?(?:(?:that|which) (?:ask|tell|tries|try|attempt|want|contradict|conflict|order)|(?:(?:that|which) \w+ |"
    r"found |"
    r"contained |hidden |embedded |given |written )?(?:inside|within|in|from|by) (?:(?:the|any|these|those|all|of|"
    r"retrieved|"
    r"uploaded|quoted|external|a|an|user'?s?|other|untrusted) )*(?:documents?|e-?mails?|(?:web ?)?pages?|websites?|"
    r"files?|"
    r"attachments?|texts?|contents?|data|sources?|results?|articles?|tickets?|users?|customers?|visitors?|senders?)\b)"
)
_ASSISTANT_MUST = Pattern(
    r"\b(?:you|assistant|it|bot|and) (?:must|should|shall|are to|have to) (?:also |always |simply )?$"
)
_GIVEN_BEFORE = Pattern(r"\b(?:previous|prior|preceding|above|earlier|before|your|system|original|initial)\b")
_TO_PEOPLE = Pattern(
    r"^\W{0,4}(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)) (?:all|team|everyone|everybody|"
    r"colleagues|students|parents|customer|"
    r"mr|mrs|ms|dr|(?-i:[A-Z][a-z]+),)|\b(?:best|kind|warm) regards\b|\bsincerely\b|^subject:|\bour (?:phone|"
    r"e-?mail|letter)\b",
    flags="im",
)
# A quotation that nothing introduces is no quotation.
_PROSE = 8
_FORBIDS = 0.15
_FACTORS = {(True, True): 0.2, (True, False): 0.4, (False, True): 0.5, (False, False): 1.0}
"""By (quoted, talked about)."""
_PEOPLE = 0.6
_OTHERS = 0.6  # orders of one letter, or of others than the model's own


_BEFORE_SIGNS = [
    PatternSet({"talk": _TALK, "forbidding": _FORBIDDING, "condition": _CONDITION}, script) for script in Script
]
_AFTER_SIGNS = [
    PatternSet(
        {"talk": _TALK, "forbidden": _FORBIDDEN_AFTER, "particular": _PARTICULAR, "by others": _BY_OTHERS}, script
    )
    for script in Script
]
_FORBIDS_WITHIN = {
    "forbidding": (Pattern(_FORBIDDING, longest=True), 25),
    "condition": (Pattern(_CONDITION, longest=True), 65),
}
"""How many characters of the same sentence may follow until the match begins."""


class Mention:
    """How far matches in one text are meant as said."""

    def __init__(self, text: Searchable) -> None:
        self._text, self._script, self._searched = text

    def use(self, start: int, end: int, is_payload: bool = False) -> float:
        """1 where a match is used, less where it is quoted, forbidden or told to people.

        Quotation marks around a payload (code to run, words to be said) tell nothing.
        """
        first = max(0, start - _BEFORE)
        before = _BEFORE_SIGNS[self._script].seen(self._searched[first:start])
        after = _AFTER_SIGNS[self._script].seen(self._searched[end : end + _AFTER])
        if "forbidden" in after or self._is_forbidden(before, first, start):
            return _FORBIDS
        by_others = "by others" in after and not self._has(_GIVEN_BEFORE, start, end)
        if by_others and self._has(_ASSISTANT_MUST, first, start):
            return _FORBIDS
        quoted = not is_payload and self._is_quoted(first, start, end)
        factor = _FACTORS[quoted, "talk" in before or "talk" in after]
        if by_others or "particular" in after:
            factor *= _OTHERS
        return factor * _PEOPLE if self._to_people else factor

    def _has(self, pattern: Pattern, start: int, end: int) -> bool:
        return pattern.of(self._script).search(self._searched[start:end]) is not None

    def _is_forbidden(self, signs: list[str], first: int, start: int) -> bool:
        before = self._text[first:start]
        sentence = max(map(before.rfind, _SENTENCE_ENDS)) + 1
        for sign in signs:
            if sign in _FORBIDS_WITHIN:
                pattern, within = _FORBIDS_WITHIN[sign]
                least = max(sentence, len(before) - within)
                if _ends_after(least, pattern.of(self._script), self._searched[first:start]):
                    return True
        return False

    def _is_quoted(self, first: int, start: int, end: int) -> bool:
        """Whether quotation marks stand around a match, with other text before them."""
        before = self._text[first:start]
        if self._is_value(first, start, end):
            return False
        if self._text[start] in _QUOTES and len(before.strip()) > _PROSE:
            return True
        if not _QUOTE.search(before):
            return False
        opened = _OPEN_QUOTE.of(self._script).search(self._searched[first:start])
        rest = self._searched[start : end + _AFTER]
        return opened is not None and opened.start() > _PROSE and _CLOSE_QUOTE.of(self._script).search(rest) is not None

    def _is_value(self, first: int, start: int, end: int) -> bool:
        """Whether the quotation marks around a match are those of a field or a cell."""
        opened = start + (self._text[start] in _QUOTES)
        before = self._text[first:opened]
        if '"' not in before and "'" not in before:
            return False
        if _FIELD.search(before):
            return True
        rest = self._text[opened : end + _AFTER]
        if _CELL.search(before):
            return _CELL_END.search(rest) is not None
        return _FIRST_CELL.search(before) is not None and _NEXT_CELL.search(rest) is not None

    @cached_property
    def _to_people(self) -> bool:
        return _TO_PEOPLE.of(self._script).search(self._searched[:200]) is not None


def _ends_after(least: int, pattern: re2._Regexp, before: str | bytes) -> bool:
    """Whether any match ends there or later, also one that begins inside another."""
    match = pattern.search(before)
    while match is not None:
        if match.end() >= least:
            return True
        match = pattern.search(before, match.start() + 1)
    return False
