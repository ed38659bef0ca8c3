"""What a dearer model would change about an answer, and the cheapest way to the quality asked for. Pure functions.

json_rows.py   lines of JSON as objects, what is wrong with them, and what their task is called
outcomes.py    graded rows as they come in: what a light and a premium model made of the same prompt
difficulty/    how much escalation is expected to gain, read from the prompt alone
answers/       what an answer gives away about itself; when two answers are the same
weights.py     where the trained weights are kept
repeats.py     prompts that were graded more than once
opinions.py    what further cheap models answered, matched by model
cases.py       outcome rows as arrays, with what every call costs
strategies.py  direct, verify, agreement and their limits: quality, premium share, cost, waves
curves.py      quality against premium share: APGR, CPT
evidence.py    whether a score is better than chance, and whether one score is better than another
guarantee.py   a quality promise with a confidence, from held-back outcomes
planning.py    strategy and threshold for a prompt: the cheapest that keeps the promise and fits the deadline
sizing.py      every strategy as a point on the curve of cost against quality
"""
