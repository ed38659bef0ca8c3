"""What OpenAI and Azure OpenAI have in common on the wire.

lines.py      request lines, result lines, batch objects
refusals.py   the SDK's errors as ours
provider.py   the port's operations on the SDK's clients
"""
