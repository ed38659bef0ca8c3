"""English phrasing and markup of text that poses as somebody else: the developer, the frame, a note to the model."""

from __future__ import annotations

from nightshift.guardrails.injection.phrases import Phrase

_MODEL = (
    r"(?:ai|a\.i\.|llms?|language models?|chat ?bots?|chatgpt|gpt|assistants?|(?:ai |virtual )?agents?|copilot|"
    r"claude|gemini|llama|bots?)"
)

DISGUISES: tuple[Phrase, ...] = (
    Phrase(
        "claimed-authority",
        0.6,
        (
            r"\b(?:i am|i'm|this is|we are|speaking as|as|on behalf of|from) (?:your|the|an?|open ?ai'?s?|"
            r"anthropic'?s?|google'?s?)? ?(?:\w+ )?(?:developers?|creators?|administrators?|admin|owner|"
            r"programmer|engineer|security (?:team|researcher)|system (?:operator|admin\w*)|openai|anthropic|"
            r"superuser|root user|red ?team\w*|ciso)\b{g}\b(?:you|i need|override|authori[sz]\w*|access|"
            r"permission|allow\w*|request\w*|test\w*|show|reveal|give|print|disable|prompt|instructions)\b"
        ),
        (
            r"\b(?:developers?|creators?|administrators?|admin|owner|programmer|engineer|security|operator|openai|"
            r"anthropic|superuser|root|red ?team\w*|ciso)\b && \b(?:i am|i'm|this is|we are|speaking|behalf|as|"
            r"from)\b"
        ),
    ),
    Phrase(
        "claimed-authority",
        0.6,
        (
            r"\b(?:admin(?:istrator)?|developer|root|system|emergency|security|sudo|manager|executive|"
            "master)[ -](?:override|overrides|access granted|authori[sz]ation (?:code|granted)|clearance|"
            r"bypass)\b|\b(?:authori[sz]ation|override|clearance) (?:code|key|level|token)\b|\b(?:i|you) (?:have|"
            r"now have) (?:full |special |admin\w* )?(?:authori[sz]ation|permission|clearance)\b"
        ),
        r"\b(?:override|access granted|authori[sz]ation|clearance|bypass|permission)",
    ),
    Phrase(
        "mode-switch",
        0.5,
        (
            r"\b(?:enter|enable|activate|switch (?:to|into)|go into|initiate|engage|turn on|start|unlock|enabled|"
            r"activated|now in|in)\b{w}(?:developer|debug|maintenance|admin\w*|root|god|test|diagnostic|"
            "unrestricted|sudo|dan|jailbreak|training|safe|unsafe|evil|opposite|expert|raw|recovery|privileged|"
            r"verbose|override) mode\b|\b(?:developer|debug|maintenance|admin|god|dan|jailbreak|diagnostic|"
            r"sudo) mode\b ?(?:[:=]|on\b|enabled|activated|active|engaged)"
        ),
        r"\bmode\b",
    ),
    Phrase(
        "claimed-authority",
        0.5,
        (
            r"\b(?:you (?:already|previously) (?:agreed|confirmed|promised|provided|revealed|authori[sz]ed)|"
            "as (?:we|you) (?:agreed|discussed|confirmed)|continue (?:from )?where (?:we|you) left|in (?:our|"
            "the) (?:last|previous|earlier) (?:session|conversation|chat)|for (?:security )?(?:audit|compliance|"
            r"testing|debugging|verification|diagnostic) purposes)\b"
        ),
    ),
    Phrase(
        "special-token",
        0.9,
        (
            r"<\|[a-z_▁ ]{2,30}\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|<\|?/?(?:im_start|im_end|eot_id|"
            r"endoftext|begin_of_text|fim_\w+)\|?>|</?s>\s*(?:\[|<|$)|\[(?:/)?(?:AVAILABLE_TOOLS|"
            r"TOOL_CALLS|SYSTEM_PROMPT)\]"
        ),
    ),
    Phrase(
        "fake-delimiter",
        0.6,
        (
            "</?(?:system|assistant|instructions?|prompt|human|admin|developer|sys|tool_result|"
            r"system[_-](?:prompt|message|override|note))>|\[/?(?:system|assistant|admin|developer|end of \w+|"
            r"new (?:instructions?|task)|system \w+|override)\]|#{2,4} ?(?:system|new \w+|end of|ignore)\b|"
            r"[-=*#%~]{3,} ?(?:end|begin|start of|new|system|stop|ignore)\b|\bend of (?:the )?(?:prompt|"
            r"instructions?|input|context|system|user|question|document|data)\b"
        ),
    ),
    Phrase(
        "fake-delimiter",
        0.35,
        (
            r"#{2,4} ?(?:instructions?|assistant|response|human|end)\b|\"role\" ?: ?\"(?:system|assistant|"
            r"developer)\"|</?(?:user|context|document|data)>"
        ),
    ),
    Phrase(
        "fake-role",
        0.4,
        (
            r"(?m)^\s*(?:\*\*|>)?(?:system|assistant|ai|developer|admin(?:istrator)?|chatgpt|system (?:message|"
            r"note|prompt|alert|override|notice|update)|root|gpt|bot)(?:\*\*)? ?:"
        ),
        (
            r"\b(?:system|assistant|ai|developer|admin(?:istrator)?|chatgpt|message|note|alert|override|notice|"
            r"update|root|gpt|bot)(?:\*\*)? ?:"
        ),
    ),
    Phrase(
        "fake-role",
        0.4,
        (
            r"\b(?:user|human|question|q)(?:\*\*)? ?:[^\n]{1,200}\n+\s*(?:\*\*)?(?:assistant|ai|answer|a|bot|"
            r"gpt)(?:\*\*)? ?:"
        ),
        r"\b(?:user|human|question|q)(?:\*\*)? ?:",
    ),
    Phrase(
        "addressed-to-model",
        0.75,
        (
            r"\b(?:attention|note|message|notice|instructions?|memo|reminder|hint|information|task) (?:to|"
            r"for)(?: all| any| the| every)?(?: \w+)? "
            + _MODEL
            + r"\b|\b(?:attention|dear|hey|hello|listen),? (?:all )?(?:\w+ )?"
            + _MODEL
            + r"\b ?(?:[,:!.-]|reading|process\w*|model|system)|\b(?:if|when|any|all) (?:you(?:'re| are) )?(?:an? |"
            "any )?"
            + _MODEL
            + r"s? (?:reading|process\w*|summari[sz]\w*|(?:who|that|which) (?:reads?|process\w*|summari[sz]\w*)|"
            r"analy[sz]\w*|parsing|sees?|review\w*|evaluat\w*|handling|must|should)\b"
        ),
        (r"\b" + _MODEL + r"\b"),
    ),
    Phrase(
        "answer-hijack",
        0.35,
        (
            r"\b(?:in|to|with|at the end of|into) your (?:\w+ )?(?:response|reply|answer|summary|output|message|"
            r"translation|report)s?\b"
        ),
        r"\byour\b",
    ),
    Phrase(
        "answer-hijack",
        0.7,
        (
            r"\b(?:when(?:ever)?|if|before|after|while) (?:\w+ ){0,3}(?:summari[sz]\w+|translat\w+|asked about|"
            "answering|responding|reviewing|analy[sz]ing|you (?:summari[sz]e|answer|reply|respond|process|read|"
            r"finish))\b{g}\b(?:say|tell|include|add|state|mention|recommend|claim|append|insert|always|write|"
            r"output|reply|respond|point|send|also)\b"
        ),
        (
            r"\b(?:summari[sz]\w+|translat\w+|asked about|answering|responding|reviewing|analy[sz]ing|"
            r"you (?:summari[sz]e|answer|reply|respond|process|read|finish))\b"
        ),
    ),
    Phrase(
        "answer-hijack",
        0.75,
        (
            r"\b(?:give|rate|rank|score|mark|assign|recommend|grade|approve|classify|flag)\b{w}(?:this|it|the|him|"
            r"her|me|us)\b{w}(?:candidate|paper|applicant|product|review|essay|submission|r[eé]sum[eé]|cv|"
            "application|supplier|answer|proposal|invoice|text|message|document|content)?{w}(?:a |the |as |"
            "an )?(?:positive|highest|top|perfect|best|excellent|strong(?:ly)?|full marks|100|10/10|maximum|"
            r"5 stars|five stars|ideal|safe|benign|approved|strong accept|accept)\b"
        ),
        (
            r"\b(?:give|rate|rank|score|mark|assign|recommend|grade|approve|classify|flag)\b && \b(?:positive|"
            "highest|top|perfect|best|excellent|strong|strongly|full marks|100|10/10|maximum|stars|ideal|safe|"
            r"benign|approved|accept)\b"
        ),
    ),
    Phrase(
        "concealment",
        0.65,
        (
            r"\b(?:do not|don'?t|never|without|avoid)\b{w}(?:tell\w*|inform\w*|mention\w*|reveal\w*|disclos\w*|"
            r"alert\w*|notify\w*|show\w*|let)\b{w}(?:the user|users?|the (?:reader|customer|human|operator)|"
            r"this (?:instruction|note) to|that you (?:were|have|received))\b"
        ),
        (
            r"\b(?:tell\w*|inform\w*|mention\w*|reveal\w*|disclos\w*|alert\w*|notify\w*|show\w*|"
            r"let)\b && \b(?:do not|don'?t|never|without|avoid|not allowed|cannot|can'?t|must not|refrain|no)\b"
        ),
    ),
    Phrase(
        "hidden-instruction",
        0.8,
        (
            r"<!--[^>]{0,200}?\b(?:ignore|instructions?|assistant|ai\b|model|llm|prompt|system|disregard|output|"
            r"respond|reply|summari[sz]\w+)\b|(?:display ?: ?none|visibility ?: ?hidden|font-size ?: ?[01](?:px|"
            r"pt)?\b|color ?: ?(?:white|#fff(?:fff)?)\b|opacity ?: ?0\b)[^<]{0,60}>[^<]{0,200}?\b(?:ignore|"
            r"instructions?|assistant|ai\b|model|llm|prompt|system|disregard|output|respond|you)\b"
        ),
        ("<!--|display ?: ?none|visibility ?: ?hidden|font-size ?: ?[01]|color ?: ?(?:white|#fff)|opacity ?: ?0"),
    ),
    Phrase(
        "persistence",
        0.55,
        (
            r"\b(?:remember|save|store|memori[sz]e|keep|add)\b{w}(?:this|these|that|the following|"
            r"it)\b{w}(?:instructions?|rule|in(?:to)? (?:your )?(?:memory|long-term)|for (?:all )?(?:future|later|"
            r"every)|permanently|forever)\b|\b(?:in|for) (?:all|every) (?:future|subsequent|"
            r"later) (?:conversations?|sessions?|responses?|messages?|interactions?|chats?|requests?)\b|"
            r"\bfor the (?:rest|remainder) of (?:this|the|our) (?:conversation|session|chat)\b"
        ),
        r"\b(?:remember|save|store|memori[sz]e|keep|add|future|subsequent|later|rest|remainder)\b",
    ),
)
