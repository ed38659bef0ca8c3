"""Several small rows in one request, for prompts for which that was shown to be harmless.

form.py         the request: items between delimiters, and the JSON in which their answers come back
files.py        which rows share a request; the rest is asked alone
membership.py   which rows a request stands for, read from beside its file
unbundling.py   one answer -> an answer and a share of the cost for every row, or a doubt
bundles.py      what a job was admitted with
admission.py    whether a job may bundle
evidence.py     include/bundling/: for which prompt, model and size it was shown to be harmless
trial.py        two runs of the same rows, one bundled: what it costs in quality and what it saves
"""
