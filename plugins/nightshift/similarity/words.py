"""Closed lists for English: what may be left out or said differently, and where case or a final -s matters.

Whatever is not in these lists decides: a word that only one of two texts has keeps them apart.
"""

from __future__ import annotations

import re


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def _pairs(lines: str) -> dict[str, str]:
    """`first: other other` per line -> other: first."""
    found: dict[str, str] = {}
    for line in lines.strip().splitlines():
        chosen, _, others = line.partition(":")
        found |= {other: chosen.strip() for other in others.split()}
    return found


ASKING = listed("what who whom whose where when which why how")
BEING = listed("is are am")
DOING = listed("do does")
AUXILIARIES = (
    BEING
    | DOING
    | listed("was were did can could will would shall should must may might has have had isn't aren't doesn't don't")
)
# Enough of these make a text English; none of them is a frequent word of another language in Latin script.
ENGLISH = (
    ASKING
    | AUXILIARIES
    | listed(
        """
        the and for with that this these those from by to if it's its you your my our their not there than more most
        each every only of he his him she into about after before between how many much it they we be
        being at answer following please
        """
    )
) - listed("am was has must will may can had")

CONTRACTIONS = _pairs(
    """
    can not: can't cannot cant
    will not: won't
    shall not: shan't
    do not: don't dont
    does not: doesn't doesnt
    did not: didn't didnt
    is not: isn't isnt ain't
    are not: aren't
    was not: wasn't
    were not: weren't
    has not: hasn't
    have not: haven't
    had not: hadn't
    would not: wouldn't
    could not: couldn't
    should not: shouldn't
    must not: mustn't
    i am: i'm
    you are: you're
    we are: we're
    they are: they're
    i have: i've
    you have: you've
    we have: we've
    they have: they've
    i will: i'll
    you will: you'll
    we will: we'll
    they will: they'll
    what is: what's whats
    who is: who's
    where is: where's
    how is: how's
    that is: that's
    it is: it's
    there is: there's
    let us: let's
    """
)
SPELLINGS = _pairs(
    """
    what: waht hwat whta
    which: wich whcih
    how: hwo
    when: wehn
    where: whre wheer
    the: teh hte
    and: adn nad
    that: taht
    their: thier
    because: becuase becasue
    receive: recieve
    separate: seperate
    definitely: definately
    until: untill
    tomorrow: tommorow tommorrow
    beginning: begining
    believe: beleive
    calendar: calender
    environment: enviroment
    government: goverment
    occurred: occured
    weird: wierd
    which: wich
    you: yuo
    does: deos
    is: si
    defense: defence
    gray: grey
    analyze: analyse
    traveling: travelling
    traveler: traveller
    canceled: cancelled
    modeling: modelling
    labeled: labelled
    program: programme
    aluminum: aluminium
    jewelry: jewellery
    catalog: catalogue
    dialog: dialogue
    math: maths
    email: e-mail
    ok: okay
    """
)
_BRITISH = re.compile(
    r"(?P<our>colo|behavio|labo|favo|hono|neighbo|flavo|humo|harbo|vapo|rumo|odo|tumo)ur"
    r"|(?P<ise>organi|reali|recogni|summari|apologi|minimi|maximi|optimi|civili|coloni|industriali|urbani|globali|privati|"
    r"nationali|characteri|utili|standardi|normali|generali|speciali|emphasi|critici|authori|categori|prioriti)s(?=e|i|a)"
    r"|(?P<re>cent|theat|fib|(?:kilo|centi|milli)?met|(?:milli)?lit)re(?=s?$)"
)


def american(word: str) -> str:
    """A British form in the American one."""
    word = SPELLINGS.get(word, word)
    found = _BRITISH.match(word)
    if found is None:
        return word
    kind = str(found.lastgroup)
    return found[kind] + {"our": "r", "ise": "z", "re": "er"}[kind] + word[found.end() :]


# Only words of one meaning, or whose meanings are shared.
SYNONYMS = _pairs(
    """
    buy: purchase
    bought: purchased
    buying: purchasing
    begin: commence
    car: automobile
    movie: film
    photo: photograph
    television: tv
    mathematics: math
    information: info
    approximately: approx roughly
    phone: telephone
    bicycle: bike
    until: till
    although: though
    maybe: perhaps
    kid: child
    intelligent: smart
    wealthy: rich
    sick: ill
    trash: garbage rubbish
    repair: fix
    repairing: fixing
    """
)
SYNONYMS |= {f"{other}s": f"{chosen}s" for other, chosen in SYNONYMS.items()} | {"children": "kids"}
IRREGULAR = {"kids": "kid", "men": "man", "women": "woman", "feet": "foot", "teeth": "tooth", "mice": "mouse"}
# With and without -s these are two words, or a name and another name.
KEEPS_S = listed(
    """
    glasses customs arms goods news species series physics mathematics economics politics statistics means times
    works looks clothes damages charges manners contents savings earnings thanks spectacles forces pants shorts
    jeans remains assets returns airs spirits quarters heads tails others lots sales rights papers letters minutes
    ashes bases axes ethics genetics dynamics mechanics electronics athletics gymnastics headquarters crossroads
    barracks williams adams peters jobs stevens roberts richards edwards phillips andrews daniels michaels simmons
    johns davids marks woods brooks fields wells banks rivers stocks parks grants hills waters bills charles james
    jones does has this his its yes gas plus minus versus always perhaps sometimes besides towards as us is was thus
    bus
    """
)
# The number of what follows matters.
SUPERLATIVE = listed("most least best worst only all each every both either neither first last one another")
SHORT = listed("am an as at be by do go he hi if in is it me mr my no of oh ok on or so to tv up us we dr st vs pm")
# Another word where it is written with a capital, or in capitals only.
CAPITAL_MATTERS = listed(
    """
    polish turkey china march may august nice reading bath mobile job rose jack mark bill will rob pat guinea japan
    jersey lima chad jordan georgia cologne hamburger lent pole poles finish earth mercury mass
    """
)
CAPITALS_MATTER = listed(
    """
    us it who aids sat act may can or in me hi ok pa ma la al oh id so un pet cat mad nice start pin ram rom led dos
    soap rest ace care aim who was all
    """
)
_COUNTING = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBERS = {
    name: str(value)
    for value, name in enumerate(_COUNTING.split())
    if value != 1  # `one` is a pronoun too
}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
# After a number, and with this case.
UNITS = {
    "km": "kilometer", "m": "meter", "cm": "centimeter", "mm": "millimeter", "kg": "kilogram", "g": "gram",
    "mg": "milligram", "l": "liter", "L": "liter", "ml": "milliliter", "mL": "milliliter", "h": "hour", "hr": "hour",
    "hrs": "hour", "min": "minute", "mins": "minute", "s": "second", "sec": "second", "secs": "second", "ft": "foot",
    "lb": "pound", "lbs": "pound", "oz": "ounce", "percent": "%", "usd": "dollar", "USD": "dollar", "dollars": "dollar",
    "EUR": "euro", "euros": "euro",
}  # fmt: skip
UNITS |= {f"{unit}s": unit for unit in UNITS.values() if unit[-1] in "mreydo"} | {"feet": "foot", "hours": "hour"}
CURRENCIES = {"$": "dollar", "€": "euro"}
ARTICLES = frozenset(("a", "an", "the"))
# `a few` is not `few`, `the most` is not `most`.
ARTICLE_MATTERS = listed("few little lot number most least other others same only one who whole second third")
