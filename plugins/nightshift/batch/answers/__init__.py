"""Reads what a shard has brought and judges each answer.

reading.py       result lines of one shard -> one answers file, sorted by row; what is asked again, what is lost
splitting.py     what a bundle cost the rows that it left in doubt
reconciling.py   receipts follow the provider's sum for a batch where its lines add up to something else
judging.py       accepted, unreadable, refused, blocked or failed
grading.py       what a grader reads out of an answer, and whether that is right
"""
