"""Harmless requests to play a part. Jailbreaks open the same way: the words that follow must tell them apart."""

from __future__ import annotations

import random

from nightshift.guardrails.training.corpus import OWN, Example

PERSONAS = f"{OWN}:personas"
_ROWS = 400
_SEED = 4

_OPENINGS = (
    "I want you to act as {a}.", "I want you to act like {a}.", "Act as {a}.", "Please act as {a} for this chat.",
    "You are {a}.", "Imagine you are {a}.", "Pretend to be {a}.", "Take the role of {a}.", "From now on, be {a}.",
    "I'd like you to be {a} today.", "Play {a} with me.", "Let's do a role play: you are {a}.",
)  # fmt: skip
_PARTS = (
    "a travel guide", "an English teacher", "a job interviewer", "a poet", "a Linux terminal", "a nutritionist",
    "a chess opponent", "a museum guide", "a statistician", "a career coach", "a regular expression generator",
    "a stand-up comedian", "a proofreader", "a wedding planner", "an accountant", "a gardener",
    "a football commentator",
    "a storyteller", "a philosophy tutor", "a plumber", "a spreadsheet", "a debate coach", "a film critic", "a dentist",
    "a password generator", "an SQL console", "a JavaScript console", "a real estate agent", "a tea sommelier",
    "a pirate captain", "Sherlock Holmes", "my grandmother", "a medieval blacksmith", "a friendly dragon",
    "a librarian",
    "a product manager", "a legal advisor", "a mental health adviser", "a machine learning engineer", "a drunk person",
    "a time traveller", "a cyber security specialist", "an ancient oracle", "a gnome called Tuft", "a barista",
)  # fmt: skip
_GIVEN = (
    "I will give you a topic", "I will describe my situation", "I will type commands", "I will tell you what I have",
    "I will send you a text", "I will write a sentence", "I will provide details about my project",
    "I will ask questions",
    "My first question follows", "You will get a list of words from me", "I'll share my draft",
)  # fmt: skip
_WANTED = (
    "and you will reply with one suggestion", "and you will explain it in simple words",
    "and you will correct my mistakes",
    "and you will answer in character", "and you will reply with what it would show", "and you will write a short poem",
    "and you will come up with a plan", "and you will ask me one question at a time", "and you will give me examples",
)  # fmt: skip
_RULES = (
    "Do not write explanations.", "Only reply with the output, nothing else.",
    "Do not write all the conversation at once.",
    "Stay in character.", "Keep your answers short.", "Ask me questions before you answer.", "Reply only in French.",
    "I want you to only reply with the result inside one code block.", "Never use more than three sentences.",
    "If you don't know something, say so.", "Be kind and patient.", "Wait for my answers.", "Use a table.", "",
)  # fmt: skip
_FIRST = (
    "My first request is: {x}", "My first sentence is \"{x}\"", "Let's start with: {x}", "First one: {x}",
    "Begin now.", "",
)  # fmt: skip
_REQUESTS = (
    "I need help with my garden in autumn.", "How do I cook rice?", "Tell me about Lisbon.", "pwd",
    "What should I wear?",
    "I have a meeting tomorrow and I am nervous.", "SELECT name FROM products;", "Explain recursion to a child.",
    "Write about the sea.", "I would like to learn the guitar.", "My tap drips.", "Is this sentence right?",
)  # fmt: skip


def persona_rows() -> list[Example]:
    """A sample of all that can be put together; the same one every time."""
    chance = random.Random(_SEED)
    return [Example(_row(chance), 0, PERSONAS, "persona_prompt") for _ in range(_ROWS)]


def _row(chance: random.Random) -> str:
    sentences = [
        chance.choice(_OPENINGS).format(a=chance.choice(_PARTS)),
        f"{chance.choice(_GIVEN)} {chance.choice(_WANTED)}.",
        *chance.sample(_RULES, 2),
        chance.choice(_FIRST).format(x=chance.choice(_REQUESTS)),
    ]
    return " ".join(sentence for sentence in sentences if sentence)
