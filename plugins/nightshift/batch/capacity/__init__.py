"""When and how fast work may go to a provider.

off_peak.py     the hours of a provider's region in which on-demand work runs: include/policies/off_peak.yaml
local_time.py   clock times of a time zone as instants, in the nights when clocks change too
starting.py     when a piece of on-demand work starts, and why
limits.py       rates and quotas as policy: include/policies/rates.yaml
rates.py        requests and tokens per minute, shared by all tasks of all runs through the database
concurrency.py  how many requests one task keeps in flight, learnt from the provider's answers
"""
