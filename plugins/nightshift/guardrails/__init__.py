"""What may go in and out of a model.

verdict.py        what a check finds and what follows from it
policy.py         include/policies/guardrails/: which checks run in which direction; no rule for a direction means deny
screening.py      one call on a list of texts: runs a policy's checks in order
text_length.py    too long
patterns.py       a list of known attack phrases
personal_data.py  e-mail addresses and card numbers, masked
"""
