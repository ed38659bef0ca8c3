"""Instructions that a text has no right to give: attempts to steer the model that reads it.

rules.py      precise rules over the normalised text; their hits are features of the trained model
phrases.py    English phrasing and markup; european_languages.py, asian_languages.py and further_languages.py
              have orders in other languages
scripts.py    which script a text must have for an alternative to match
sieve.py      one pass over a text: which patterns may occur in it
searching.py  ... compiled when they are first needed
matching.py   ... and where, for those alone
mention.py    mention is not use: quotations, prohibitions, mail to people
plain.py      phrases that make an attack of a short text, whatever the model says
close_ups.py  the sentences that rules hit
detector.py   the trained model, over the text and over these sentences
"""
