"""What may go in and out of a model.

verdict.py        what a detector finds, what a policy makes of it, and the port of every check
subjects.py       the texts that are screened together, and what answers are compared with
policy.py         include/policies/guardrails/: ordered rules per direction; what no rule covers is denied
rules.py          one class per kind of rule (those about answers: answers/rules.py)
building.py       from a rule to its detector
screening.py      one call on a list of texts: runs a policy's checks
scores.py         the trained detectors' scores, whatever the policy makes of them
explaining.py     why a verdict is what it is
remote.py         ports of the checks that ask somebody; asking.py asks

normalisation/    a text as it reads once tricks of spelling and encoding are undone, with places in the original
injection/        attacks on the model: phrases in 28 languages and a trained model
personal_data/    personal data of 50 countries; secrets/ keys, tokens, passwords
content/          harm and refusals
answers/          what an answer may not be: leaks, new personal data, wrong format or language, not grounded
classifier/       the trained models: n-grams, word vectors, windows; training/ makes them
masking/          placeholders that only the run's vault key undoes
disguises.py      the same search in every reading of a text
wrapping.py       delimiters that untrusted text cannot close
patterns.py, text_length.py
"""
