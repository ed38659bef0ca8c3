"""Azure OpenAI: OpenAI's protocol under other paths, with its own credentials, errors and habits; Content Safety."""
