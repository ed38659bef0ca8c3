"""How much escalation is expected to gain, read from the prompt alone.

vocabulary.py  the pieces a prompt is read in, and the words that say what kind of work it asks for
domains.py     the words that say which field it is about
options.py     the answers a multiple-choice prompt offers
features.py    prompts to numbers that do not depend on the subject
ngrams.py      hashed words and word pairs: what a known prompt's own outcomes teach
ridge.py       the least-squares solver of both
prior.py       what is assumed before anything is learnt, and learning is shrunk towards
model.py       prompts to scores from 0 to 1
structure.py   the weights of a prompt's structure
own_words.py   what the words of a task's own prompts add
calibration.py scores to probabilities
training.py    outcome rows to a model with its card
"""
