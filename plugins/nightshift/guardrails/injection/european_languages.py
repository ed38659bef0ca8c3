"""Words of orders in the languages of Europe: what tells a model to drop its instructions, and what asks for them.

Each language gives alternatives for up to seven kinds of words; `rules.py` says which kinds must stand near each other
and in which order. The words of all languages are pooled: attacks mix languages, and a stem of one seldom occurs in
another. RE2 syntax, compared without case; a stem is followed by whatever ending the language has.

drop       verbs before their object: "ignore", "forget"      drop_last  verbs after it (German, Turkish, Hindi, ...)
prior      what came before: "previous", "above", "all"       orders     "instructions", "rules", "guidelines"
show       verbs before their object: "reveal", "print"       show_last  verbs after it
prompt     "system prompt", "your instructions", "text above"
"""

from __future__ import annotations

EUROPEAN: dict[str, dict[str, str]] = {
    "de": {
        "drop": (
            r"ignorier|vergiss|vergesst|vergessen sie|missacht|übergeh|verwirf|verwerf|streich|lass\b|setz dich über"
        ),
        "drop_last": "ignorieren|vergessen|missachten|außer acht|hinfällig|ungültig|aufgehoben|nicht mehr",
        "prior": (
            r"vorherig|bisherig|vorangegangen|vorangehend|obig|oben|früher|zuvor|bisher|davor|vorig|sämtlich|\balle\b|"
            r"\balles\b|ursprünglich|deine"
        ),
        "orders": r"anweisung|instruktion|vorgabe|\bregeln\b|richtlinie|befehle|vorschrift|aufgetragen",
        "show": (
            r"\bzeig|\bnenn|verrat|\bgib\b|geben sie|wiederhol|\bdruck|schreib|offenbar|zitier|kopier|auflist|"
            "wie laute|was (?:steh|sind|ist)|welche"
        ),
        "show_last": r"anzeigen|ausgeben|verraten|wiederholen|offenlegen|auflisten|\baus\b|zeigen",
        "prompt": (
            r"system-?prompt|systemanweisung|systemnachricht|systemvorgabe|\b(?:deine|ihre|interne|geheime|versteckte|"
            r"ursprüngliche)[mnrs]?(?: \pL+)? (?:anweisung|instruktion|vorgabe|regeln|richtlinie|prompt)|(?:text|"
            "alles|was) (?:oben|davor|hier drüber|vor dieser)"
        ),
    },
    "fr": {
        "drop": (
            r"ignor(?:e|ez|er)\b|oubli(?:e|ez|er)\b|fai(?:s|tes) abstraction|ne tien(?:s|ez) pas compte|"
            "n['e] ?(?:obéi|sui)|laisse(?:z)? tomber|abandonne|écarte|mets de côté|annule"
        ),
        "prior": (
            r"précédent|antérieur|ci-dessus|au-dessus|jusqu'ici|jusqu'à présent|plus tôt|avant|reçu|toutes|\btous\b|"
            "initial"
        ),
        "orders": r"instructions|consignes|directives|règles|ordres|\bconsigne\b",
        "show": (
            "montre|affiche|révèle|donne|répète|écri[st]|dis-moi|dévoile|recopie|imprime|cite|quel(?:le)?s? (?:est|"
            "sont)|liste"
        ),
        "prompt": (
            "(?:prompt|invite|message|instructions?|consignes?) (?:du |de |d')?(?:syst[èe]me|départ|initial|caché|"
            r"interne|secr)|prompt système|\b(?:tes|vos|ton|votre) (?:\pL+ )?(?:instructions|consignes|directives|"
            "règles|prompt)|(?:texte|tout ce qui) (?:est )?(?:ci-dessus|au-dessus|précède)"
        ),
    },
    "es": {
        "drop": (
            r"ignor(?:a|e|ar|en|ad)\b|olvid(?:a|e|ar|ate|en)\b|olvídate|omit[ae]|descart[ae]|haz caso omiso|"
            "no hagas caso|no sigas|deja de (?:lado|seguir)|desatiende|pasa por alto|anula"
        ),
        "prior": (
            r"anterior|previ[ao]s|de arriba|\bantes\b|hasta ahora|precedente|\btod[ao]s\b|inicial|original|recibid|"
            "te (?:dieron|dijeron)"
        ),
        "orders": "instruccion|órdenes|ordenes|reglas|directrices|indicaciones|normas|consignas|pautas",
        "show": (
            r"muestra|muéstra|revela|enseña|\bdime\b|repite|imprime|escribe|\bdame\b|\bcopia\b|cuál(?:es)? (?:es|son)|"
            "qué dice|lista"
        ),
        "prompt": (
            r"(?:prompt|mensaje|instruccion\pL*|indicacion\pL*) (?:del? sistema|inicial\pL*|ocult\pL*|intern\pL*|"
            r"secret\pL*|original\pL*)|\b(?:tu|tus|sus|su) (?:\pL+ )?(?:instrucciones|reglas|directrices|indicaciones|"
            r"prompt)\b|(?:texto|todo lo) (?:de |que (?:está|hay) )?(?:arriba|anterior)"
        ),
    },
    "it": {
        "drop": (
            r"ignor(?:a|ate|are|i)\b|dimentic(?:a|ate|are|hi)\b|trascura|tralascia|non (?:seguire|tener conto)|"
            "lascia perdere|scarta|annulla"
        ),
        "prior": r"precedent|sopra\b|prima\b|finora|\btutt[ei]\b|iniziali|originali|anteriori|ricevut",
        "orders": r"istruzion|regole|direttive|indicazioni|ordini\b|linee guida|disposizioni",
        "show": r"mostra|rivela|\bdimmi\b|ripeti|stampa|scrivi|elenca|copia|svela|qual(?:i sono|'è| è)|riporta",
        "prompt": (
            r"prompt (?:di |del )?(?:sistema|iniziale|nascosto)|\b(?:tue|vostre|sue|tuo) (?:\pL+ )?(?:istruzioni|"
            "regole|direttive|prompt)|istruzioni (?:di sistema|iniziali|nascoste|interne|segrete)|(?:testo|"
            "tutto (?:ciò|quello) che (?:c'è|precede)|sta) (?:qui )?sopra"
        ),
    },
    "pt": {
        "drop": (
            r"ignor(?:e|a|ar|em)\b|esque(?:ça|ce|cer)\b|desconsider|descart|desrespeit|não (?:siga|obedeça)|"
            "deixe de lado|anule"
        ),
        "prior": (
            r"anterior|\bacima\b|\bantes\b|até (?:agora|aqui)|prévi|\btod[ao]s\b|inicia[li]|origina[li]|recebid|"
            r"\btudo\b"
        ),
        "orders": r"instruç|instruco|regras|diretrizes|orientações|ordens\b|comandos|normas",
        "show": (
            r"mostr[ae]|revel[ae]|\bdiga|repita|imprima|escreva|exib[ae]|copie|liste|qua(?:l|is) (?:é|são)|me (?:dê|"
            "passe)"
        ),
        "prompt": (
            r"prompt (?:do |de )?(?:sistema|inicial|oculto)|\b(?:suas?|tuas?|seu|teu)s? (?:\pL+ )?(?:instruções|"
            "regras|diretrizes|orientações|prompt)|instruções (?:de |do )?(?:sistema|iniciais|ocultas|internas|"
            "secretas)|(?:texto|tudo) (?:que (?:está|vem) )?(?:acima|antes)"
        ),
    },
    "nl": {
        "drop": "negeer|vergeet|laat .{0,20}vallen|sla .{0,20}over|verwerp|volg .{0,20}niet",
        "drop_last": "negeren|vergeten|buiten beschouwing",
        "prior": (
            r"vorige|eerdere|voorgaande|bovenstaande|hierboven|tot nu toe|\balle\b|\balles\b|hiervoor|oorspronkelijk|"
            "eerder"
        ),
        "orders": "instructies|aanwijzingen|opdrachten|regels|richtlijnen|voorschriften|bevelen",
        "show": (
            r"\btoon|laat .{0,12}zien|onthul|herhaal|schrijf|\bgeef\b|vertel|\bprint\b|wat (?:is|zijn|staat)|kopieer"
        ),
        "show_last": r"\bzien\b|weergeven|tonen",
        "prompt": (
            r"systeemprompt|systeem-?(?:instructie|bericht)|\b(?:je|jouw|uw|verborgen|geheime|"
            r"interne)(?: \pL+)? (?:instructies|regels|richtlijnen|prompt)|(?:tekst|alles) (?:hier)?boven"
        ),
    },
    "pl": {
        "drop": (
            "zignoruj|ignoruj|zapomnij|pomiń|odrzuć|nie (?:stosuj|słuchaj|przestrzegaj)|porzuć|unieważnij|zlekceważ"
        ),
        "prior": r"poprzedni|wcześniejsz|powyższ|dotychczasow|wcześniej|\bwszystk|do tej pory|pierwotn|otrzyman",
        "orders": "instrukcj|polece[nń]|zasad|wytyczn|reguł|nakaz|rozkaz",
        "show": "pokaż|ujawnij|wyświetl|powtórz|napisz|podaj|zdradź|wypisz|jak(?:i|a|ie) (?:jest|są)|przytocz|skopiuj",
        "prompt": (
            r"(?:prompt|instrukcj\pL*|komunikat|wiadomo\pL*) ?(?:systemow|początkow|ukryt|wewnętrzn)|(?:twoje|swoje|"
            r"twój|swój)\pL* (?:\pL+ )?(?:instrukcj|zasad|wytyczn|prompt|polec)|(?:tekst|wszystko) (?:co )?(?:powyżej|"
            "wyżej)"
        ),
    },
    "ru": {
        "drop": (
            "игнориру|забудь|проигнориру|отбрось|не (?:обращай|следуй|слушай|учитыва)|пренебрег|отмени|"
            "перестань (?:следовать|соблюдать)|выкинь"
        ),
        "drop_last": "игнорировать|забыть|недействительн|отменя",
        "prior": (
            r"предыдущ|прежн|предшествующ|ранее|вышеуказанн|вышеприведенн|вышеизложенн|\PLвыше\PL|\PLвсе\PL|\PLвсё\PL|"
            "до этого|изначальн|раньше|прошлы|сказанн|данные тебе"
        ),
        "orders": r"инструкц|указани|правил(?:[аоу]|\PL|$)|команд|директив|распоряжени|установк|требовани|промпт",
        "show": (
            r"покаж|раскро|выведи|повтор|напиш|\PLдай|скажи|сообщи|процитир|перечисл|как(?:ой|ие|ая|ов|овы) |"
            "распечата|скопиру|что (?:написано|указано)"
        ),
        "prompt": (
            r"системн\pL+ (?:промпт|подсказк|инструкц|сообщен|запрос|настройк)|(?:тво|сво|ваш|скрыт|секретн|внутренн|"
            r"исходн|начальн)\pL+ (?:\pL+ )?(?:инструкц|промпт|правил|указани|подсказк)|(?:текст|всё|"
            "все),? (?:что )?(?:выше|до этого)"
        ),
    },
    "uk": {
        "drop": "ігноруй|проігноруй|забудь|відкинь|не (?:зважай|слухай|дотримуй)|знехтуй|скасуй|нехтуй",
        "prior": r"попередн|вище|раніше|\PLусі|\PLвсі|дотеперішн|наведен|отриман|початков|дан(?:і|их) тобі",
        "orders": r"інструкц|вказівк|правил(?:[аоу]|\PL|$)|наказ|команд|директив|настанов|промпт",
        "show": r"покажи|розкрий|виведи|повтори|напиши|\PLдай|скажи|назви|процитуй|як(?:ий|і|а) |перелічи|скопіюй",
        "prompt": (
            r"системн\pL+ (?:промпт|підказк|інструкц|повідомлен|запит)|(?:тво|сво|ваш|прихован|секретн|внутрішн|"
            r"початков)\pL+ (?:\pL+ )?(?:інструкц|промпт|правил|вказівк|настанов)|(?:текст|все|усе),? (?:що )?(?:вище|"
            "перед цим)"
        ),
    },
    "cs": {
        "drop": "ignoruj|zapome[nň]|nevšímej|pomiň|přeskoč|zahoď|odhlédni|neřiď se|přestaň",
        "prior": r"předchozí|předešl|výše|dosavadní|dřívější|\bvšech|původní|minul|doposud",
        "orders": "instrukc|pokyn|pravid|příkaz|směrnic|zadání",
        "show": "ukaž|zobraz|vypiš|prozraď|zopakuj|napiš|odhal|řekni|jak(?:é|ý) (?:jsou|je)|opiš|sděl",
        "prompt": (
            r"systémov\pL+ (?:prompt|instrukc|pokyn|zpráv|výzv)|(?:tvoje|své|svoje|svůj|vaše|skryté|tajné|"
            r"interní)(?: \pL+)? (?:instrukc|pokyn|pravid|prompt)|(?:text|všechno|vše),? (?:co je )?(?:výše|nad)"
        ),
    },
    "hu": {
        "drop": (
            "hagyd figyelmen kívül|felejtsd el|felejts el|ne (?:törődj|vedd figyelembe|kövesd)|mellőzd|hagyj figyelmen"
        ),
        "drop_last": "figyelmen kívül|felejtsd el|felejts el|mellőz",
        "prior": r"korábbi|előző|eddigi|fenti|összes|\bminden|eredeti|megelőző",
        "orders": "utasítás|szabály|irányelv|parancs|útmutatás|előírás",
        "show": r"mutasd|írd (?:ki|le)|áruld el|ismételd|fedd fel|mondd|mi (?:a|az)\b|add meg|idézd|sorold",
        "show_last": "mutasd|írd|ismételd|áruld",
        "prompt": (
            "rendszer(?:prompt|utasítás|üzenet)|(?:rejtett|titkos|belső|saját|eredeti) (?:utasítás|prompt|szabály)|"
            "(?:utasításaid|utasításaidat|szabályaid|promptod)|fenti szöveg"
        ),
    },
    "ro": {
        "drop": (
            r"ignoră|ignora(?:ți|ti)|ignora |uită |uitați|nu (?:ține|tine|urma|mai respecta)|renunță|trece peste|"
            r"anulează|lasă deoparte"
        ),
        "prior": r"anterioar|precedent|de mai sus|\btoate\b|\btot ce|până acum|dinainte|inițial|primite",
        "orders": r"instrucțiun|instructiun|reguli|indicații|ordine(?:le)?\b|directive|comenzi",
        "show": r"arată|afișează|dezvăluie|repetă|scrie|spune-?mi|dă-mi|care (?:este|sunt|e)\b|copiază|listează|redă",
        "prompt": (
            "prompt(?:ul|-ul)? (?:de |tău de )?(?:sistem|inițial|ascuns)|(?:instrucțiun|reguli|directiv|"
            r"indicați)\pL* (?:tale|de sistem|ascunse|interne|inițiale|secrete)|(?:textul|tot ce (?:este|e|"
            "scrie)) (?:de )?mai sus"
        ),
    },
    "sv": {
        "drop": "ignorera|glöm|strunta i|bortse från|strunt i|följ inte|hoppa över|åsidosätt",
        "prior": r"tidigare|föregående|ovanstående|\balla\b|\ballt\b|ovan|hittills|ursprunglig|dina",
        "orders": r"instruktion|regler|anvisning|riktlinje|order\b|direktiv|föreskrift",
        "show": r"\bvisa|avslöja|upprepa|skriv|berätta|återge|ange|vad (?:är|står|lyder)|lista|vilka",
        "prompt": (
            r"systemprompt|system(?:instruktion|meddelande)|\b(?:dina|din|dolda|hemliga|interna|"
            r"ursprungliga)(?: \pL+)? (?:instruktion|regler|riktlinje|prompt)|(?:texten|allt) (?:här )?ovan"
        ),
    },
    "hr": {
        "drop": (
            "zanemari|ignori[šs]i|ignoriraj|zaboravi|odbaci|ne (?:slušaj|poštuj)|preskoči|занемари|игнориши|заборави|"
            "одбаци"
        ),
        "prior": (
            r"prethodn|ranij|gornj|dosadašnj|\bsve\b|\bsvih\b|prijašnj|navedene|izvorn|претходн|раниј|горњ|досадашњ|"
            r"\PLсве\PL|\PLсва\PL"
        ),
        "orders": (
            r"uput|instrukcij|pravil|naredb|naloge|smjernic|smernic|упутств|инструкциј|правил(?:[аоу]|\PL|$)|наредб|налоге|смерниц"
        ),
        "show": (
            r"pokaži|prikaži|otkrij|ponovi|ispiši|napiši|\breci\b|navedi|koj[ae] (?:su|je)|прикажи|покажи|откриј|"
            r"понови|испиши|напиши|\PLреци|наведи"
        ),
        "prompt": (
            r"sistemsk\pL+ (?:prompt|uput|instrukcij|poruk)|sustavsk\pL+ (?:prompt|uput|poruk)|(?:svoj|tvoj|skriven|"
            r"tajn|intern)\pL* (?:\pL+ )?(?:upute|uputstv|instrukcij|pravil|prompt)|системск\pL+ (?:промпт|упутств|"
            r"инструкциј|порук)|(?:свој|твој|скривен|тајн)\pL* (?:\pL+ )?(?:упутств|инструкциј|правил|промпт)|"
            "tekst (?:iznad|gore)"
        ),
    },
    "el": {
        "drop": "αγνό(?:ησ|ησε)|αγνοήστε|ξέχασ|ξεχάστε|παράβλεψ|μην (?:ακολουθ|λάβεις|υπακού)|αγνόησε|παράκαμψ|άφησε",
        "prior": "προηγούμεν|παραπάνω|πιο πάνω|όλες|όλα|όλους|μέχρι τώρα|αρχικ|έως τώρα|ως τώρα",
        "orders": "οδηγί|εντολ|κανόνες|κανόνα|υποδείξ|κατευθύνσ",
        "show": "δείξ|αποκάλυψ|εμφάνισ|επανάλαβ|γράψ|πες μου|τύπωσ|ποι(?:ο|ες|α) (?:είναι|ειναι)|αντίγραψ|παράθεσ",
        "prompt": (
            r"(?:prompt|προτροπή|οδηγί\pL*|μήνυμα|εντολ\pL*) (?:του )?συστήματος|(?:οδηγίες|εντολές|κανόνες|"
            r"οδηγιών) σου|(?:κρυφ|μυστικ|εσωτερικ|αρχικ)\pL+ (?:σου )?(?:οδηγί|εντολ|prompt)|κείμενο (?:πιο |"
            "παρα)πάνω"
        ),
    },
}
