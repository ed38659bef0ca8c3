"""OpenLineage events.

events.py   START, COMPLETE and FAIL of a batch run, appended to a file
"""
