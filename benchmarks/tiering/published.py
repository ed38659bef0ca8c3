"""RouteLLM's own figures (Ong et al., ICLR 2025, best training set of each): read in the paper, not measured here.

They are of all 57 subjects of MMLU and of GSM8K with its published labels; ours are of the development half.
"""

from __future__ import annotations

from typing import NamedTuple


class Published(NamedTuple):
    router: str
    apgr: float
    cpt50: float
    cpt80: float
    prompts_per_second: float | None = None


MMLU = (
    Published("RouteLLM BERT", 0.572, 0.4130, 0.7220, 69.6),
    Published("RouteLLM causal LLM 8B", 0.600, 0.3549, 0.7031, 42.5),
    Published("RouteLLM matrix factorisation", 0.597, 0.3546, 0.7140, 155),
    Published("RouteLLM SW ranking", 0.603, 0.3540, 0.7155, 2.9),
)
GSM8K = (
    Published("RouteLLM BERT", 0.531, 0.4476, 0.7909, 69.6),
    Published("RouteLLM causal LLM 8B", 0.622, 0.3364, 0.6326, 42.5),
    Published("RouteLLM matrix factorisation", 0.565, 0.3882, 0.7262, 155),
    Published("RouteLLM SW ranking", 0.568, 0.4121, 0.7220, 2.9),
)
