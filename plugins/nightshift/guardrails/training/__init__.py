"""How the trained detectors are made: `nightshift guardrails train`. The same data gives the same bytes.

corpus.py          rows that may be learnt from, with their licences
planting.py        instructions planted in documents
identity.py        plain sentences about groups of people
personas.py        harmless requests to play a part
everyday.py        harmless requests and house rules in the words of attacks
pages.py           harmless read-me files, licences, links, tables, manuals, put together from page_frames.py
passages.py        rows as the detectors read them: plain and decoded passages, cut into windows with a label each
row_scores.py      ... and windows put together to a score
ngram_fit.py       weights of words and word pairs (logistic regression)
phrase_fit.py      filters over word vectors (a small convolution, by gradient descent)
text_model_fit.py  both halves as arrays
calibration.py     held-out scores to a probability and a threshold
recipe.py          one detector from rows to weights
word_vectors.py    the table of words, distilled from a sentence encoder (needs requirements-train.in; rarely run)
evaluation.py      what it is worth on sources it has not seen
card.py            the model card
"""
