"""Best effort, without a model: persons, places, organisations and dates where grammar gives them away.

A title, "my name is", a form's label or a letter's signature announce a person; a street with a number is a place; a
company's suffix an organisation. Names in running text need a model (presidio.py). No default policy uses this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nightshift.guardrails.personal_data.overlaps import keep_likeliest
from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    from nightshift.guardrails.subjects import Batch

_BIG = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶŁĽĻŃŇŅŌŐŘŚŞŠŤŢŪŮŰŲŹŻŽΑ-ΩΆΈΉΊΌΎΏА-ЯЁЇІЄҐ"
_WORD = rf"[{_BIG}][^\W\d_]{{0,24}}(?:['’-][^\W\d_]{{1,24}}){{0,2}}"
_PARTICLE = r"(?:van|von|der|den|de|da|di|del|della|dos|das|du|la|le|bin|bint|al|el|ten|ter|zu|y|af|Mc|O['’])"
_PERSON = rf"(?P<value>{_WORD}(?:[ \t]{{1,2}}(?:{_PARTICLE}[ ]){{0,2}}(?:[{_BIG}]\.|{_WORD})){{0,3}})"
_PERSONS = tuple(
    re.compile(expression)
    for expression in (
        rf"\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof(?:essor)?|Sir|Dame|Lord|Lady|Rev|Capt|Sgt|Herrn?|Frau|Mme|Mlle"
        rf"|Monsieur|Madame|Señora?|Sra?|Sig(?:nora?)?"
        rf"|Dott(?:oressa)?|Dhr|Mevr|Pan[ií]?|Pani|г-н|господин)\.? {_PERSON}",
        rf"(?i:\b(?:my name is|my name's|i am called|you are speaking with|this is|ich heiße|mein name ist"
        rf"|je m['’]appelle|je suis|me llamo|mi nombre es"
        rf"|mi chiamo|meu nome é|me chamo|mijn naam is|jag heter|jeg hedder|jeg heter|nimeni on|nazywam się"
        rf"|jmenuji se|меня зовут)) {_PERSON}",
        rf"(?im:^[ \t>*-]{{0,4}}(?:full |first |last |customer |patient |contact |employee |account )?(?:name"
        rf"|customer|patient|employee|contact|sender|recipient"
        rf"|from|to|attn|account holder|holder|kunde|client|cliente|nom|nombre|nome|naam|namn"
        rf"|navn)\"?[ ]?[:=][ ]?\"?)(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?{_PERSON}",
        rf"(?i:\b(?:dear|hi|hello|hey|liebe[r]?|cher|chère|hola|caro|cara|beste|hej))[ ]{_PERSON}(?=[,!:])",
        rf"(?i:\b(?:regards|sincerely|thanks|thank you|cheers|yours|best|grüßen|grüße|cordialement|saludos"
        rf"|saluti|groeten|hälsningar)),?[ ]?\n+{_PERSON}(?=[ \t]*(?:\n|$))",
    )
)
_STREET = (
    r"Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Place|Pl|Terrace|Way"
    r"|Parkway|Pkwy|Highway|Hwy|Close|Crescent"
    r"|Grove|Gardens|Mews|Row|Hill|Trail|Circle|Alley|Plaza"
)
_UNIT = r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Room|#)\.? ?[0-9A-Z-]{1,6})?"
_STATE = (
    rf"(?:,? {_WORD}(?: {_WORD}){{0,2}},? (?:[A-Z]{{2}} \d{{5}}(?:-\d{{4}})?"
    rf"|[A-Z]{{1,2}}\d[0-9A-Z]? \d[A-Z]{{2}}|[A-Z]\d[A-Z] \d[A-Z]\d))?"
)
_TOWN = rf"(?:,? \d{{4,5}} {_WORD}(?:[ -]{_WORD}){{0,2}})?"
_PLACES = tuple(
    re.compile(expression)
    for expression in (
        rf"(?P<value>\b\d{{1,6}}[A-Za-z]? (?:[NSEW]\.? )?(?:{_WORD} ){{1,4}}(?:{_STREET})\b\.?{_UNIT}{_STATE})",
        rf"(?P<value>\b[{_BIG}][^\W\d_]{{2,30}}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer"
        rf"|straat|laan|gracht|plein|vägen|gatan|gata|veien|vej|katu|tie|utca) \d{{1,4}} ?[a-zA-Z]?\b{_TOWN})",
        rf"(?P<value>\b\d{{1,4}}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|bd|place|chemin|impasse|allée|quai"
        rf"|cours|route) (?:(?:de|du|des|la|le|les|l['’]|d['’])[ ]?){{0,3}}{_WORD}(?:[ -]{_WORD}){{0,3}}{_TOWN})",
        rf"(?P<value>\b(?:Calle|C/|Avenida|Av\.|Avda\.|Plaza|Paseo|Carrera|Rua|Praça|Travessa|Alameda|Via|Viale"
        rf"|Piazza|Corso|Largo|ul\.|ulica|al\.) (?:(?:de|del|da|do|dos|das|della|dei|la|los"
        rf"|las)[ ]){{0,2}}{_WORD}(?: {_WORD}){{0,3}},? (?:n[º°.]? ?)?\d{{1,5}}{_TOWN})",
        r"(?P<value>\bP\.? ?O\.? Box \d{1,6}\b)",
        r"(?P<value>〒?\d{3}-\d{4} ?[\u4e00-\u9fff]{2,3}[都道府県][^\s、。]{2,30}\d)",
    )
)
_COMPANIES = re.compile(
    rf"(?P<value>\b{_WORD}(?:(?: (?:&|and|und|et|y|e|of|the))? {_WORD}){{0,4}},? (?:Inc|LLC|L\.L\.C|Ltd|Limited"
    rf"|PLC|plc|LLP|Corp|Corporation|Co|GmbH(?: & Co\. KG)?"
    r"|AG|KG|OHG|SE|SA|S\.A\.|SAS|SARL|SRL|S\.r\.l|SpA|S\.p\.A|BV|B\.V|NV|N\.V|AB|ASA?|ApS|A/S|Oyj?|Kft|Zrt"
    r"|s\.r\.o|a\.s|Sp\. z o\.o|Lda|Ltda|Pty Ltd|Pvt Ltd"
    r"|Bank|Group|Holdings?|Foundation|Hospital|Institute|University)\b\.?)"
)
_MONTHS = (
    r"(?:Jan(?:uary|uar)?|Feb(?:ruary|ruar)?|Mar(?:ch)?|März|Apr(?:il)?|Ma[yi]|June?|Juni|July?|Juli|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|O[ck]t(?:ober)?|Nov(?:ember)?"
    r"|De[cz](?:ember)?|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero"
    r"|febrero|marzo|abril|mayo|junio|julio|agosto"
    r"|septiembre|octubre|noviembre|diciembre)"
)
_DATES = re.compile(
    r"(?P<value>\b(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of |de )?{_MONTHS}\.?,?(?: (?:de )?\d{{4}})?|{_MONTHS}\.? \d{{1,2}}(?:st"
    rf"|nd|rd|th)?(?:,? \d{{4}})?|{_MONTHS} \d{{4}}"
    r"|\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\b)?))(?!\w)",
    re.IGNORECASE,
)
_NO_NAMES_TEXT = (
    "The This That There Here What When Where Why How Not Sure Sorry Very All Team Everyone Sir Madam Support"
    " Customer Service"
)
_NO_NAMES = frozenset(_NO_NAMES_TEXT.split())
_RECOGNIZERS = {"PERSON": _PERSONS, "LOCATION": _PLACES, "ORGANIZATION": (_COMPANIES,), "DATE_TIME": (_DATES,)}
ENTITIES = frozenset(_RECOGNIZERS)
_SCORES = {"PERSON": 0.6, "LOCATION": 0.7, "ORGANIZATION": 0.55, "DATE_TIME": 0.6}


class Names:
    """Finds the `entities` among PERSON, LOCATION, ORGANIZATION and DATE_TIME (all where None)."""

    def __init__(
        self,
        entities: frozenset[str] | None = None,
        score_threshold: float = 0.5,
        noted: frozenset[str] = frozenset(),
    ) -> None:
        self._entities = [name for name in _RECOGNIZERS if entities is None or name in entities]
        self._threshold, self._noted = score_threshold, noted

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [self.detect_text(text) for text in batch.texts]

    def detect_text(self, text: str) -> list[Hit]:
        """The hits in one text. None of them overlap, but what is `noted`."""
        return keep_likeliest((hit for hit in self._find(text) if hit.score >= self._threshold), self._noted)

    def _find(self, text: str) -> Iterator[Hit]:
        for entity in self._entities:
            for expression in _RECOGNIZERS[entity]:
                for match in expression.finditer(text):
                    if match["value"].split()[0] not in _NO_NAMES:
                        yield Hit(entity, *match.span("value"), _SCORES[entity])
