"""Versioned prompts as code, from include/prompts/<name>/v<semver>/.

repository.py   name@version or name@label -> one immutable prompt version with its digest
template.py     renders the user text of one row; the system text and the examples never vary within a version
"""
