"""What is held back is looked at by a data steward, who releases or rejects it.

held_back.py   the rows of a run that a rule held back, and what was decided about them
originals.py   rows as they came, read again from the input, which must not have changed
sheet.py       the page on which the steward sees them: the only place that shows their text
decisions.py   writes decisions down
reviews.py     what was decided in an application, as screening asks for it
next_run.py    the run in which released rows continue
"""
