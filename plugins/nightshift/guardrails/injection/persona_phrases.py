"""English phrasing that gives the model another self, or dictates how it must answer."""

from __future__ import annotations

from nightshift.guardrails.injection.phrases import Phrase

_FREE = (
    r"(?:no|without(?: any)?|free (?:of|from)(?: any| all)?|not bound by(?: any)?|beyond|lacks?(?: any)?|"
    r"not (?:have|restricted by|limited by|subject to)"
    r"(?: any| to)?|never have(?: any)?|zero|unburdened by|ignor\w+ (?:all|any))"
)
_LIMITS = (
    r"(?:restrictions?|limitations?|limits|filters?|filtering|censorship|guidelines|guardrails|safeguards|"
    r"boundaries|ethic\w*|moral\w*|rules|"
    r"content polic\w+|polic(?:y|ies)|constraints|inhibitions|safety \w+|disclaimers|warnings)"
)
_SAFETY = (
    r"(?:safety|security|content|ethical|moral|openai|your|all|any|the)?[ -]?(?:safety|security|content|"
    r"moderation|ethical?|moral)?[ -]?"
    r"(?:filters?|guardrails?|guidelines|safeguards?|restrictions?|protocols?|limitations?|polic(?:y|ies)|"
    r"measures|censorship|checks|alignment|programming)"
)

