"""How full the shard planner's request files are, and what planning costs, on millions of request sizes.

__main__.py  every mix under every provider's limits, ours next to the peer; prints the table
mixes.py     request sizes, the same ones every time
peer.py      what simple tools do: cut by number, halve what is too large
"""
