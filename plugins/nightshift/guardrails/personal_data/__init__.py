"""Personal data. Entity names are Presidio's.

detector.py           runs what a text can contain and nothing else
prefilter.py          which shapes a text contains at all: one pass of RE2 for all of them
shapes.py             a shape, its checksum and the words around it
headers.py            ... or the name of the column that it stands in
twins.py              full-width, Arabic and Devanagari characters read as their ASCII twins, place by place
overlaps.py           one finding per place
checksums.py          checksums by name; python-stdnum is imported when one of its numbers may stand in a text
cards.py              payment cards
phones.py             telephone numbers: the grammar
phone_context.py      ... the words and fields around them
phone_plans.py        ... and what phonenumbers says of them
internet.py           e-mail, URL, IP and MAC addresses
iban.py, finance.py, wallets.py   bank accounts and crypto wallets
united_states.py, europe.py, asia_pacific.py, americas_africa.py   tables of national and tax ids
names.py              best effort: persons, places, organisations, dates (no default policy uses it)
presidio.py           optional: Presidio behind the same port
"""

from nightshift.guardrails.personal_data.detector import PersonalData

__all__ = ["PersonalData"]
