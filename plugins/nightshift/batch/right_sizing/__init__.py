"""Where every prompt stands on its curve of cost against quality, and what moving would save.

present.py   what recent runs did, from their receipts
sizing.py    the curve, the cheapest strategy that is as good, and what it would save
page.py      both as JSON and as a page, in the lake
"""
