"""Letters that look like Latin ones.

Source: https://www.unicode.org/Public/security/latest/confusables.txt (Unicode licence v3), reduced to single letters
that imitate a single ASCII letter; `LOOSE` adds the resemblances that only obfuscated text uses.
"""

from __future__ import annotations


def _table(pairs: str) -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in pairs.split()}


GREEK = _table("αa ΑA ΒB ΕE ϜF ΗH ιi ϳj ͿJ ΚK ΙI ΜM ϺM ΝN οo σo ΟO ρp ΡP ΤT υu νv ΧX γy ΥY ΖZ κk ηn τt ωw ϲc ϹC")
CYRILLIC = _table(
    "аa АA ЬB ВB сc СC ԁd еe ҽe ЕE ԌG һh НH іi ꙇi ӏi јj ЈJ КK ІI ӀI МM оo ОO рp РP ԛq ѕs ЅS ТT ѵv ѴV ѡw ԝw ԜW хx ХX "
    "уy үy УY ҮY"
)
# Written by few people in few texts, so that a word of nothing but these is a disguise.
RARE = _table(
    "ՏS ցg հh ոn օo ՕO գq զq սu ՍU աw քf ռn "
    "ᎪA Ꮟb ᏴB ꮯc ᏟC Ꮷd ᎠD ᎬE ᏀG ᏳG Ꮒh ᎻH ꭵi Ꭵi ᎫJ ᏦK ᏞL ᎷM ᏢP ꮁr ᎡR ᏒR ꮪs ᏕS ᏚS ᎢT ꮩv ᏙV ꮃw ᎳW ᏔW ᎩY ᎽY ꮓz ᏃZ "
    "ꓮA ꓐB ꓚC ꓒd ꓓD ꓰE ꓝF ꓖG ꓧH ꓙJ ꓗK ꓲl ꓡL ꓟM ꓠN ꓳO ꓑP ꓣR ꓢS ꓔT ꓴU ꓦV ꓪW ꓫX ꓬY ꓜZ "
    "ᗅA ᑲb ᖯb ᗷB ᑯd ᗞD ᗪD ᖴF ᕼH ᒍJ ᒪL ᗰM ᑭP ᖇR ᑌU ᐯV ᙭X ⲥc ⲤC ⲎH ⲔK ⲒI ⲘM ⲚN ⲟo ⲞO ⲣp ⲢP ⲅr ⲦT ⲬX ⲨY "
    "𐐽c 𐐕C 𐐛L 𐐬o 𐐄O 𐑈s 𐐠S ⴹE ⵏl ⵔO ⵕQ ⴸV ⵝX ℮e ყy ჿo ഠo ዐO ሀU"
)
# Latin letters of other alphabets and phonetic scripts: small capitals, script g, dotless i.
LATIN = _table(
    "ɑa Ƅb ꞴB ᴄc ꬲe ꬵf ꞙf ẝf ꞘF ɡg ᶃg ƍg ɪi ɩi ꞲJ Ɩl ǀl ᴏo ᴑo ꬽo ꭇr ꭈr ƦR ꜱs ƽs ꞟu ᴜu ꭎu ꭒu ʋu ᴠv ɯw ᴡw ꞳX ᶌy ʏy ỿy "
    "ꭚy ᴢz ᴀa ʙb ᴅd ᴇe ꜰf ɢg ʜh ᴊj ᴋk ʟl ᴍm ɴn ᴘp ꞯq ʀr ᴛt"
)
# Letters in circles and squares that compatibility normalisation leaves alone, and the letters that flags are made of.
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
EMBLEMS = {first + i: letter for first in (0x1F150, 0x1F170, 0x1F1E6) for i, letter in enumerate(_CAPITALS)}
# Only where Latin letters stand in the same word: и is no u in any Russian word.
LOOSE = _table(
    "кk тt мm нh вb пn иu йu гr шw щw яR ьb ъb дd эe лn фo цu бb зe єe їi ґr жx юo чy ЗE ИN ЯR ПN ЭE ЖX ФO ШW "
    "βB εe ζz θo λl μu ξe πn φo χx ψw ςc δd Σe Λa Πn Θo Ωo Δa Ξe Φo Ψw"
)

SCRIPTS = {**GREEK, **CYRILLIC, **RARE}
"""Look-alikes of other scripts: folded where a word shows that it is a disguise."""

STYLED = {**LATIN, **EMBLEMS}
"""Look-alikes that are Latin letters in costume: folded wherever they form words."""

MIXED = {**LOOSE, **SCRIPTS, **STYLED}
"""Everything that may stand for a Latin letter inside a word with Latin letters."""

# Upside-down text is read from the end; each letter is turned.
FLIPPED = dict(
    zip(
        map(ord, "ɐqɔpǝɟƃɓɥᴉıɾʞʃlɯuodbɹsʇnʌʍxʎz∀ƎℲ⅁ſ˥ԀΛ⅄"),
        "abcdefgghiijkllmnopqrstuvwxyzAEFGJLPVY",
        strict=True,
    )
)
