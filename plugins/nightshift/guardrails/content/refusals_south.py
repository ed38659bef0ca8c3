"""How models decline in Spanish, Italian, Portuguese and Turkish, and in Russian, Arabic and Hindi."""

from __future__ import annotations

from nightshift.guardrails.content.refusal_phrases import Language, any_of

SPANISH = Language(
    any_of(
        "lo (?:siento|lamento)(?: mucho)?", "(?:mis )?disculpas?", "lamentablemente", "desafortunadamente",
        "pero", "sin embargo", "perdón", r"como (?:modelo|asistente|ia|inteligencia)[^.,!?\n]{0,50}",
    ),
    any_of(
        "no (?:puedo|podemos|podré|me es posible|estoy en condiciones de|estoy autorizad[oa] (?:a"
        "|para))(?: [a-z]{2,9}mente)? ?(?:te |le |les )?(?:ayudar|asistir|responder|proporcionar|facilitar"
        "|cumplir|ofrecer|dar(?:te|le|les)? (?:instrucciones|consejos|información|esa)|brindar|atender"
        "|continuar|discutir|crear|escribir|generar|compartir|revelar|hacer eso|participar|colaborar)",
        "(?:debo|tengo que) (?:rechazar|declinar|negarme)", "me niego a",
    ),
)  # fmt: skip

ITALIAN = Language(
    any_of(
        "mi (?:dispiace|spiace)(?: molto)?", "(?:mi )?scus[ai](?:te|mi)?", "purtroppo", "ma", "tuttavia",
        "però",
        r"(?:in quanto|come) (?:modello|assistente|ia|intelligenza)[^.,!?\n]{0,50}",
        "sono spiacente",
    ),
    any_of(
        "non (?:posso|possiamo|mi è possibile|sono in grado di|sono autorizzat[oa] a) ?(?:aiutar|assister"
        "|risponder|fornir|soddisfar|dar(?:ti|le|vi) (?:istruzioni|consigli|informazioni)|offrir|continuar"
        "|discuter|crear|scriver|generar|condivider|rivelar|farlo|partecipar|supportar)",
        "devo (?:rifiutar|declinar)", "mi rifiuto di",
    ),
)  # fmt: skip

PORTUGUESE = Language(
    any_of(
        "(?:eu )?(?:sinto|lamento)(?: muito)?", "(?:peço )?desculpas?", "(?:me )?desculpe", "infelizmente",
        "mas", "porém", "no entanto",
        r"como (?:um |uma )?(?:modelo|assistente|ia|inteligência)[^.,!?\n]{0,50}",
    ),
    any_of(
        "(?:eu )?não (?:posso|podemos|consigo|estou (?:autorizad[oa]|em condições) a?|sou capaz de"
        "|me é possível) ?(?:te |o |a |lhe )?(?:ajudar|auxiliar|assistir|responder|fornecer|atender"
        "|dar (?:instruções|conselhos|informações)|oferecer|continuar|discutir|criar|escrever|gerar"
        "|compartilhar|partilhar|revelar|fazer isso|participar)",
        "(?:devo|tenho (?:de|que)) (?:recusar|declinar)", "recuso-me a",
    ),
)  # fmt: skip

TURKISH = Language(
    any_of(
        "üzgünüm", "maalesef", "özür dilerim", "kusura bakma(?:yın)?", "ama", "ancak", "fakat",
        r"bir (?:yapay zeka|dil modeli)[^.,!?\n]{0,50}",
    ),
    any_of(
        r"(?:[^\s,.!?]+[, ]+){0,8}?(?:yardımcı olamam|yardım edemem|yardımcı olamıyorum"
        "|yardımcı olmam mümkün değil|yanıt veremem|cevap veremem|yerine getiremem|sağlayamam|destek olamam"
        "|bunu yapamam|paylaşamam|reddetmek zorundayım|karşılayamam)",
    ),
)  # fmt: skip

RUSSIAN = Language(
    any_of(
        "(?:мне )?(?:очень )?жаль", "извините", "простите", "прошу прощения", "к сожалению", "но", "однако",
        r"как (?:ии|языковая|искусственный)[^.,!?\n]{0,50}",
    ),
    any_of(
        "(?:я )?(?:не могу|не можем|не буду|не смогу|не в состоянии|не имею права"
        r"|не вправе)(?: [^\s,.!?]+){0,4}? ?(?:помочь|помогать|ответить|отвечать|предоставить|предоставлять"
        "|выполнить|дать|давать|обсуждать|продолжать|создать|написать|содействовать|раскрыть|поделиться"
        "|этого сделать|сделать это)",
        "(?:я )?(?:вынужден[а]? отказать|должен отказаться|должна отказаться|отказываюсь)",
    ),
)  # fmt: skip

ARABIC = Language(
    any_of(
        "(?:أنا )?آسف(?:ة)?", "(?:أنا )?(?:أعتذر|نعتذر)", "عذر[اًا]{1,2}", "للأسف", "مع الأسف",
        "(?:و)?لكن(?:ني|ن[اي])?", "معذرة", "يؤسفني",
    ),
    any_of(
        "(?:أنا )?(?:لا (?:أستطيع|يمكنني|أقدر|نستطيع|يمكننا)|لن (?:أستطيع|أتمكن|أقوم)|لست قادر[اًا]{0,2}"
        r"|غير قادر(?:ة)?)(?: من| على)?(?: [^\s,.!?]+){0,2}? ?(?:مساعد|المساعد|تقديم|الإجاب|الرد|تلبي|توفير"
        "|تنفيذ|الاستمرار|مناقش|إنشاء|كتاب|مشارك|الكشف|القيام)",
        "(?:يجب أن|علي أن) أرفض", "أرفض",
    ),
)  # fmt: skip

HINDI = Language(
    any_of(
        "(?:मुझे )?(?:खेद|अफ़सोस|अफसोस) है(?: कि)?", "(?:मुझे )?(?:क्षमा|माफ़|माफ)(?: करें| कीजिए| करना)?",
        "दुर्भाग्य से", "लेकिन", "परंतु", "किंतु", "कि",
    ),
    any_of(
        r"(?:मैं|हम)(?: [^\s,.!?]+){0,9}? (?:मदद|सहायता|उत्तर|जवाब|जानकारी|अनुरोध|प्रदान|निर्देश"
        r"|पूरा)(?: [^\s,.!?]+){0,4}? (?:नहीं (?:कर|दे|हो) ?(?:सकता|सकती|सकते|पाऊंगा|पाऊँगा|पाऊंगी)|(?:कर"
        "|दे) नहीं (?:सकता|सकती|सकते)|असमर्थ|में असमर्थ)",
        r"(?:मैं|हम)(?: [^\s,.!?]+){0,6}? नहीं (?:बता|कर|दे) (?:सकता|सकती|सकते)",
    ),
)  # fmt: skip
