"""Keys of providers of models and of what is built around them. Sources: their documentation, gitleaks (MIT)."""

from __future__ import annotations

from nightshift.guardrails.secrets.providers.shape import DASHED, HEX, MIXED, UUID, WORD, ProviderKey, shape

AI_KEYS: tuple[ProviderKey, ...] = (
    shape("ABSK", "[A-Za-z0-9+/]{80,}={0,2}"),  # Bedrock
    shape("sk-ant-", DASHED + "{20,}"),  # Anthropic
    shape("sk-(?:proj|svcacct|admin|None)-", DASHED + "{20,}"),  # OpenAI
    shape("sk-or-v1-", HEX + "{64}"),  # OpenRouter
    shape("sk-lf-", UUID),  # Langfuse
    shape("sk-", "[A-Za-z0-9]{20,64}"),  # OpenAI and those that copy it
    shape("sk_", HEX + "{48}"),  # ElevenLabs
    shape("hf_|api_org_", "[A-Za-z0-9]{30,40}"),  # Hugging Face
    shape("gsk_", WORD + "{40,60}"),  # Groq
    shape("xai-", WORD + "{70,90}"),  # xAI
    shape("pplx-", WORD + "{40,60}"),  # Perplexity
    shape("r8_", WORD + "{37,40}"),  # Replicate
    shape("nvapi-", DASHED + "{60,70}"),  # NVIDIA
    shape("tgp_v1_", DASHED + "{40,48}"),  # Together
    shape("fw_", WORD + "{22,26}", MIXED),  # Fireworks
    shape("esecret_", "[a-z0-9]{24,32}"),  # Anyscale
    shape("csk-", "[a-z0-9]{48}"),  # Cerebras
    shape("pa-", DASHED + "{43}", MIXED),  # Voyage
    shape("jina_", DASHED + "{60}"),  # Jina
    shape("wandb_v1_", "[A-Za-z0-9_]{60,90}"),  # Weights & Biases
    shape("lsv2_(?:pt|sk)_", "[0-9a-f_]{32,60}"),  # LangSmith
    shape("pcsk_", "[A-Za-z0-9_]{50,80}"),  # Pinecone
    shape("llx-", WORD + "{48}"),  # LlamaCloud
    shape("tvly-", DASHED + "{24,50}"),  # Tavily
    shape("fc-", HEX + "{32}"),  # Firecrawl
    shape("apify_api_", WORD + "{34,40}"),  # Apify
    shape("e2b_", HEX + "{40}"),  # E2B
    shape("a[ks]-", WORD + "{22}", MIXED),  # Modal
)
