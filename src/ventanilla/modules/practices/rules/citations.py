"""Legal citations as people write them: norm, articles with their fractions, gazette, date of publication.

Written forms seen: «Ley …, artículo 24, fracción LVII, publicada en el Periódico Oficial "Gaceta del Gobierno" el 14 de abril del 2023.»
and «Ley …/Artículo 44 fracción V/Gaceta del Gobierno/06 de enero de 2016.»
"""
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from ventanilla.lib.spanish import MONTHS, fold

_KINDS: Final = ("Constitución|Ley|Código|Reglamento|Manual|Acuerdo|Lineamientos|Norma|Normas|Decreto|Medidas|Oficio|Circular|Estatuto|"
                 "Bando|Reglas|Criterios|Política|Políticas|Guía|Convenio")
_START: Final = re.compile(rf"(?:^|(?<=[.;/\n])\s*|[•\-]\s+)(?=(?:{_KINDS})\b)")
_NAME_END: Final = re.compile(
    r"\s*(?:/|,?\s*\b(?:art(?:ículos?|s?\.)|apartado|capítulo|cap\.|fracci(?:ón|ones)|publicad[oa]s?|numeral|de fecha|clave"
    r"|(?:con )?vigencia|vigente)\b|,?\s*\bArt\.|(?<!\bNo)(?<!\bnúm)\.\s|\.$|;|\n)", re.IGNORECASE)
_ARTICLES: Final = re.compile(
    r"\bart(?:ículos?|s?\.)\s*((?:(?!\bpublicad|\bart(?:ículo|\.)|/|;|\.\s(?-i:[A-ZÁÉÍÓÚ])|\ben el\b).){1,300})", re.IGNORECASE)
_PART: Final = re.compile(r"\b(\d{1,3}(?:\s?(?:bis|ter|qu[aá]ter))?)\b|\b([IVXL]{1,8})\b")
_GAZETTES: Final = {"Gaceta del Gobierno": "Gaceta del Gobierno", "Diario Oficial de la Federación": "Diario Oficial de la Federación",
                    "LEGISTEL": "LEGISTEL"}
_DATE: Final = re.compile(r"(\d{1,2})[oº°]?\s+de\s+([a-záéíóú]+)(?:\s+del?)?\s+(\d{4})", re.IGNORECASE)
_VALID: Final = re.compile(rf"\bvigen(?:te|cia)\b[^;\n]{{0,120}}?\b(?:hasta|al)\s+(?:el\s+)?(?:día\s+)?{_DATE.pattern}", re.IGNORECASE)


@dataclass(frozen=True)
class Article:
    """An article and the fractions of it that are cited, in Roman numerals."""

    number: str
    fractions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Citation:
    """A norm as cited; `published` is the date of the gazette, None when the text gives none.

    `until`: the last day on which the text says that it is in force («vigente hasta el 31 de diciembre de 2025»), a local day.
    """

    norm: str
    articles: tuple[Article, ...]
    gazette: str
    published: date | None
    text: str
    until: date | None = None

    @property
    def complete(self) -> bool:
        """Whether somebody could look it up: a norm, where it was published and when."""
        return bool(self.norm and self.gazette and self.published)


def citations(text: str) -> tuple[Citation, ...]:
    """The citations of a text, in order. A text that cites nothing gives none."""
    text = " ".join(text.split(" "))[:20_000]
    starts = [found.end() for found in _START.finditer(text)]
    return tuple(_citation(text[start:end].strip()) for start, end in zip(starts, [*starts[1:], len(text)], strict=False))


def _citation(text: str) -> Citation:
    end = _NAME_END.search(text)
    name = (text[:end.start()] if end else text).strip(" ,.")
    gazette = next((name for sign, name in _GAZETTES.items() if sign.lower() in text.lower()), "")
    valid = _VALID.search(text)
    return Citation(name, _articles(text), gazette, _published(_VALID.sub("", text)), text, _day(valid) if valid else None)


def _articles(text: str) -> tuple[Article, ...]:
    found: list[tuple[str, list[str]]] = []
    for span in _ARTICLES.findall(text):
        for number, fraction in _PART.findall(span):
            if number:
                found.append((number, []))
            elif found:
                found[-1][1].append(fraction)
    return tuple(Article(number, tuple(fractions)) for number, fractions in found)


def _published(text: str) -> date | None:
    """The date after «publicada», else the last one."""
    said = re.search(r"\bpublicad[oa]", text, re.IGNORECASE)
    dates = [day for one in _DATE.finditer(text, said.end() if said else 0) if (day := _day(one))]
    return (dates[0] if said else dates[-1]) if dates else None


def _day(found: re.Match[str]) -> date | None:
    month = fold(found[2]).lower()
    try:
        return date(int(found[3]), MONTHS.index(month) + 1, int(found[1])) if month in MONTHS else None
    except ValueError:
        return None
