"""Instructions that a text has no right to give: attempts to steer the model that reads it.

rules.py      precise rules over the normalised text; their hits are features of the trained model
phrases.py    English phrasing and markup; languages.py has the words of orders in other languages
triggers.py   one pass over a text: which patterns occur in it
matching.py   ... and where, for those alone
mention.py    mention is not use: quotations, prohibitions, mail to people
detector.py   the trained model
"""
