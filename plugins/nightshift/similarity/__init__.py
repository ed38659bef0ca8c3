"""Whether two texts ask the same, so that one answer serves both. Knows no runs and no files of a run.

normal_form.py   a text without what never matters: case, white space, punctuation at the end
words.py         the closed lists: what English may leave out or say differently, and where case or -s matters
frames.py        politeness and the frames of questions
tokens.py        a text cut into words, numbers, signs and quoted parts
meaning.py       the guard: what must be equal before two texts may share an answer
spelling.py      a slip of the pen, told from another word
embedding.py     the port: texts to unit vectors; offline from word vectors, or from a provider
vector_store.py  embedding cache in the lake: a text is embedded once per model
matching.py      guard and cosine together
pairs.py         labelled pairs from JSON lines
learning.py      the threshold of a prompt from labelled pairs, with a bound on false hits
threshold.py     the learnt threshold as a file beside the prompt version
"""
