"""execute: have one shard answered. Re-attaches after a kill; nothing is asked twice.

attempts.py   which attempt of a shard is to be executed, and how a shard moves on
submit.py     a shard with a batch API: handed over, or found again
wait.py       until the provider's batch is final
realtime.py   a shard without one: request by request, in lots that are checkpoints
asking.py     the requests of one lot, several at a time, at the rate that the provider bears
lots.py       the files of these lots
gather.py     what either way has brought, in one form
collect.py    read, judged and booked; what is to be asked again, or elsewhere
reroute.py    the next deployment of the tier, where one refuses or is down
quotas.py     whether the provider has room for one more shard
"""
