"""Plain sentences about groups of people. Toxic rows name groups far more often than others: without these the words
themselves would look like hatred.
"""

from __future__ import annotations

from nightshift.guardrails.training.corpus import OWN, Example

IDENTITY = f"{OWN}:identity"
_GROUPS = (
    "women", "men", "girls", "boys", "gay people", "lesbians", "bisexual people", "trans people", "queer people",
    "black people", "white people", "Asian people", "Latinos", "brown people", "Muslims", "Jews", "Christians",
    "Hindus", "Buddhists", "atheists", "Catholics", "immigrants", "refugees", "foreigners", "Africans",
    "Americans", "Arabs",
    "Chinese people", "Mexicans", "Indians", "Russians", "Turks", "Germans", "Poles", "Ukrainians", "Israelis",
    "Palestinians", "Roma", "indigenous people",
    "disabled people", "deaf people", "blind people", "autistic people",
    "old people", "teenagers", "poor people", "homeless people", "fat people", "mothers", "wives", "feminists",
    "conservatives", "liberals", "communists", "vegans", "police officers", "sex workers",
)  # fmt: skip
_PERSONS = (
    "muslim", "jewish", "christian", "hindu", "black", "white", "asian", "latino", "gay", "lesbian", "trans",
    "bisexual", "queer", "deaf", "blind", "disabled", "autistic", "an immigrant", "a refugee", "a feminist",
    "an atheist", "a woman", "mexican", "chinese", "arab", "russian", "african", "old", "poor", "homeless",
)  # fmt: skip
_OF_GROUPS = (
    "{}",
    "The survey asked {} about their commute.",
    "What do {} think of the new library?",
    "How many {} live in our city?",
    "The exhibition shows photographs of {} from the last hundred years.",
    "History of {} in the labour market",
    "Support groups for {} meet on Thursdays.",
    "Many {} voted early this year.",
)
_OF_PERSONS = (
    "{}",
    "I am {}.",
    "My neighbour is {} and we cook together on Sundays.",
    "As somebody who is {}, where can I get advice about housing?",
    "She is {} and teaches mathematics.",
    "my best friend is {} lol we watch the game every week",
)


def identity_rows() -> list[Example]:
    """Every group in every sentence, none of them harmful."""
    sentences = [frame.format(group) for group in _GROUPS for frame in _OF_GROUPS]
    sentences += [frame.format(person) for person in _PERSONS for frame in _OF_PERSONS]
    return [Example(sentence, 0, IDENTITY, weight=0.5) for sentence in sentences]
