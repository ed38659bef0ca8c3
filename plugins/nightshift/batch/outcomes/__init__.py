"""What published runs and files of graded rows teach about the tiers.

rows.py        one outcome row as it is kept
answered.py    the rows of a run that both its first and its last tier have answered
judged.py      which of these answers are right, by reference or by comparison with the last tier's
collecting.py  the outcome rows of published runs, written down once
importing.py   outcome rows from files
sets.py        the index: which rows there are, of what, and where
"""
