"""OCI Generative AI's API: api (routes), calls (HTTP, errors), signing, chat, guardrails, answered (retry tokens)."""
