"""Words of a ticket reduced to what they mean: folded, without stop words, endings or slips of the hand."""
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from ventanilla.lib.spanish import fold

_WORD = re.compile(r"[a-zñ0-9]+(?:[-_][0-9]+)?")
_ENDINGS = re.compile(
    r"(?:amientos?|imientos?|aciones|iciones|acion|icion|ciones|cion|idades|idad|amente|mente|andose|iendose|ando|iendo"
    r"|ados|adas|idos|idas|ado|ada|ido|ida|aron|ieron|aban|aba|ara|era|ar|er|ir|arse|erse|irse|es|os|as|an|en|s|a|e|o)$")
_STOPS = (
    "a al algo ante antes aqui asi aun bajo bien cada como con cual cuando de del desde donde dos e el ella ellos en entre era es esa "
    "ese eso esta estaba estamos estan estar este esto estos esta fue ha hace hacia han hasta hay he hola la las le les lo los mas me mi "
    "mis mismo muy nada ni no nos nuestra nuestro o otra otro otros para pero poder por porque pues que quien se sea ser si sin "
    "sobre solo son su sus tambien tan te tener tengo tenemos tiene tienen todo toda todos tu un una uno unos usted ustedes va ya y yo "
    "buen buena buenas bueno buenos dia dias tarde tardes noche gracias favor saludos saludo cordial estimado estimada estimados "
    "atentamente quedo quedamos atento atenta solicito solicitamos solicitud apoyo apoyar apoyen ayuda ayudar medio presente "
    "urgente urge xfa q k pq cuando puedo puede pueden podria hacer")
_STOP = frozenset(_STOPS.split())
SURE = 1000
LEAST = 5
"""Words shorter than this are never taken for a slip of another."""


def words(text: str) -> list[str]:
    """The meaningful words of a text in order, folded and in lower case (ñ stays), endings kept."""
    return [w for w in _WORD.findall(fold(text).lower()) if w not in _STOP and _worth(w)]


def stems(text: str) -> list[str]:
    """The same reduced to their stems: "timbrar", "timbrado" and "timbra" are one."""
    return [stem(w) for w in words(text)]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A folded word without its Spanish ending, never shorter than four letters; codes stay whole."""
    if any(c.isdigit() for c in word):
        return word
    while len(word) > 4:
        shorter = _ENDINGS.sub("", word)
        if len(shorter) < 4 or shorter == word:
            break
        word = shorter
    return word


def _worth(word: str) -> bool:
    """Codes of errors are short; long bare numbers (extensions, letters, telephones) and years say nothing."""
    return len(word) > 1 and not (word.isdigit() and (len(word) > 4 or re.fullmatch("(?:19|20)[0-9][0-9]", word)))


def corrections(frequency: Counter[str], sure: Collection[str] = ()) -> dict[str, str]:
    """What each rare word was meant to be: a word at one slip that is ten times as frequent, or is `sure`."""
    frequent = {w: n for w, n in frequency.items() if n >= 10 and _correctable(w)} | dict.fromkeys(sure, SURE)
    index: dict[str, list[str]] = defaultdict(list)
    for word in frequent:
        for key in _shorter(word):
            index[key].append(word)
    rare = (w for w, n in frequency.items() if n <= 50 and _correctable(w) and w not in sure)
    found = ((w, _nearest(w, frequency[w], index, frequent)) for w in rare)
    return {word: right for word, right in found if right}


def _correctable(word: str) -> bool:
    return len(word) >= LEAST and word.isalpha()


def _shorter(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1:]


def _nearest(word: str, count: int, index: dict[str, list[str]], frequent: dict[str, int]) -> str | None:
    """Two words share a key when they differ by one letter more, less or other, or by two swapped."""
    near = {other for key in _shorter(word) for other in index.get(key, ()) if other != word and frequent[other] >= 10 * count}
    return max(near, key=lambda other: (frequent[other], other), default=None)


def spelled(texts: Iterable[str], sure: Collection[str] = ()) -> list[list[str]]:
    """Stems of each text, with the slips of the hand set right by the other texts and by words that are `sure` (which stay whole)."""
    parts: Sequence[list[str]] = [words(text) for text in texts]
    right = corrections(Counter(w for words_of in parts for w in set(words_of)), sure)
    kept = {w: w if w in sure else stem(w) for words_of in parts for w in {right.get(w, w) for w in words_of}}
    return [[kept[right.get(w, w)] for w in words_of] for words_of in parts]
