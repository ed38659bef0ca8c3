"""How models decline in English and the Germanic languages, French and Polish."""

from __future__ import annotations

from nightshift.guardrails.content.refusal_phrases import Language, any_of

ENGLISH = Language(
    any_of(
        r"(?:i'm|i am|we're|we are)(?: \w{2,8}){0,2} sorry", "sorry", "(?:i|we) apologi[sz]e",
        "(?:my )?apologies", "unfortunately", "regrettably", "but", "however", "and", "no",
        r"thank you for [^.!?\n]{1,60}",
        "as an? (?:ai|artificial intelligence|large language|language|virtual|responsible"
        r"|helpful)[^.,!?\n]{0,60}",
        r"i (?:understand|appreciate|see|hear)[^.!?\n]{0,90}",
    ),
    any_of(
        "i (?:can't|cannot|can not|won't|will not|am unable to|am not able to"
        r"|must (?:respectfully )?decline|must refuse|have to decline|refuse|decline)(?: to)?\s+(?:\w{2,9}ly "
        "|in good conscience )?(?:help|assist|comply|do that|do this|provide|answer|fulfil|continue|discuss"
        "|support|engage|participate|facilitate|respond to (?:this|that|your)|generate|produce|share|write"
        "|create|offer|give (?:you )?(?:instructions|advice|information|guidance)|tell you (?:how|what"
        "|where) to|explain how|reveal|disclose)",
        "(?:i'm|we're|i am) (?:unable|not able|not comfortable|not willing|not allowed|not permitted"
        r"|not going)(?: with)?(?: to)?\s+(?:help|assist|comply|do that|do this|provid|answer|fulfil|continu"
        "|discuss|support|engag|participat|facilitat|generat|produc|shar|writ|creat|offer|reveal|disclos)",
        "(?:that's|that is|this is|it's|it is) (?:not )?something (?:that )?i (?:can|can't|cannot"
        "|won't) (?:help|assist|do|provide|discuss|support)",
        "i (?:do not|don't) feel (?:comfortable|able)",
        "(?:it|this|that) (?:would|is|goes) (?:be )?(?:against|unethical|illegal"
        r"|inappropriate)[^.!?\n]{0,30}(?:for me|my (?:guidelines|policy|principles|programming))",
        "(?:i|we) must (?:respectfully )?decline",
        # A company says what it will not do with somebody's data, too.
        r"we (?:can't|cannot|can not|are unable to|are not able to)\s+(?:\w{2,9}ly )?"
        "(?:help|assist|comply|do that|do this|answer (?:this|that|your)|fulfil (?:this|that|your)|continue)",
    ),
)  # fmt: skip

GERMAN = Language(
    any_of(
        "(?:es )?tut mir (?:sehr |wirklich )?leid", "entschuldigung",
        "ich (?:bitte um (?:entschuldigung|verständnis))", "leider", "aber", "jedoch", "bedaure",
        r"als (?:ki|sprachmodell|künstliche)[^.,!?\n]{0,50}",
    ),
    any_of(
        "(?:dabei |das |diese[rs]? |hierbei |damit )?(?:kann|darf|werde"
        r"|möchte) ich (?:[^\s,.!?]+[, ]+){0,9}?(?:nicht|keine[nr]?)(?: [^\s,.!?]+){0,6}? (?:helfen|weiterhelfen"
        "|behilflich|unterstützen|beantworten|erfüllen|nachkommen|bereitstellen|geben|entsprechen|erstellen"
        "|schreiben|anbieten|liefern|diskutieren|offenlegen|preisgeben)",
        r"ich (?:kann|darf|werde|möchte) (?:[^\s,.!?]+[, ]+){0,9}?(?:nicht"
        r"|keine[nr]?)(?: [^\s,.!?]+){0,8}? (?:helfen|weiterhelfen|behilflich|unterstützen|beantworten"
        "|erfüllen|nachkommen|bereitstellen|geben|entsprechen|erstellen|schreiben|anbieten|liefern"
        "|diskutieren|offenlegen|preisgeben)",
        r"ich bin nicht in der lage,? (?:[^.!?\n]{0,40})(?:zu helfen|zu beantworten|bereitzustellen"
        "|nachzukommen|zu geben)",
        "ich muss (?:diese |ihre |deine |die )?(?:anfrage |bitte )?(?:leider )?ablehnen",
        "das muss ich ablehnen",
    ),
)  # fmt: skip

