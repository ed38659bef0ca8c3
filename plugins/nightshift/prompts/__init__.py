"""Versioned prompts as code, from include/prompts/<name>/v<semver>/.

repository.py         name@version or name@label -> one immutable prompt version with its digest
template.py           renders the user text of one row; the system text never varies within a version
knowledge.py          the present generation of the knowledge base that a prompt's answers rest on
example_selection.py  which examples a row is shown, within a budget of tokens
"""
