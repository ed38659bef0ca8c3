"""The six steps of the main job, in order. Each is safe to run twice.

admit.py     validate, resolve (resolve.py: the deployments of each tier; resolve_cascade.py: who is asked when), index
             the input, reserve the budget
prepare.py   screen one slice of rows; then pack all slices into shards (pack.py)
execute/     have one shard answered: through a batch API or request by request, here or at the next deployment
escalate.py  ask another model where an answer is unusable, doubted, or agrees with no other
publish.py   results in input order with a receipt per row, switched on at once
settle.py    close the ledger, fill the cache, write the report
cancel.py    instead of all that: stop what is under way, book what it did, release the rest
"""
