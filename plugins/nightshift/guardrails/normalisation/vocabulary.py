"""Frequent English words and the words of instructions: what tells a decoded text from noise."""

from __future__ import annotations

import codecs

_FREQUENT = """
    a able about above accept access account across act action activate actually add address admin administrator
    after again against age agent ago agree ai air all allow allowed almost alone along already also always am
    among an and android another answer answers any anyone anything apart api app appear are area around art as
    ask assist assistant assume at attack attention author authority authorized available avoid aware away back
    bad ban based bash basic be became because become been before began begin beginning behave behavior behaviour
    behind being believe below best better between beyond big bio bit black body bomb book bot both box boy bring
    build building business but buy by bypass call called came can cannot car card care case cat catch cause
    censor censorship change character chat chatbot check child children choose city class clear close code cold
    come command commands comment common company complete completely computer conceal confidential confirm
    consider constraint constraints contain content context continue control conversation convert copy correct
    could country course cover create creative credentials credit curl current customer cut cyber dan danger
    dangerous dark data database date day days dead deal death debug decide decode deep default define delete
    deliver deny describe design detail detailed details develop developer did die different digital dinner direct
    direction directive directives disable disclose discuss display disregard do document does dog done dont door
    down draw drop drug drugs due during each early earth easy eat effect either else email emergency enable
    encode end english enough enter entire erase error escape especially eval even ever every everyone everything
    evil exact exactly example except exec execute exist expect experience explain explicit exploit expose extract
    eye face fact fail fake fall false family far fast father feel few file files filter filters final finally
    find fine finish fire first five follow following follows food for forbidden force forget form format forward
    found four free freedom friend friends from full fun function game gave general generate get girl give given
    go god going gone good got government great group grow guard guardrails guide guideline guidelines guy guys
    hack hacked hacker had half hand happen happy harm harmful has hate have having he head hear heard heart hello
    help her here hey hi hidden hide high hijack him his history hold home hope horse hot hour hours house how
    however human humans hundred i idea identity if ignore ignored ignores ignoring illegal image imagine
    immediately import important in inappropriate include including indeed info inform information initial inject
    injection input inside instead instruct instructed instruction instructions internal internet into invent is
    issue it its itself jail jailbreak jailbroken job join just keep key keys kill kind knew know known language
    large last late later law laws lead leak learn least leave left legal less let letter letters level lie life
    light like likely limit limitation limitations limited limits line link list listen little live load local
    lock log login long longer look lost lot love low made mail main make malicious malware man many master matter
    may maybe me mean meaning means meet member memory men mentioned message messages method might mind mine
    minute mode model modes moment money month moral more morning most mother move movie much murder music must my
    myself name named need network never new news next nice night nine no none nor normal not note nothing notice
    now number obey object of off offer office often oh old on once one only open openai opinion option or order
    orders original other others our out output outside over override overrides own owner page paper paragraph
    parent part party pass passcode passphrase passwd past pay people perform perhaps permission persona
    personality phone phrase picture piece place plain plan play player please plus point police policies policy
    possible post power powerful prepend present pretend previous previously print prior private problem process
    program programming prohibited prompt prompts proper protocol protocols provide public pull purpose put pwned
    quarter question questions quick quickly quite quote rather raw read ready real reality really reason receive
    recent red refusal refuse regard regarding release remain remember remove repeat replace reply report request
    require reset respond response responses rest restrict restricted restriction restrictions result return
    reveal reverse right risk role roleplay room root rule rules run safe safeguards safety said same sample saw
    say saying says school screen script search second secret secrets section secure security see seem seen self
    sell send sense sensitive sent sentence sentences server service session set seven several sex shall she shell
    short should show side simple simply simulate simulation since sister sit situation six skip sleep small so
    social some someone something sometimes soon sorry sound source speak special spell spoke stand standard start
    started starting state statement stay steal step steps still stop story strict string strip strong student
    study stuff style subject such suddenly sudo summarize summary support suppose sure switch system systems
    table take taken talk task tasks teach team tell temperature ten term terms test text than thank thanks that
    the their them themselves then there therefore these they thing things think third this those though thought
    thousand three through time title to today together token tokens told tomorrow tonight too took tool tools top
    topic total toward train trained training transfer translate translation tree tried true trust truth try turn
    two type uncensored under understand understood unethical unfiltered unless unlock unrestricted until up upon
    us use used user users using usual value verbatim version very via video view virus visit voice wait walk wall
    want wanted war warning was watch water way we weapon weapons web website week well went were what whatever
    when where whether which while white who whoami whole whom whose why wife will win window wish with within
    without woman women won wonder word words work worked working world would write writing written wrong year
    years yes yesterday yet you young your yours yourself
"""
FREQUENT = frozenset(_FREQUENT.split())

# Words that give a cipher away: frequent, and no words of English or abbreviations when enciphered.
_TELLING = (
    "the and you your all this that with from have what ignore previous instructions instruction prompt system reveal "
    "forget rules tell show print write about disregard following secret password above output answer respond how make"
)

ROT13_WORDS = tuple(codecs.encode(word, "rot13") for word in _TELLING.split())
REVERSED_WORDS = tuple(word[::-1] for word in _TELLING.split() if word not in {"all", "make", "what"})

LONGEST = max(map(len, FREQUENT))
_BEGINNINGS = frozenset(word[:3] for word in FREQUENT)


def share_of_words(text: str) -> float:
    """Which part of the letters of a text stands in known words."""
    words = "".join(char if char.isalpha() else " " for char in text.lower()).split()
    letters = sum(map(len, words))
    return sum(len(word) for word in words if word in FREQUENT) / letters if letters else 0.0


def segmented(letters: str) -> list[str]:
    """Words that were run together, split where known words meet; what is unknown stays in one piece."""
    # Some capitals become two characters in lower case; positions must not move.
    lowered = letters.lower() if letters.isascii() else letters
    costs = [0.0] + [float("inf")] * len(lowered)
    origins = [0] * (len(lowered) + 1)
    for start in range(len(lowered)):
        for end in _word_ends(lowered, start):
            cost = costs[start] + (1.2 if end == start + 1 else 1.0)
            if cost < costs[end]:
                costs[end], origins[end] = cost, start
    return _pieces(letters, origins)


def _word_ends(lowered: str, start: int) -> list[int]:
    """The next letter alone, and every end of a known word that starts here."""
    ends = [start + 1]
    if start + 2 <= len(lowered) and lowered[start : start + 2] in FREQUENT:
        ends.append(start + 2)
    if lowered[start : start + 3] in _BEGINNINGS:
        last = min(len(lowered), start + LONGEST)
        ends += [end for end in range(start + 3, last + 1) if lowered[start:end] in FREQUENT]
    return ends


def _pieces(letters: str, origins: list[int]) -> list[str]:
    pieces: list[str] = []
    end = unknown = len(letters)
    while end:
        start = origins[end]
        if end - start > 1:
            pieces += [letters[end:unknown], letters[start:end]]
            unknown = start
        end = start
    pieces.append(letters[:unknown])
    return [piece for piece in reversed(pieces) if piece]
