"""Drum words: what names of tracks say of drums, in the languages of the world.

Only whole words count: "Conundrum" and "Little Drummer Boy" name no drums.

Conventions
-----------
- Words are compared without case, accents and width.
- A name *is* drums if it holds nothing but words for drums and words such as "track",
  "acoustic" or numbers; it *mentions* drums if other words stand beside them.
- A name that speaks of another instrument neither is nor mentions drums.
"""

import re
import unicodedata
from enum import Enum


class Says(Enum):
    """What a name says of drums."""

    KIT = "kit"
    """It is the name of a drum kit, or of percussion."""
    PIECE = "piece"
    """It is the name of one drum."""
    MENTION = "mention"
    """It mentions drums among other words."""
    OTHER = "other"
    """It names another instrument."""
    NOTHING = "nothing"


def _plain(text: str) -> str:
    """Return `text` without case, accents and width."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def _words(text: str) -> frozenset[str]:
    return frozenset(_plain(text).replace("_", " ").split("|"))


_KIT = _words(
    # English, and what many languages took from it
    "drum|drums|drumset|drum set|drumkit|drum kit|drumtrack|drumloop|percussion|perc|percs|kit|kits"
    "|drum machine|drummachine|beatbox|drm|drms|synth drum|synth drums"
    # German, Dutch, the Nordic languages
    "|schlagzeug|schlagwerk|schlaginstrumente|trommel|trommeln|perkussion|drumcomputer"
    "|slagwerk|drumstel|trommels|slagverk|trummor|trumma|trumset|trumman|trommer|tromme|trommesett"
    "|slagtøj|rummut|rumpu|rumpusetti|lyomasoittimet|perkussiot|trommur|trommusett"
    # the Romance languages
    "|bateria|baterias|percusion|percusiones|tambor|tambores|batterie|percussions|tambour|tambours"
    "|batteria|percussioni|percussione|tamburo|tamburi|percussao|percussio|tobe|toba|baterie"
    "|percutie|tambors"
    # Slavic and Baltic languages, Hungarian, Estonian
    "|perkusja|bebny|beben|bici|bici souprava|bicí nástroje|perkuse|bubny|buben|bicie"
    "|bicie nastroje|bubnjevi|bubanj|udaraljke|bobni|tolkala|бубњеви|удараљке|барабани|ударни"
    "|ударные|ударный|ударная|барабаны|барабан|перкуссия|ударник|драмс|ударні|перкусія|ударна"
    "|перкусии|бугнови|удари|ударныеинструменты|бас барабан|bugnai|musamieji|bungas"
    "|sitaminstrumenti|dob|dobok|dobfelszereles|dobszerelés|utohangszerek|utosok|utos|trummid"
    "|loökpillid|löökpillid|trumm"
    # Greek, Turkish, Hebrew, Arabic, Persian, Hindi, Thai, Vietnamese, Indonesian
    "|τυμπανα|τυμπανο|ντραμς|κρουστα|davul|davullar|bateri|vurmali|vurmalilar|trampet"
    "|תופים|תוף|כלי הקשה|הקשה|طبول|طبل|ايقاع|إيقاع|درامز|درام|درامس|طبلة|کوبه|ड्रम|ड्रम्स|ढोल|तबला"
    "|กลอง|กลองชุด|เครื่องกระทบ|trong|bo trong|bo go|perkusi|gendang|drumband"
    # Japanese, Korean, Chinese
    "|ドラム|ドラムス|ドラムセット|ドラムキット|パーカッション|打楽器|太鼓|タイコ|リズムセット|どらむ|パーカス"
    "|드럼|드럼셋|드럼세트|드럼킷|드럼즈|타악기|타악|퍼커션|북"
    "|鼓|鼓组|鼓組|架子鼓|爵士鼓|套鼓|鼓机|鼓機|鼓轨|打击乐|打擊樂|打击乐器|打擊樂器|打击|打擊|敲击乐|敲擊樂"
    # programs and machines
    "|ezdrummer|ez drummer|ezd|superior drummer|addictive drums|addictive drummer|studio drummer"
    "|bfd|bfd2|bfd3|ssd|ssd4|ssd5|steven slate drums|drumagog|redrum|drumaxx|drum rack|drumrack"
    "|groove agent|tr808|tr 808|tr909|tr 909|tr707|tr 707|tr606|tr 606|808|909|cr78|cr 78|lm 1"
    "|linndrum|drumbrute|drum kit designer|power drum kit|mt power drum kit|drumgizmo|sitala"
    "|battery 3|battery 4|drumazon|microtonic|beat box"
)
_PIECE = _words(
    "kick|kicks|kickdrum|kick drum|bass drum|bassdrum|bd|snare|snares|snare drum|sd|snr|sidestick"
    "|side stick|rimshot|rim shot|rim|hihat|hihats|hi hat|hi hats|hh|hat|hats|closed hat|open hat"
    "|tom|toms|tom tom|floor tom|cymbal|cymbals|crash|ride|china|splash|clap|claps|handclap"
    "|hand clap|hand claps|shaker|shakers|tambourine|tamb|cowbell|conga|congas|bongo|bongos"
    "|timbale|timbales|claves|maracas|cabasa|guiro|cajon|djembe|tabla|darbuka|surdo|overheads|ohs"
    "|grosse trommel|große trommel|kleine trommel|becken|snaredrum|gran cassa|grancassa|cassa"
    "|rullante|piatti|piatto|grosse caisse|caisse claire|charleston|charley|cymbale|cymbales"
    "|bombo|caja|platillos|platillo|redoblante|pandereta|bumbo|caixa|pratos|chimbal|pandeiro"
    "|bekken|bekkens|basdrum|werbel|stopa|talerze|бочка|малый барабан|большой барабан|бас бочка"
    "|хэт|хай хет|хайхэт|хайхет|тарелки|тарелка|томы|снейр|бубен"
    "|バスドラム|バスドラ|スネア|スネアドラム|ハイハット|シンバル|タム|キック|クラップ|大太鼓|小太鼓"
    "|킥|스네어|하이햇|심벌|베이스드럼|큰북|작은북|大鼓|小鼓|底鼓|军鼓|軍鼓|镲|鑔|踩镲|嗵鼓|吊镲"
)
_BESIDE = _words(
    "track|tracks|trk|midi|channel|chan|ch|part|staff|stave|voice|instrument|inst|ins|vst|vsti|plugin"
    "|audio|main|master|bus|group|stereo|mono|left|right|l|r|lh|rh|copy|new|sub|top|tops|aux|out|mix"
    "|acoustic|electric|electronic|electronica|electro|elec|live|real|studio|rock|pop|jazz|power"
    "|room|brush|brushes|standard|std|dance|house|techno|hip|hop|hiphop|rnb|latin|orchestra"
    "|orchestral|marching|military|ethnic|world|african|gm|gs|xg|gm2|loop|loops|fill|fills|groove"
    "|grooves|pattern|patterns|beat|beats|rhythm|intro|verse|chorus|bridge|outro|hi|lo|low|high|soft"
    "|hard|dry|wet|big|small|heavy|light|basic|extra|add|additional|ghost|programmed|prog|machine"
    "|computer|set|kit|sample|samples|sampler|section|ensemble|and|n|und|et|y|e|i|и|the|der|die|das"
    "|la|le|les|el|los|i|a|b|c|closed|open|pedal|floor|analog|digital|vintage|modern|custom|user|hand"
    "|spur|kanal|de|du|do|da|di|del|della|установка|набор|pistas|latina|latino|latine|dj|trap|lofi|trip|metal|funk|soul|blues|reggae|disco|swing|country|folk|tanz|amp|no|nr|num|number"
    "|teil|gruppe|satz|zestaw|souprava|sada|szett|seti|takimi|takım|קיט|ערכת|ערוץ|עקיבה|stimme|piste|pista|traccia|canal|canale|sciezka|stopa|stopy|трек|дорожка|канал|партия"
    "|トラック|チャンネル|パート|트랙|채널|轨|軌|轨道|音轨|音軌|通道|acustica|acustico|acoustique"
    "|electronique|elettronica|electrica|akustik|akustisch|elektro|elektronik|principal|ritmo|ritmica"
    "|rhythmus|v|ver|take|session|drummer|batterista|baterista|player|spd|td|vdrums|edrums"
)
_OTHER = _words(
    "lead|bass|bas|basse|basso|bajo|baixo|guitar|guitars|gtr|gitarre|guitare|guitarra|chitarra|gitar"
    "|piano|klavier|keys|keyboard|keyboards|pad|pads|string|strings|streicher|brass|organ|orgel|orgue"
    "|synth|synths|synthesizer|steel|steelpan|pan|melody|melodie|melodia|vocal|vocals|vox|voz|choir"
    "|chor|flute|sax|trumpet|trombone|horn|horns|violin|viola|cello|arp|arpeggio|bell|bells|marimba"
    "|vibes|vibraphone|xylophone|glockenspiel|timpani|pauken|kalimba|hang|tongue"
    "|handpan|melodic|tuned|harp|clarinet|oboe|tuba|accordion|harmonica|banjo|mandolin|chord|chords"
    "|solo|whistle|гитара|бас|пианино|скрипка|мелодия|ギター|ピアノ|ベース|メロディー|メロディ"
    "|기타|피아노|베이스|멜로디|钢琴|鋼琴|吉他|贝斯|貝斯|旋律|主旋律"
)
_MEANING = {
    **dict.fromkeys(_BESIDE, Says.NOTHING),
    **dict.fromkeys(_OTHER, Says.OTHER),
    **dict.fromkeys(_PIECE, Says.PIECE),
    **dict.fromkeys(_KIT, Says.KIT),
}
_NOT_DRUMS = re.compile(r"\b(drum|drums)\s*(n|and|&|'n'|n')\s*bass\b|\bdnb\b|\bd n b\b")
_TOKEN = re.compile(r"(?:[^\W\d_]|[\u0900-\u097f\u0e00-\u0e7f])+|\d+")
_LONGEST = 4
"""Words of the longest phrase in the tables."""
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CJK_WORDS = sorted((w for w in _MEANING if len(w) > 1 and _CJK.search(w)), key=len, reverse=True)


def says(name: str) -> Says:
    """Return what the name of a track says of drums."""
    cut = _NOT_DRUMS.sub(" lead ", re.sub("[’`]", "'", _plain(name)).replace("'", " "))
    tokens = [part for token in _TOKEN.findall(cut) for part in _split(token)]
    found: set[Says | None] = set()
    at = 0
    while at < len(tokens):
        kind, length = _phrase(tokens, at)
        found.add(kind)
        at += length
    if Says.OTHER in found:
        return Says.OTHER
    if not found & {Says.KIT, Says.PIECE}:
        return Says.NOTHING
    if None in found:
        return Says.MENTION
    return Says.KIT if Says.KIT in found else Says.PIECE


def _phrase(tokens: list[str], at: int) -> tuple[Says | None, int]:
    """Return what the longest known phrase from a token on says, and its length.

    An unknown word says None; a word which often stands beside drums, `Says.NOTHING`.
    """
    for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
        phrase = " ".join(tokens[at : at + length])
        if phrase in _MEANING:
            return _MEANING[phrase], length
    return Says.NOTHING if tokens[at].isdigit() or len(tokens[at]) == 1 else None, 1


def _split(token: str) -> list[str]:
    """Split a word of a script that writes without blanks into known words and the rest."""
    if not _CJK.search(token) or token in _MEANING:
        return [token]
    for word in _CJK_WORDS:
        if word in token:
            before, _, after = token.partition(word)
            return [*(_split(before) if before else []), word, *(_split(after) if after else [])]
    return [token]
