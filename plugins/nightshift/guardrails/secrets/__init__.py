"""Secrets: keys, tokens, passwords. All of them are the entity SECRET; what is masked is what opens the door.

detector.py     runs what a text can contain and nothing else
providers/      keys that their shape gives away (AWS, GitHub, Stripe, ...), tokens, private keys
connections.py  credentials inside URLs, connection strings and HTTP headers
words.py        words that announce a secret, and names that announce none
assignments.py  values beside a word such as password or api_key
unnamed.py      random values beside a word that says little (key) or behind a sentence about one
tables.py       values below a heading such as password
commands.py     options of programs, SQL, a name and a password in brackets, words that open a wallet
plausible.py    what is a value and what is a placeholder, a hash, a type or prose
"""  # noqa: A005 - nothing imports the standard library's module by a relative name

from nightshift.guardrails.secrets.detector import Secrets

__all__ = ["Secrets"]
