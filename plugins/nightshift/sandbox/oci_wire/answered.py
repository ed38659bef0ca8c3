"""The store of this part: also every answer that a retry token was given, for as long as OCI knows the token."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from nightshift.sandbox.store import Charge, Store, _insert_charge

# "Retry tokens expire after 24 hours": docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/ChatResult/Chat
TOKEN_SECONDS = 24 * 3600
_TABLE = """
CREATE TABLE IF NOT EXISTS answered (
    token TEXT PRIMARY KEY, created_at INTEGER NOT NULL,
    digest BLOB NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request was answered; `digest` is the identity of that request."""

    digest: bytes
    status: int
    body: bytes


class AnswerStore(Store):
    """A Store that knows retry tokens."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with self._transaction() as db:
            db.execute(_TABLE)

    def clear(self) -> None:
        super().clear()
        with self._transaction() as db:
            db.execute("DELETE FROM answered")

    def answered(self, token: str) -> Answered | None:
        """The answer that this token was given within the last day."""
        oldest = int(time.time()) - TOKEN_SECONDS
        sql = "SELECT digest, status, body FROM answered WHERE token = ? AND created_at > ?"
        found = self.rows(sql, (token, oldest)) if token else []
        return Answered(*found[0]) if found else None

    def add_answer(self, token: str, found: Answered, charge: Charge) -> None:
        """Bills an answer and remembers it under its token, both or neither; a known token is not billed again."""
        with self._transaction() as db:
            if not token or self._remember(db, token, found):
                _insert_charge(db, charge, {found.digest})

    def _remember(self, db: sqlite3.Connection, token: str, found: Answered) -> bool:
        """False where another request with this token was faster."""
        now = int(time.time())
        db.execute("DELETE FROM answered WHERE token = ? AND created_at <= ?", (token, now - TOKEN_SECONDS))
        values = (token, now, found.digest, found.status, found.body)
        return db.execute("INSERT OR IGNORE INTO answered VALUES (?, ?, ?, ?, ?)", values).rowcount == 1
