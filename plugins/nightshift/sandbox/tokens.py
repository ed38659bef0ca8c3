"""A token count without a tokenizer: four UTF-8 bytes are one token, rounded up.

OpenAI's rule of thumb for English (help.openai.com/en/articles/4936856). The real vocabularies have to be downloaded;
this is a stand-in that is deterministic, monotone and fast, and near enough to make bills of a plausible size.
"""

from __future__ import annotations

from typing import Any

BYTES_PER_TOKEN = 4
TOKENS_PER_MESSAGE = 3  # role and delimiters, as in OpenAI's cookbook "How to count tokens with tiktoken"
TOKENS_PER_REPLY = 3


def of_text(text: str) -> int:
    """Tokens of a text."""
    length = len(text) if text.isascii() else len(text.encode())
    return (length + BYTES_PER_TOKEN - 1) // BYTES_PER_TOKEN


def of_messages(texts: list[str]) -> int:
    """Tokens of a conversation, given the text of each message."""
    return TOKENS_PER_REPLY + sum(TOKENS_PER_MESSAGE + of_text(text) for text in texts)


def text_of(content: Any) -> str:
    """The text of a message's content: a string, or the text parts of a list."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))


def cut(text: str, limit: int) -> str:
    """The beginning of `text` that fits into `limit` tokens."""
    return text.encode()[: limit * BYTES_PER_TOKEN].decode(errors="ignore")
