"""Request files within the provider's limits.

encoding.py  a table of rows -> request lines, without touching single rows in Python
writer.py    fills request files up to the provider's limits, in row order
planning.py  the shards of one wave: which rows, which tier, what they may cost at most
redrive.py   the next attempt at the rows of a shard that were not executed
"""
