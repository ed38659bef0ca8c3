"""The six steps of the main job, in order. Each is safe to run twice.

admit.py     validate, resolve, index the input, reserve the budget
prepare.py   screen one slice of rows; then pack all slices into shards (pack.py)
execute.py   submit, wait for and collect one shard
escalate.py  send unusable answers one tier up
publish.py   results in input order with a receipt per row, switched on at once
settle.py    close the ledger, fill the cache, write the report
"""
