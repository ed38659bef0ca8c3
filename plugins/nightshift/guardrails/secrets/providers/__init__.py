"""Keys that their shape gives away.

shape.py        a prefix that no word has, an alphabet and a length
clouds.py       clouds, hosts, stores
development.py  what software is built, shipped and watched with
models.py       providers of models, and what is built around them
business.py     payments, shops, mail, chat and other services
anybody.py      tokens in JSON, webhooks, private keys
"""

from nightshift.guardrails.secrets.providers.anybody import ANYBODYS_KEYS
from nightshift.guardrails.secrets.providers.business import BUSINESS_KEYS
from nightshift.guardrails.secrets.providers.clouds import CLOUD_KEYS
from nightshift.guardrails.secrets.providers.development import DEVELOPMENT_KEYS
from nightshift.guardrails.secrets.providers.models import AI_KEYS
from nightshift.guardrails.secrets.providers.shape import ProviderKey

KEYS: tuple[ProviderKey, ...] = (*CLOUD_KEYS, *DEVELOPMENT_KEYS, *AI_KEYS, *BUSINESS_KEYS, *ANYBODYS_KEYS)

__all__ = ["KEYS"]
