"""OpenAI and Azure OpenAI: files, batches, chat completions, embeddings, costs."""
