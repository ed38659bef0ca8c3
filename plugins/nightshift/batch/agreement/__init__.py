"""When two answers to a row agree, where no key of one answer can say it. Policy: docs/tiering.md, comparators.

telling_words.py  what must be equal in two answers in prose: numbers, names, what is denied, words and their order
embedding.py      a comparator: the cosine of two answers that have these in common
judge.py          a comparator: each of two answers bears out the other, in the eyes of a model
in_use.py         a run's comparator: fixed at admission, opened by the step that compares
comparing.py      the pairs of one wave that agree, as a file
published.py      the answers of these pairs, as publication reads them
"""
