"""Personal data. Entity names are Presidio's.

detector.py           runs what a text can contain and nothing else
prefilter.py          which shapes a text contains at all: one pass of RE2 for all of them
shapes.py             a shape, its checksum and the words around it
headers.py            ... or the name of the column or parameter that it stands in
field_names.py        ... and its name read as words
twins.py              full-width, Arabic and Devanagari characters and escapes read as their ASCII twins, place by place
emphasis.py           Markdown's marks read as blanks
overlaps.py           one finding per place, and what is only noted beside it
checksums.py          checksums by name; python-stdnum is imported when one of its numbers may stand in a text
cards.py              payment cards
phones.py             telephone numbers: the grammar
phone_context.py      ... the words and fields around them
phone_plans.py        ... and what phonenumbers says of them
internet.py           e-mail addresses, URLs, links to chats
ip_addresses.py       ... IP addresses, versions told apart
iban.py, bic.py, finance.py, wallets.py   bank accounts and crypto wallets
passports.py, licences.py   documents of all countries
companies.py          tax and registration numbers of companies
united_states.py, europe.py, asia_pacific.py, americas_africa.py   tables of national and tax ids of persons
names.py              best effort: persons, places, organisations, dates (no default policy uses it)
presidio.py           optional: Presidio behind the same port
"""

from nightshift.guardrails.personal_data.detector import PersonalData

__all__ = ["PersonalData"]
