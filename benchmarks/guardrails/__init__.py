"""How good and how fast the guardrails are, next to a naive pattern list and to peers that can be installed."""
