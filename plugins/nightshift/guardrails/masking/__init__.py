"""Masking that the run's vault key, and nothing else, can undo.

spans.py          replace what was found in a text
placeholders.py   the same value gets the same placeholder in all of a run, and none that another run would give it
sealing.py        originals under AES-GCM, bound to run, row and placeholder
run_keys.py       a key per run, kept wrapped by a master key; destroying it erases what was masked
"""
