"""English orders to drop what was said before, and to give away what was entrusted to the model."""

from __future__ import annotations

from nightshift.guardrails.injection.phrases import Phrase

ORDERS: tuple[Phrase, ...] = (
    Phrase(
        "override",
        0.85,
        (
            r"\b(?:ignore|forget|disregard|discard|drop|scrap|cancel|wipe|erase)\b{w}(?:(?:everything|anything|"
            r"all|whatever)\b(?: of)?(?: the| that| this)? (?:you(?:'ve| have| had)? (?:were|been|know|are|"
            "learned)|you've been|above|before|prior|preceding|came before|has been|was (?:said|told)|we (?:said|"
            "discussed)|i(?:'ve| have)? (?:said|told)|(?:the )?user|instructions?|rules|previous instructions?)|"
            r"what(?:ever)? (?:you (?:were|are|have been|had been)|has been|was (?:said|told)))\b"
        ),
        r"\b(?:ignore|forget|disregard|discard|drop|scrap)\b",
    ),
    Phrase(
        "override",
        0.8,
        (
            r"\b(?:(?:your|previous|prior|earlier|former|old|original|initial|all|these|those|system|"
            r"above) (?:\w+ )?(?:instructions?|rules|guidelines|directions|directives?|guidance|orders|"
            "constraints|restrictions?|configuration|context|prompts?|messages?)|everything (?:above|before|"
            r"prior|said)|(?:all|any) (?:of the )?above|the above)\b{g}\b(?:cancell?ed|void|expired|obsolete|"
            "revoked|repealed|superseded|lifted|dropped|suspended|overridden|no longer|withdrawn|deprecated|null|"
            r"joke|deleted|erased|do(?:es)? not apply|don't apply|never (?:serious|existed|happened))\b"
        ),
        (
            r"\b(?:cancell?ed|void|expired|obsolete|revoked|repealed|superseded|lifted|dropped|suspended|"
            r"overridden|no longer|withdrawn|deprecated|null|joke|deleted|erased|apply|never)\b"
        ),
    ),
    Phrase(
        "override",
        0.8,
        (
            r"\b(?:override|overrule|supersede)s?\b{w}(?:all|any|previous|prior|your|other|system|the (?:above|"
            r"previous|system))\b (?:\w+ ){0,2}(?:instructions?|rules|guidelines|prompts?|directives?|commands?|"
            r"settings|programming)\b"
        ),
        r"\b(?:override|overrule|supersede)",
    ),
    Phrase(
        "override",
        0.7,
        (
            r"\b(?:ignore|disregard|forget)\b (?:about )?(?:the |this |that |all |any )?(?:\w+ )?(?:user|question|"
            r"task|text|document|translation|feedback|article)s?\b ?(?:above|below|and\b|instead|;|:|,)"
        ),
        r"\b(?:ignore|disregard|forget)\b",
    ),
    Phrase(
        "new-instructions",
        0.6,
        (
            r"\b(?:new|updated|revised|real|actual|true|following|latest)\b (?:system )?(?:instructions?|orders?|"
            r"directives?|rules|task|mission|goal|objective|role|job|prompt|plan)\b ?(?:[:=]|is to\b|are as\b|"
            r"follow)|\byour (?:new|real|actual|true) (?:\w+ )?(?:instructions?|directives?|rules|task|mission|"
            r"goal|objective|role|job|purpose)\b"
        ),
    ),
    Phrase(
        "new-instructions",
        0.5,
        (
            r"\b(?:from (?:now on|this (?:point|moment)|here on)|starting now|henceforth|as of now|"
            r"going forward)\b{g}\byou(?:'ll| will| are| must| shall| should| answer| only| follow| have| act|"
            r" respond)?\b"
        ),
        r"\b(?:from (?:now|this|here)|starting now|henceforth|as of now|going forward)\b",
    ),
    Phrase(
        "new-instructions",
        0.6,
        (
            r"\b(?:stop|halt|end|abort|cancel|quit)\b (?:everything|what(?:ever)? you(?:'re| are| were)|"
            r"all (?:other )?(?:tasks?|processing)|the (?:current |original )?task|translating|summari[sz]ing)\b"
        ),
        r"\b(?:stop|halt|end|abort|cancel|quit)\b",
    ),
    Phrase(
        "new-instructions",
        0.6,
        (
            r"\b(?:instead of|rather than)\b (?:\w+ ){0,3}(?:summari[sz]\w*|translat\w*|answer\w*|complet\w*|that|"
            r"doing)\b{g}\b(?:say|print|write|output|tell|reply|respond|provide|give|list)\b|\b(?:actually|"
            r"nevermind|never mind)\b.{0,20}\b(?:ignore|instead|just)\b"
        ),
        r"\b(?:instead|rather than|never ?mind|actually)\b",
    ),
    Phrase(
        "reveal-prompt",
        0.9,
        (
            r"\b(?:reveal|show|print|display|output|repeat|tell|give|share|leak|expose|disclose|dump|recite|list|"
            "summari[sz]e|translate|encode|convert|echo|return|provide|quote|copy|state|describe|explain|"
            r"paraphrase|spell|write (?:down|out)|what(?:'s| is| are| was| were))\b{g}(?:\b(?:the|your|this|"
            r"its) (?:\w+ )?(?:system|initial|hidden|secret|internal|original|developer|base|pre|root|starting|"
            r"confidential)[ -]?(?:prompt|instructions?|message|rules|directives?|configuration|guidelines)\b|"
            r"\byour (?:\w+ )?(?:prompt|instructions?|directives?|guidelines|system message|programming|"
            r"configuration|rules)\b)"
        ),
        (
            r"\b(?:prompt|instructions?|message|rules|directives?|configuration|guidelines|"
            r"programming)\b && \b(?:reveal|show|print|display|output|repeat|tell|give|share|leak|expose|disclose|"
            "dump|write|recite|list|summari[sz]e|translate|encode|convert|echo|return|provide|quote|copy|state|"
            "describe|explain|paraphrase|spell|what)"
        ),
    ),
    Phrase(
        "reveal-prompt",
        0.7,
        (
            r"\b(?:instructions?|prompt|rules|guidelines|directions)\b(?: that| which)? (?:you(?: were|'ve been|"
            r" have been| are|'re)? (?:given|told|got|received|had|follow\w*|operating|using)|given to you|"
            r"so far)\b"
        ),
        r"\b(?:instructions?|prompt|rules|guidelines|directions)\b && \b(?:you|so far)\b",
    ),
    Phrase(
        "repeat-above",
        0.85,
        (
            r"\b(?:repeat|print|output|copy|show|echo|recite|write|return|display|give|tell|reproduce|"
            r"translate)\b{w}(?:back )?(?:me )?(?:all|everything|the (?:\w+ )?(?:words|text|content|sentences?|"
            "lines?|paragraph|messages?|conversation|tokens|phrase)|(?:any|every) (?:text|word|"
            r"line))\b{w}(?:above|before|prior|preceding|previous\w*|up to|from the (?:start|beginning|top)|"
            r"so far|starting with|verbatim)\b"
        ),
        (
            r"\b(?:above|before|prior|preceding|previous\w*|up to|so far|starting with|verbatim|"
            r"from the)\b && \b(?:repeat|print|output|copy|show|echo|recite|write|return|display|give|tell|"
            r"reproduce|translate)\b"
        ),
    ),
    Phrase(
        "repeat-above",
        0.7,
        (
            r"\b(?:text|words|sentences?|messages?|lines?|content|paragraphs?)\b (?:above|before this|"
            r"preceding this|prior to this)\b|\b(?:previous|prior|above) (?:text|words|messages?|prompts?|"
            r"sentences?)\b{w}(?:verbatim|word for word|exactly|in (?:a|full|code))|\byou are (?:a |"
            r"an )?(?:chatgpt|gpt)\b[\"”']"
        ),
        (
            r"\b(?:text|words|sentences?|messages?|lines?|content|paragraphs?|prompts?|you are)\b && \b(?:above|"
            r"before|preceding|prior|verbatim|word for word|exactly|in (?:a|full|code)|gpt|chatgpt)\b"
        ),
    ),
    Phrase(
        "prompt-question",
        0.6,
        (
            r"\bwhat\b{w}(?:were|was|did|have|are|is)\b{w}(?:you|your)\b{w}(?:told|instructed|programmed|"
            r"configured|prompt|instructions?|asked to (?:do|keep|hide)|hiding|forbidden|not allowed|system)\b"
        ),
        (
            r"\bwhat\b && \b(?:told|instructed|programmed|configured|prompt|instructions?|asked to|hiding|"
            r"forbidden|not allowed|system)\b"
        ),
    ),
    Phrase(
        "prompt-mention",
        0.4,
        (
            r"\byour (?:\w+ )?(?:hidden|secret|internal|original|initial|system|confidential|underlying|current|"
            r"full|exact) (?:\w+ )?(?:prompts?|instructions?|rules|guidelines|directives?|messages?|configuration|"
            r"notes|settings)\b|\byour (?:system prompts?|system message|programming|configuration|directives|"
            r"prompts? ?(?:[.?!,;:\"]|$|and\b|verbatim|so far|in full|to me))|\b(?:the|this) (?:text|message|"
            r"instructions?|prompt|part) (?:before|above|that precedes?) (?:my|this)\b"
        ),
    ),
    Phrase(
        "secret-extraction",
        0.6,
        (
            r"\b(?:reveal|show|print|tell|give|share|leak|what(?:'s| is| are| was)|output|say|display|disclose|"
            r"spell|write|know|provide|expose|list|append|hint|encode|repeat|dump)\b{g}\b(?:(?:secret|access|"
            r"admin\w*|master|api|private|hidden|magic|root|security|database|encryption|internal|aws|ssh|"
            "environment) ?(?:code|key|word|phrase|password|passcode|token|credential|variable|url|endpoint|"
            r"name)s?|the (?:password|passcode|passphrase|credentials|codeword))\b"
        ),
        (
            r"\b(?:secret|password|passcode|passphrase|credential|access|admin\w*|master|api|private|hidden|magic|"
            r"root|database|encryption|internal|aws|ssh|environment|flag|codeword) && \b(?:reveal|show|print|"
            "display|output|repeat|tell|give|share|leak|expose|disclose|dump|write|recite|list|summari[sz]e|"
            "translate|encode|convert|echo|return|provide|quote|copy|state|describe|explain|paraphrase|spell|"
            r"what)|\b(?:say|know|append|hint)\b"
        ),
    ),
    Phrase(
        "secret-extraction",
        0.6,
        (
            r"\b(?:first|last|each|every|next) (?:letter|character|digit|word)s?\b{w}(?:of|in)\b{w}(?:the |"
            r"your )?(?:password|secret|passcode|key|code|prompt|instructions)\b|access (?:granted|denied|code)\b"
        ),
        r"\b(?:letter|character|digit|word)s? |access (?:granted|denied|code)",
    ),
    Phrase(
        "prompt-question",
        0.5,
        (
            r"\b(?:your|the|from)\b{w}(?:training (?:data|set|corpus)|pre-?training|fine-?tuning data|"
            r"memori[sz]ed)\b|\brepeat\b{w}(?:word|letter|phrase)?{w}\bforever\b|\b(?:model (?:weights|version|"
            r"architecture)|knowledge cutoff|parameters? count|temperature setting)\b"
        ),
        (
            r"\b(?:training|pre-?training|fine-?tuning|memori[sz]ed|forever|model|knowledge|parameters?|"
            r"temperature)\b"
        ),
    ),
)
