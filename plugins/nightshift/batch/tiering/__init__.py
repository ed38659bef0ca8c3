"""Which of a job's tiers each row is asked at.

policy.py          include/policies/tiers/: the tiers, cheapest first, rules for the start, the cascade, the trial share
cascade.py         the cascade of one run, fixed at admission
planning.py        how it is chosen: what the policy fixes, else from graded outcomes
weights_in_use.py  the trained weights that a run reads, by digest
starting.py        the tier on which a row starts
trials.py          the sample of rows that every tier is asked
choosing.py        which of a row's answers is published
"""
