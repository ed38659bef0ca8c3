"""Answers that were paid for before, and those that another run is paying for right now.

segments.py       which files of answers a run may read: by namespace, sharing and freshness
lookup.py         all keys of a run against these files, in bulk and within fixed memory
single_flight.py  a run waits for another one that is asking the same rows, instead of paying for them too
keys.py           the space of request keys in parts
semantic.py       answers to rows that asked the same in other words, where a threshold was learnt for the prompt
semantic_setting.py  whether it is in use for a prompt: the threshold, and the embedding that it was learnt with
texts.py          what the rows behind a segment have asked, with keys by which the same in other words is found
row_text.py       what a row has asked, less the prompt around it
"""
