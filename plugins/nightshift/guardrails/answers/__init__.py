"""Checks of answers, beside what was asked, what the operator said and what was retrieved.

system_prompt_leak.py  the answer repeats the system prompt
canaries.py            planted strings that must never leave
new_personal_data.py   personal data and secrets that nobody gave the model
language.py            the answer's language
answer_format.py       JSON, labels, expressions; conformity.py has the JSON schemas
groundedness.py        which words, numbers and names of the answer stand in the sources; wording.py reads them
entailment.py          what a judge model says of each sentence; model_judge.py makes a judge of any model
moderation.py          a provider's own guardrail
"""
