"""Reads the provider's results and judges each answer.

grading.py   what a grader reads out of an answer, and whether that is right
judging.py   accepted, unreadable, refused, blocked or failed
reading.py   result files of one shard -> one answers file, sorted by row
"""
