"""One file per model API behind one Protocol. SDK exceptions never leave this folder.

port.py         what the platform needs from a provider with a batch API, and the records they exchange
credentials.py  an Airflow Connection as plain values
openai_api.py   OpenAI: Files + Batches
registry.py     provider name -> provider, SDK imported on first use
"""
