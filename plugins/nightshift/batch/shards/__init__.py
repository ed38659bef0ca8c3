"""Request files within the provider's limits.

encoding.py    a table of rows -> request lines, without touching single rows in Python
packing.py     which row goes to which file: limits on requests, bytes and tokens
topping_up.py  a last file below the provider's least number of requests takes rows from earlier ones
writer.py      fills the request files
open_file.py   one request file in the making
planning.py    the shards of one wave: which rows, which deployment, batch or real time, what they may cost at most
tally.py       the same without the files: what a wave may cost at most
again.py       further attempts at some rows of a shard, here or on another deployment
lease.py       who is at work on a shard right now
"""
