"""A text without what never matters: case, white space, the form of quotes and dashes, the mark at the end.

Numbers, units, abbreviations, names in code, superscripts and the line breaks of tables stay: they could matter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from nightshift.similarity.words import listed

VERSION = 1  # raise it, and meaning.VERSION, with every change of what does not matter: cached answers hold for one
_CHANGES_VALUE = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>")  # x² is not x2
_SIGNS = str.maketrans(
    "\u2018\u2019\u201a\u201b\u2032\u00b4\u201c\u201d\u201e\u201f\u00ab\u00bb\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    "''''''" + '""""""' + "-------",
)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAK = re.compile(r" ?\n[ \n]*")
_CODE = re.compile(
    r"```|^\s*(?:def|class|import|return|public|private|static|function|const|var|#include|SELECT|elif|else:)\b.*[=(){};:,*]"
    r"|[{}]\s*$|^.*[=()].*;\s*$|^(?: {4,}|\t).*[=(){}]|</\w",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_WRAPPED = re.compile(r"(?<=[^\W\d_]|,) ?\n ?(?=[^\W\d_]{2})")
_REPEATED = re.compile(r"([?!])[?!]+(?=\s|$)")
_END = re.compile(r"(?<=[^\s.!])\s*(?:[.!]|\.{3})$")
_QUESTION = re.compile(r"(?<=[^\s?])\s*\?$")
_ARTICLE = re.compile(r" [^\W\d_]{2}")
_JOINTS = frozenset("_/\\@")  # of paths, names in code and addresses
_SENTENCE = re.compile(r"[.!?]\s|\n")
_ASKS = listed(
    """
    what who whom whose where when which why how
    was wer wem wen wessen wo wohin woher wann welche welcher welches warum wieso weshalb wie wieviel
    que quoi qui quand pourquoi comment combien quel quelle quels quelles où
    qué quién quiénes cuándo dónde cómo cuál cuáles cuánto cuántos cuánta cuántas
    cosa chi dove quando perché quale quali quanto quanti quante
    quem onde porque qual quais quantos
    wat wie waar wanneer waarom hoe welke
    """
)  # in English, German, French, Spanish, Italian, Portuguese and Dutch
# Two letters that are a word wherever they stand alone; not `us`, `it`, `or`, `in`: they are abbreviations too.
_TWO = listed("is to of on my do if we he me be by an as at so up no go am de la le el en es un du er et il")


def normal_form(text: str) -> str:
    """Equal for texts that differ only in what does not matter. Source code keeps its white space and its case."""
    plain = plain_signs(text)
    if looks_like_code(plain):
        return plain.strip("\n").rstrip()
    plain = _BREAK.sub("\n", _SPACES.sub(" ", plain)).strip()
    return _fold(_without_end(_REPEATED.sub(r"\1", _WRAPPED.sub(" ", plain))))


def plain_signs(text: str) -> str:
    """One form for characters, quotes, dashes and line breaks that look the same."""
    return _INVISIBLE.sub("", _compatible(text)).translate(_SIGNS).replace("\r\n", "\n").replace("\r", "\n")


def looks_like_code(text: str) -> bool:
    return _CODE.search(text) is not None


def _compatible(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", "".join(map(_one, unicodedata.normalize("NFC", text))))


@lru_cache(maxsize=4096)
def _one(character: str) -> str:
    if unicodedata.decomposition(character).startswith(_CHANGES_VALUE):
        return character
    return unicodedata.normalize("NFKC", character)


def _without_end(text: str) -> str:
    if text.endswith("?"):
        last = _SENTENCE.split(text[:-1])[-1].split()
        return _QUESTION.sub("", text) if last and last[0].lower().split("'")[0] in _ASKS else text
    return _END.sub("", text)


def _fold(text: str) -> str:
    shouted = not any(character.islower() for character in text)

    def folded(found: re.Match[str]) -> str:
        word = found[0]
        before = text[max(found.start() - 2, 0) : found.start()]
        is_unit = before.rstrip(" ")[-1:].isdigit() and len(word) < 4
        joined = before[-1:] in _JOINTS or text[found.end() : found.end() + 1] in _JOINTS
        if word == "A" and before.strip() in {"", ".", "?", "!"} and _ARTICLE.match(text, found.end()):
            return "a"
        return word if is_unit or joined else _folded(word, shouted)

    return _WORD.sub(folded, text)


def _folded(word: str, shouted: bool) -> str:
    lower = word.lower()
    if len(word) == 1:
        return lower if lower == "i" else word
    if len(word) == 2:
        return lower if shouted or lower in _TWO or word.istitle() else word
    return lower if shouted or word.islower() or word[0] + word[1:].lower() == word else word
