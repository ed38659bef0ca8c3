"""One file per model API behind one Protocol, with modules of its own where it needs them. SDK exceptions end here.

port.py           what the platform needs of a provider, with a batch API and without, and the records they exchange
registry.py       provider name -> class and connection; an SDK is imported on first use
credentials.py    an Airflow Connection as plain values; the sandbox where there is none

openai_api.py     OpenAI: Files + Batches, chat, embeddings, moderations
azure_openai.py   Azure OpenAI: the same for the deployments of a resource, by key or by Entra ID;
                  moderation by Content Safety (azure_content_safety)
openai_wire/      what these two have in common
bedrock.py        AWS Bedrock: model invocation jobs on S3, Converse in real time (bedrock_connection, bedrock_errors,
                  bedrock_records: requests; bedrock_results: result lines; bedrock_realtime,
                  bedrock_prompt_cache)
oci_genai.py      OCI Generative AI: chat, embeddings, guardrails in real time (oci_connection, oci_client: signed
                  calls; oci_chat: the three chat formats)
"""
