"""Names and posts as people write them, made comparable: without titles, capitals, accents, order and gender of the post.

Two that agree are only *offered* as the same person: namesakes exist.
"""
import re
from collections.abc import Collection
from typing import Final

from ventanilla.modules.practices.rules.plans import folded

_ABBREVIATED: Final = re.compile(r"^(?:(?:[^\W\d_]{1,5}\.)+(?:\s+en\s+(?:[^\W\d_]{1,5}\.)+)?\s+)+")
_DEGREES: Final = frozenset({
    "lic", "licda", "licdo", "lda", "ldo", "ing", "mtro", "mtra", "dr", "dra", "arq", "cp", "profr", "profra", "prof", "maestro", "maestra",
    "doctor", "doctora", "licenciado", "licenciada", "ingeniero", "ingeniera", "arquitecto", "arquitecta", "contador", "contadora",
    "profesor", "profesora", "ciudadano", "ciudadana", "tec", "tecnico", "tecnica", "pasante", "c"})
_STUDIES: Final = frozenset({
    "administracion", "publica", "publico", "publicas", "derecho", "ciencias", "politicas", "politica", "informatica", "economia",
    "sistemas", "computacionales", "computacion", "gobierno", "contaduria", "educacion", "gestion", "psicologia", "comunicacion",
    "finanzas", "asuntos", "sociologia", "tecnologias", "informacion"})
_SMALL: Final = frozenset({"de", "del", "la", "las", "el", "los", "y", "e", "en", "a", "al"})
_GENDER: Final = {"jefa": "jefe", "directora": "director", "subdirectora": "subdirector", "coordinadora": "coordinador",
                  "encargada": "encargado", "secretaria": "secretario", "subsecretaria": "subsecretario", "delegada": "delegado",
                  "contralora": "contralor", "procuradora": "procurador", "consejera": "consejero", "asesora": "asesor",
                  "presidenta": "presidente", "administradora": "administrador"}


def name_key(name: str) -> str:
    """The words of a name in alphabetical order, without titles and particles; "" when fewer than two are left (nobody's whole name)."""
    words = _words(_ABBREVIATED.sub("", name.strip()))
    while words and words[0] in _DEGREES:
        words = _without_degree(words)
    kept = sorted(word for word in words if word not in _SMALL)
    return " ".join(kept)[:200] if len(kept) > 1 else ""


def _without_degree(words: list[str]) -> list[str]:
    """«Maestro en Administración Pública Juan…»: the degree goes with its subject."""
    rest = words[1:]
    if rest and rest[0] in ("en", "de"):
        rest = rest[1:]
        while rest and (rest[0] in _STUDIES or rest[0] in _SMALL):
            rest = rest[1:]
    return rest


def _words(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9ñ ]", " ", folded(text)).split()


def post_words(post: str) -> list[str]:
    """The words of a post in alphabetical order, each once, without particles and in one gender."""
    return sorted({_GENDER.get(word, word)[:40] for word in _words(post) if word not in _SMALL})[:20]


def posts_agree(one: Collection[str], other: Collection[str]) -> str:
    """"same", "part" (one says more than the other), or "" when they say different things or one says nothing."""
    first, second = set(one), set(other)
    if not first or not second:
        return ""
    return "same" if first == second else "part" if first < second or second < first else ""
