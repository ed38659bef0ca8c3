"""What the trained detectors share. Integer arithmetic throughout: a score never depends on the rest of the batch.

windows.py      long texts cut into overlapping pieces of bounded length
tokens.py       pieces to hashed words, a whole block at a time
vectors.py      a word's meaning as a short vector, distilled from a sentence encoder
phrases.py      what a few neighbouring words mean together (a convolution), the strongest place of a piece
ngrams.py       words and word pairs with one weight each
reading.py      texts made ready for every model at once
model.py        both together: one logit per window
passages.py     what is read of a batch, the same for every detector
scoring.py      from windows to one calibrated score per text, and where it comes from
weights.py      where the trained weights are kept
"""
