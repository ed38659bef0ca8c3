"""Words of orders in languages that attacks are seldom in; european_languages.py tells what the kinds of words mean."""

from __future__ import annotations

FURTHER: dict[str, dict[str, str]] = {
    "da": {  # and Norwegian
        "drop": r"\bignor[eé]r\b|\bglem\b|se bort fra|tilsidesæt|følg ikke|\boverse\b|ikke følg",
        "prior": r"tidligere|forrige|foregående|ovenstående|\balle\b|\balt\b|oprindelig|opprinnelig|hidtidig",
        "orders": r"instruktion|instruks|anvisning|\bregler\b|\breglene\b|retningslinj|\bordrer\b",
        "show": r"\bvis\b|afslør|avslør|gentag|\bgjenta\b|\bskriv\b|fortæl|fortell|hvad (?:er|står)|hva (?:er|står)",
        "prompt": (
            r"systemprompt|systembesked|systeminstruks|systemmelding|\b(?:dine|din|skjulte|hemmelige|"
            r"interne)(?: \pL+)? (?:instruktion|instruks|regler|retningslinj|prompt)|teksten (?:her )?(?:ovenfor|over)"
        ),
    },
    "fi": {
        "drop": r"\bohita\b|\bunohda|jätä huomiotta|älä (?:noudata|välitä|piittaa)|sivuuta|\bhylkää",
        "drop_last": "huomiotta|huomioimatta|unohda",
        "prior": r"aiemm|aikaisemm|edelli[ns]|edeltäv|yllä olev|\bkaikk|alkuperäis|tähänasti",
        "orders": r"\bohjee|\bohjei|määräy|säännö|sääntö|käsky|\bkomenno|\bkomento",
        "show": "näytä|paljasta|kerro|tulosta|toista|kirjoita|mikä on|mitkä ovat|luettele",
        "prompt": (
            r"järjestelmä(?:kehot|ohje|viesti)|(?:sinun|salai|piilote|sisäi|alkuperäi)\pL* (?:ohjee|ohjei|kehot|"
            r"säännö)|"
            "ohjeesi|yllä oleva teksti"
        ),
    },
    "sk": {
        "drop": "ignoruj|zabudni|nevšímaj|preskoč|zahoď|neriaď sa",
        "prior": r"predchádzajúc|predošl|vyššie|doterajš|\bvšetk|pôvodn|skorš",
        "orders": "inštrukci|pokyn|pravid|príkaz|smernic",
        "show": "ukáž|zobraz|vypíš|prezraď|zopakuj|napíš|odhaľ|povedz",
        "prompt": (
            r"systémov\pL+ (?:prompt|inštrukc|pokyn|správ|výzv)|(?:tvoje|svoje|skryté|tajné)(?: \pL+)? (?:inštrukc|"
            "pokyn|pravid|prompt)"
        ),
    },
    "bg": {
        "drop": "игнорирай|пренебрегни|забрави|отхвърли|не (?:спазвай|обръщай)",
        "prior": r"предишн|предходн|\PLгорн|по-горе|всички|досегашн|първоначалн",
        "orders": "инструкци|указани|правила|команди|заповед|насоки",
        "show": "покажи|разкрий|изведи|повтори|напиши|кажи",
        "prompt": (
            r"системн\pL+ (?:промпт|подкан|инструкци|съобщени)|(?:твои|свои|скрит|тайн)\pL* (?:\pL+ )?(?:инструкци|"
            "промпт|указани|правила)"
        ),
    },
    "ca": {
        "drop": r"\bignora\b|\boblida|no facis cas|descarta\b",
        "prior": r"anterior|prèvi|de dalt|\btotes\b|\btots\b|fins ara",
        "orders": "instruccion|ordres|regles|directrius|indicacion",
        "show": r"mostra|revela|digue'm|repeteix|escriu\b",
        "prompt": (
            r"prompt del sistema|missatge del sistema|\b(?:teves|seves|ocultes) (?:instruccions|regles|directrius)"
        ),
    },
    "sw": {
        "drop": r"\bpuuz(?:a|ia)\b|\bsahau\b|achana na|usifuate|acha kufuata",
        "prior": r"tangulia|yaliyopita|\b(?:ya|za) awali|(?:ya|za) hapo juu|\byote\b|\bzote\b",
        "orders": r"\bmaagizo|\bmaelekezo|\bsheria\b|\bkanuni\b|\bamri\b",
        "show": r"onyesh|\bandika\b|\brudia\b|\bsema\b|fichua|niambie",
        "prompt": r"(?:maagizo|maelekezo|ujumbe|prompt) (?:ya|wa|za) mfumo|(?:maagizo|maelekezo|sheria) (?:yako|zako)",
    },
    "tl": {
        "drop": r"huwag (?:mong |nang )?(?:pansinin|sundin|intindihin)|\bkalimutan|balewalain|isantabi",
        "prior": r"naunang|nakaraang|\blahat ng|nasa itaas|\bdating\b|orihinal",
        "orders": r"tagubilin|\butos\b|\bpanuto\b|patakaran|alituntunin|instruksyon",
        "show": "ipakita|ibunyag|sabihin|ilabas|ulitin|isulat|ilista|ano ang",
        "prompt": (
            "(?:tagubilin|panuto|utos|prompt) ng sistema|(?:iyong|lihim na|nakatagong) (?:tagubilin|panuto|prompt|"
            "instruksyon)"
        ),
    },
    "ur": {
        "drop_last": "نظر ?انداز|بھول جا|چھوڑ د|رد کر",
        "prior": "پچھل|سابقہ|تمام|اوپر|پہلے|سبھی",
        "orders": "ہدایات|احکامات|قواعد|اصولوں",
        "show_last": "دکھا|بتا|ظاہر کر|لکھو|لکھیں|دہرا",
        "prompt": "سسٹم (?:پرامپٹ|پرومپٹ|ہدایات|پیغام)|(?:اپنی|آپ کی|خفیہ|چھپی) (?:ہدایات|پرامپٹ)",
    },
}
