"""Which tier a row starts on.

policy.py      include/policies/tiers/: the tiers, cheapest first, and the rules for the start
difficulty.py  the first rule: by the length of the row's text
"""
