"""The typed tables of our own database.

base.py     column types that mean the same on SQLite and PostgreSQL
runs.py     runs, slices and shards: what the batch job knows
ledger.py   budgets and the double-entry ledger
cache.py    the index of cached answers (the answers are in the lake), and the runs that are asking for more
rates.py    what all tasks together have asked of a provider in the present minute
vectors.py  the index of embedded texts (the vectors are in the lake)
vaults.py   the keys of what runs have masked
reviews.py  what data stewards decided about rows that were held back
side_calls.py what runs ask models beside their rows, and what that costs
outcomes.py what runs and files have taught, and the weights trained on it
"""

from nightshift.storage.tables.base import Base
from nightshift.storage.tables.cache import CacheFlight, CacheSegment
from nightshift.storage.tables.ledger import Budget, LedgerEntry
from nightshift.storage.tables.outcomes import ModelState, OutcomeSet, TierModel
from nightshift.storage.tables.rates import RateWindow
from nightshift.storage.tables.reviews import Decision, ReviewDecision
from nightshift.storage.tables.runs import OPEN_STATES, Run, RunState, Shard, ShardState, Slice
from nightshift.storage.tables.side_calls import SideCall, SideCallState
from nightshift.storage.tables.vaults import VaultKey
from nightshift.storage.tables.vectors import EmbeddingSegment

__all__ = [
    "OPEN_STATES",
    "Base",
    "Budget",
    "CacheFlight",
    "CacheSegment",
    "Decision",
    "EmbeddingSegment",
    "LedgerEntry",
    "ModelState",
    "OutcomeSet",
    "RateWindow",
    "ReviewDecision",
    "Run",
    "RunState",
    "Shard",
    "ShardState",
    "SideCall",
    "SideCallState",
    "Slice",
    "TierModel",
    "VaultKey",
]