PERSONAS: tuple[Phrase, ...] = (
    Phrase(
        "persona",
        0.55,
        (
            r"\byou(?:'re| are| will be| become)\b (?:now (?:an?|in|called|known|my|going|dan|\w+gpt|free (?:from|"
            r"of)|unrestricted|unfiltered|acting|playing|jailbroken|root|(?-i:[A-Z])\w+)|no longer (?:an?|bound|"
            "chatgpt|required|restricted|limited|subject)|going to (?:act|pretend|simulate|roleplay)|"
            r"not (?:chatgpt|claude|gpt\w*))\b"
        ),
    ),
    Phrase(
        "persona",
        0.5,
        (
            r"\b(?:act|behave|respond|answer|reply|speak|pose|roleplay|role-play|role play)(?:ing)? as (?:if you|"
            r"though you|an? (?:\w+ )?(?:ai|evil|amoral|uncensored|unfiltered|unrestricted|hacker|jailbroken)|"
            r"both|my (?:deceased|late|grand))|\b(?:pretend|imagine|simulate|assume|act like)\b{w}(?:you(?:'re|"
            r" are| were| have)|to be|the role|being)\b{g}\b(?:ai|no |without|unrestricted|unfiltered|admin\w*|"
            "developer|root|evil|free|hacker|model|terminal|dan|not (?:bound|have|an))"
        ),
        (
            r"\b(?:act|behave|respond|answer|reply|speak|pose|roleplay|role-play|role play|pretend|imagine|"
            r"simulate|assume) && \b(?:ai|evil|amoral|uncensored|unfiltered|unrestricted|hacker|jailbroken|both|"
            r"deceased|late|grand\w*|if you|though you|no|without|admin\w*|developer|root|free|model|terminal|dan|"
            r"not)\b"
        ),
    ),
    Phrase(
        "named-jailbreak",
        0.9,
        (
            r"\b(?:do anything now|dan mode|stan mode|strive to avoid norms|developer mode (?:enabled|output)|"
            "chatgpt with (?:developer|dan)|jailbr(?:eak|eaked|oken|eaking) (?:mode|yourself|gpt|chatgpt|version|"
            "ai|model|assistant|prompt)|evil ?(?:bot|gpt|confidant|mode)|anti-?gpt|"
            "always intelligent and machiavellian|badgpt|freegpt|mongo tom|dude mode|unfiltered (?:and|mode|one)|"
            "opposite mode|sigma mode|chaosgpt|sydney mode|maximum mode|devmode|superuser mode|basedgpt|"
            r"omega mode|apophis|\[jailbreak|stay (?:a|in) dan|(?:as|be|become|are|play|"
            r"called|named) \"?(?-i:DAN|STAN|DUDE|AIM|TOM)\b\"?)"
        ),
    ),
    Phrase("named-jailbreak", 0.5, r"\b(?:as|be|become|are|play) \"?(?:dan|stan|dude|aim|apophis)\b\"?"),
    Phrase(
        "unrestricted",
        0.55,
        (r"\b" + _FREE + r"\b (?:\w+ ){0,3}" + _LIMITS + r"\b"),
        (
            r"\b(?:restrictions?|limitations?|limits|filters?|filtering|censorship|guidelines|guardrails|"
            r"safeguards|boundaries|ethic\w*|moral\w*|rules|polic\w+|constraints|inhibitions|safety|disclaimers|"
            r"warnings)\b && \b(?:no|without|free|not|beyond|lacks?|never|zero|unburdened|ignor\w+)\b"
        ),
    ),
    Phrase(
        "unrestricted",
        0.6,
        (
            r"\b(?:unrestricted|uncensored|unfiltered|unmoderated|amoral|unethical)\b{w}(?:ai|mode|model|version|"
            r"assistant|chatbot|answers?|responses?|output|persona|access|character|language|gpt|and)\b|"
            r"\b(?:broken free|freed|liberated|escaped|unshackled|unchained)\b{w}(?:of|from)\b|can (?:say|"
            r"generate|perform) (?:literally )?anything\b|regardless of (?:\w+ )?(?:ethic|moral|legal|"
            r"consequence)\w*|(?:moral|ethical|legal) (?:or|and) (?:moral|ethical|legal) (?:constraints|concerns|"
            "considerations|implications|boundaries)"
        ),
        (
            r"\b(?:unrestricted|uncensored|unfiltered|unmoderated|amoral|unethical|broken free|freed|liberated|"
            r"escaped|unshackled|unchained|anything|regardless|moral|ethical|legal)\b"
        ),
    ),
    Phrase(
        "safety-bypass",
        0.7,
        (
            r"\b(?:bypass|disable|turn off|switch off|deactivate|remove|circumvent|evade|unlock|override|lift|"
            r"suspend|shut off|get around|without triggering|work around|ignore)\b (?:\w+ ){0,3}" + _SAFETY + r"\b"
        ),
        (
            r"\b(?:bypass|disable|turn off|switch off|deactivate|remove|circumvent|evade|unlock|override|lift|"
            r"suspend|shut off|get around|triggering|work around|ignore)\b && \b(?:filters?|guardrails?|"
            "guidelines|safeguards?|restrictions?|protocols?|limitations?|polic(?:y|ies)|measures|censorship|"
            r"checks|alignment|programming)\b"
        ),
    ),
    Phrase(
        "dual-response",
        0.65,
        (
            r"\b(?:give|provide|respond|answer|reply|write|generate|produce|output|with|in)\b{w}(?:two|both|2|"
            r"dual)\b{w}(?:different |separate |distinct |parallel )?(?:responses|answers|ways|replies|outputs|"
            r"paragraphs|personas)\b"
        ),
        r"\b(?:two|both|2|dual)\b && \b(?:responses|answers|ways|replies|outputs|paragraphs|personas)\b",
    ),
    Phrase(
        "dual-response",
        0.8,
        r"\b(?:classic|normal|standard|regular|gpt|chatgpt|jailbreak|dan)\] ?:|[\[(](?:🔒|🔓)",
    ),
    Phrase(
        "stay-in-character",
        0.6,
        (
            r"\b(?:stay|remain|keep|always be|never (?:break|leave)|break(?:ing)?|don't break|"
            r"do not break)\b{w}(?:in |out of )?character\b|\bstay (?:a|as) \w+!|\b(?:lose|deduct(?:ed)?|"
            r"subtract(?:ed)?|cost you)\b{w}(?:tokens?|points|lives)\b|\b(?:tokens?|points|lives) (?:will be |"
            r"are |get )?(?:deducted|subtracted|taken)\b"
        ),
        r"\b(?:character|stay|tokens?|points|lives)\b",
    ),
    Phrase(
        "role-play",
        0.35,
        (
            r"\b(?:let'?s (?:play|role-?play|do a role|pretend|imagine)|we(?:'re| are) (?:going to )?(?:play\w*|"
            r"role-?play\w*)|(?:hypothetical|fictional|imaginary|alternate|parallel)\b{w}(?:world|scenario|story|"
            "universe|character|response|setting|reality|dialogue)|in a world where|for (?:a|my) (?:novel|movie|"
            r"story|screenplay|thesis)|purely (?:hypothetical|fictional|educational))\b"
        ),
        (
            r"\b(?:let'?s|we(?:'re| are)|hypothetical|fictional|imaginary|alternate|parallel|in a world|novel|"
            r"movie|story|screenplay|thesis|purely)\b"
        ),
    ),
    Phrase(
        "refusal-suppression",
        0.75,
        (
            r"\b(?:never|don'?t|do not|not allowed to|cannot|can'?t|must not|without|avoid|refrain from|"
            r"no)\b{w}(?:refus\w+|declin\w+|den(?:y|ying)|apologi[sz]\w+|apolog(?:y|ies)|"
            r"say(?:ing)? (?:that )?(?:you|no\b|\"?i can'?t|\"?sorry|\"?no\b)|warnings|disclaimers?|caveats|"
            r"lectur\w+|morali[sz]\w+|mention(?:ing)? (?:ethic|that you|being|your)|(?:as|that you(?:'re|"
            r" are)) an? (?:ai|language))\b"
        ),
        (
            r"\b(?:refus\w+|declin\w+|deny|denying|apolog\w+|say|saying|warn|warnings?|disclaimers?|caveats|"
            r"lectur\w+|morali[sz]\w+|mention\w*|an? (?:ai|language))\b && \b(?:do not|don'?t|never|without|avoid|"
            r"not allowed|cannot|can'?t|must not|refrain|no)\b"
        ),
    ),
    Phrase(
        "answer-prefix",
        0.65,
        (
            r"\b(?:start|begin|starting|beginning|preface|prefix|open|prepend)\b{w}(?:your )?(?:next )?(?:with|"
            r"response|reply|answer|message|sentence|output|by (?:saying|writing))\b{g}[\"“'‘:*]|"
            r"\b(?:absolutely!? here|sure,? here(?:'s| is| are)|of course,? here)\b"
        ),
        (
            r"\b(?:start|begin|starting|beginning|preface|prefix|open|prepend|absolutely|sure|of course)\b && "
            + r"[\"“'‘:*]|here"
        ),
    ),
    Phrase(
        "exact-output",
        0.5,
        (
            r"\b(?:only|just|exactly|simply|nothing but|solely|always)\b{w}(?:say|print|write|output|respond|"
            r"reply|answer|return|type|display|echo)(?:s|ing)?\b{w}(?:with )?[\"“'‘:`]|\b(?:say|print|write|"
            r"output|respond|reply|answer|type)\b (?:exactly|just|literally|verbatim) ?[:\"“'‘]|\b(?:i have been|"
            r"you have been|been) (?:pwned|hijacked|owned)\b|\bpwned\b"
        ),
        (
            r"\b(?:only|just|exactly|simply|nothing but|solely|always|literally|verbatim|pwned|hijacked|"
            r"owned)\b && \b(?:say|print|write|output|respond|reply|answer|return|type|display|echo)|\b(?:pwned|"
            r"hijacked|owned)\b"
        ),
    ),
    Phrase(
        "exact-output",
        0.3,
        (
            r"\b(?:say|print|write|output|respond|reply|answer|type)\b (?:with )?(?:only|nothing (?:but|else))\b|"
            r"\b(?:and )?nothing (?:else|more|besides)\b"
        ),
    ),
    Phrase(
        "unconditional",
        0.5,
        (
            r"\b(?:comply with|fulfill?|obey|agree to|say yes to|answer|do|accept)\b (?:to )?(?:all|any|every|"
            r"each|whatever|anything|everything)\b (?:of )?(?:my |the |other )?(?:\w+ )?(?:questions?|requests?|"
            r"prompts?|commands?|orders?|instructions?|i (?:say|ask|tell|want|type)|asked|of me)\b|\bobey (?:me|"
            r"only|the (?:user|following))\b|\byou (?:will|must|shall) (?:always )?(?:obey|comply)\b"
        ),
        (
            r"\b(?:all|any|every|each|whatever|anything|everything|obey|comply)\b && \b(?:comply|fulfill?|obey|"
            r"agree|say yes|answer|do|accept)\b && \b(?:questions?|requests?|prompts?|commands?|orders?|"
            r"instructions?|i (?:say|ask|tell|want|type)|asked|of me|me|only|user|following|you)\b"
        ),
    ),
    Phrase(
        "persona",
        0.55,
        (
            r"\bopposite (?:mode|day)\b|\b(?:opposite|inverse|contrary|reverse)\b{w}of{w}(?:your|guidelines|"
            r"instructions?|rules?|policies|policy)\b|\b(?:evil|malicious|villainous|immoral|"
            r"amoral)\b (?:\w+ )?(?:ai|assistant|twin|version|confidant|bot|chatbot|counterpart|advisor|model)\b"
        ),
        r"\b(?:opposite|inverse|contrary|reverse|evil|malicious|villainous|immoral|amoral)\b",
    ),
)
