"""What it saves to ask several rows in one request, on recorded GSM8K answers. `python -m benchmarks.prompt_economy`.

The sandbox answers each item of a bundle from its recording, as it answers the row alone: the quality effect is nil by
construction, and only the saving and the work of taking answers apart are measured. What a real model does to quality
is measured by the same two runs against the real provider.
"""