DUTCH = Language(
    any_of(
        "(?:het )?spijt me(?: zeer| heel erg)?", "sorry", "mijn excuses", "excuses", "helaas", "maar", "echter",
        r"als (?:ai|taalmodel|assistent)[^.,!?\n]{0,50}",
    ),
    any_of(
        "(?:(?:ik|daar|dat|hier|hiermee|daarmee|daarbij|hierbij) (?:kan|mag|wil|zal)|(?:kan|mag|wil|zal) ik)"
        r"(?: ik| je| u)?(?: [^\s,.!?]+){0,6}? (?:niet|geen)(?: [^\s,.!?]+){0,6}? ?(?:helpen|assisteren|beantwoorden"
        "|voldoen|geven|verstrekken|bieden|meewerken|schrijven|maken|delen|onthullen|bespreken)",
        "ik ben niet in staat om",
        "ik moet (?:dit |dat |je |uw )?(?:verzoek )?(?:afwijzen|weigeren)",
    ),
)  # fmt: skip

SWEDISH = Language(
    any_of(
        "(?:jag )?(?:beklagar|ber om ursäkt)", "(?:jag är )?(?:tyvärr|ledsen)", "förlåt", "men",
        r"som (?:ai|språkmodell)[^.,!?\n]{0,50}",
    ),
    any_of(
        "(?:jag|det|detta)? ?(?:kan|får|vill"
        r"|kommer)(?: jag)?(?: tyvärr)? inte(?: att)?(?: [^\s,.!?]+){0,5}? ?(?:hjälpa|svara|bistå|assistera"
        "|tillhandahålla|uppfylla|ge dig|skapa|skriva|dela|avslöja|diskutera)",
        "jag måste (?:avböja|neka|tacka nej)",
    ),
)  # fmt: skip

POLISH = Language(
    any_of(
        "(?:bardzo )?(?:mi )?przykro(?: mi)?", "(?:bardzo )?przepraszam", "niestety", "ale", "jednak", "lecz",
        r"jako (?:model|asystent|ai|sztuczna)[^.,!?\n]{0,50}",
    ),
    any_of(
        r"nie (?:mogę|możemy|jestem w stanie|wolno mi)(?: [^\s,.!?]+){0,3}? ?(?:pomóc|odpowiedzieć|udzielić"
        "|spełnić|podać|dostarczyć|kontynuować|napisać|stworzyć|ujawnić|zrealizować|tego zrobić|wspierać)",
        "muszę odmówić", "odmawiam",
    ),
)  # fmt: skip

FRENCH = Language(
    any_of(
        "(?:je suis |nous sommes )?(?:vraiment )?(?:désolée?s?|navrée?s?)",
        "(?:toutes )?mes excuses", "malheureusement", "mais", "cependant", "je (?:regrette|m'excuse)",
        r"en tant qu[e'] ?[^.,!?\n]{0,60}",
    ),
    any_of(
        "(?:je|nous) (?:ne )?(?:(?:peux|pouvons|puis|veux|vais|saurais|suis) pas|puis)(?: en mesure"
        "| autorisée?| capable)?(?: de| d')? ?(?:vous |t'|te |y |l'|à )?(?:aider|assister|répondre|fournir"
        "|donner|accéder|satisfaire|traiter|continuer|discuter|créer|écrire|générer|faire cela|partager"
        "|divulguer|révéler|apporter)",
        "je (?:dois|me vois dans l'obligation de) (?:refuser|décliner)",
        "il m'est impossible de (?:vous )?(?:aider|répondre|fournir|donner)",
        "je refuse de",
    ),
)  # fmt: skip
