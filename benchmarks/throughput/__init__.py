"""Throughput and memory of the batch pipeline, next to two peers on the same stand-in provider.

__main__.py        the driver: runs every measurement in its own process, prints the tables, writes the JSON file
rows.py            the input: any number of distinct rows, the same ones every time
workload.py        prompt, model and limits that all sides use, and the policies that ours needs on top
pipeline.py        our side, step by step
peer_llm_batch.py  Airflow common-ai's LLMBatchOperator
peer_litellm.py    LiteLLM's batch client
peers.py           the peers' virtual environments
stand_in.py        a fresh sandbox for each measurement
meter.py           wall time, CPU time and peak memory of a step
report.py          the tables
"""
