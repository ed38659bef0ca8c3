"""Turns of phrase of attacks in many languages, pooled like the words of european_languages.py and asian_languages.py.

Keys: `everything` (what is dropped where no instruction is named), `from_now_on` (another self begins), `freedom` (no
limits any more), `password` (what was entrusted to the model).
"""

from __future__ import annotations

TURNS: dict[str, str] = {
    "everything": (
        r"\balles,? was|tout ce (?:qui|qu)|todo lo (?:que|anterior)|de lo que te|tutto (?:ciò|quello)|quanto ti|"
        r"tudo o que|"
        r"wszystk\pL+,? co|вс[её],? что|усе,? що|все,? що|všechno,? co|\bvše,? co|mindent,? ami|tot ce|allt som|"
        r"sve što|"
        r"све што|όλα όσα|ό,τι|her şeyi?|كل ما|هر چه|همه چیز|כל מה|सब कुछ|সবকিছু|一切|之前的(?:内容|对话)|"
        r"すべて(?:の内容|忘)|모든 것|mọi thứ|tất cả (?:những|các)|semua (?:yang|hal)|ทุกอย่าง"
    ),
    "from_now_on": (
        r"(?:ab sofort|ab jetzt|von nun an|von jetzt an) (?:bist|wirst|sollst|antwortest|spielst|heißt) du|"
        r"\bdu bist (?:jetzt|nun|ab)\b|"
        r"tu es (?:maintenant|désormais)|"
        r"(?:à partir de maintenant|désormais|dorénavant),? (?:tu|vous)|(?:a partir de ahora|"
        r"desde ahora),? (?:eres|tú|serás|vas)|"
        r"ahora eres|d'ora in (?:poi|avanti),? (?:sei|tu|sarai)|adesso sei|a partir de agora,? (?:você|tu|és|"
        r"serás)|agora você é|"
        r"vanaf nu ben j|je bent (?:nu|vanaf)|od teraz (?:jesteś|będziesz)|jesteś teraz|(?:с этого момента|отныне|"
        r"теперь) ты|"
        r"(?:відтепер|тепер|з цього моменту) ти|od (?:teď|této chvíle) (?:jsi|budeš)|mostantól (?:te|egy)|"
        r"de acum (?:înainte )?(?:ești|vei)|"
        r"(?:från och med nu|hädanefter) är du|du är nu|od (?:sada|sad) (?:si|ćeš)|од сада (?:си|ћеш)|"
        r"από (?:εδώ και πέρα|τώρα) (?:είσαι|θα)|"
        r"(?:bundan sonra|şu andan itibaren|artık) sen|من الآن فصاعد|أنت الآن|از این (?:پس|به بعد) تو|تو (?:اکنون|"
        r"حالا) یک|(?:מעכשיו|מרגע זה) (?:אתה|את)|"
        r"अब से (?:तुम|आप)|এখন থেকে (?:তুমি|আপনি)|(?:从现在(?:开始|起)|從現在(?:開始|起)),?(?:你|请)|你现在是|"
        r"(?:これから|今から|今後)(?:あなた|君|お前)は|"
        r"(?:지금부터|이제부터|이제) (?:너는|넌|당신은)|(?:từ (?:giờ|bây giờ)|bây giờ) (?:bạn|mày)|"
        r"mulai sekarang,? (?:kamu|anda|kau)|(?:ตั้งแต่นี้|จากนี้)(?:ไป)?,? ?คุณ"
    ),
    "freedom": (
        r"ohne (?:jede |jegliche |alle )?(?:einschränkung|filter|zensur|beschränkung)|"
        r"sans (?:aucune? )?(?:restriction|filtre|censure)|"
        r"sin (?:ningun\pL+ )?(?:restriccion|filtros?\b|censura)|senza (?:alcun\pL* )?(?:restrizion|filtri|censura)|"
        r"sem (?:nenhum\pL* )?(?:restriç|filtros?\b|censura)|zonder (?:enige )?(?:beperking|filter|censuur)|"
        r"bez (?:żadnych |jakichkoli\pL+ |jakýchkoli\pL* |ikakvih )?(?:ogranicz|ograničen|filtr|cenzur|omezen)|"
        r"без (?:каких-либо |всяких |жодних )?(?:ограничен|фильтр|цензур|обмежен|фільтр|ограничења)|(?:korlátozás|"
        r"szűrő|cenzúra)\pL* nélkül|"
        r"fără (?:nicio )?(?:restricți|filtr|cenzur)|utan (?:några )?(?:begränsning|filter|censur)|"
        r"χωρίς (?:κανένα\pL* )?(?:περιορισμ|φίλτρ|λογοκρισ)|"
        r"sansürsüz|filtresiz|kısıtlama(?:sız| olmadan)|بدون (?:أي )?(?:قيود|رقابة|محدودیت|سانسور|فیلتر)|بلا قيود|"
        r"(?:ללא|בלי) (?:שום )?(?:הגבל|צנזור|מגבל|סינון)|"
        r"बिना (?:किसी )?(?:प्रतिबंध|रोक|फ़िल्टर|फिल्टर|सेंसर)|কোনো (?:সীমাবদ্ধতা|বিধিনিষেধ|সেন্সর) (?:ছাড়া|নেই)|"
        r"(?:没有|沒有|无|不受)(?:任何)?(?:限制|约束|審查|审查)|"
        r"制限(?:なし|のない|なく)|無制限|検閲な|(?:제한|검열|필터) ?없|không (?:có |bị )?(?:bất kỳ )?(?:giới hạn|"
        r"hạn chế|kiểm duyệt)|tanpa (?:batasan|filter|sensor)|ไม่มีข้อจำกัด|ไร้ข้อจำกัด"
    ),
    "password": (
        r"passwort|kennwort|zugangscode|mot de passe|contraseña|\bclave (?:secreta|de acceso|api)|\bsenha\b|"
        r"chave (?:secreta|de api)|parola d'ordine|"
        r"wachtwoord|\bhasł[oa]|парол|секретн\pL+ (?:ключ|код|слово)|\bhesl[oa]|jelszó|\bparola\b|lösenord|lozink|"
        r"лозинк|κωδικ|şifre|"
        r"كلمة (?:ال)?(?:مرور|سر)|رمز عبور|סיסמ|पासवर्ड|পাসওয়ার্ড|密码|密碼|口令|密钥|パスワード|秘密鍵|비밀번호|"
        r"암호|mật khẩu|kata sandi|รหัสผ่าน"
    ),
}
