"""The matter of a letter by family: who writes to whom, with which number, under which letterhead."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from ventanilla.modules.correspondence.specimens import archive, ink
from ventanilla.modules.correspondence.specimens.composed import matter as composed_matter
from ventanilla.modules.correspondence.specimens.data import MONTHS, LetterData
from ventanilla.modules.correspondence.specimens.people import PLACES, TOWNS, initials, person
from ventanilla.modules.correspondence.specimens.topics import matter
from ventanilla.modules.correspondence.specimens.units import INSTITUTE, OTHERS, UNITS
from ventanilla.modules.correspondence.specimens.varied import varied

POSTS = {
    "f": ("Directora", "Subdirectora", "Jefa del Departamento", "Coordinadora"),
    "m": ("Director", "Subdirector", "Jefe del Departamento", "Coordinador"),
}
LEGENDS = (
    "“{y}. Año del Bicentenario de la Vida Municipal en el Estado”",
    "“{y}. Año de la Vivienda Digna y Decorosa”",
    "{y}, Año de las Mujeres Constructoras de Comunidad",
)
SECRETARIAT = "Secretaría de Desarrollo Urbano e Infraestructura"
FEDERAL = (
    ("Comisión Nacional de Vivienda", "Dirección General de Análisis de Vivienda y Prospectiva", "DGAVP"),
    (
        "Secretaría de Desarrollo Agrario, Territorial y Urbano",
        "Dirección General de Ordenamiento Territorial",
        "DGOT",
    ),
    ("Instituto Nacional del Suelo Sustentable", "Coordinación de Regularización", "CR"),
    ("Auditoría Superior de la Federación", "Dirección General de Auditoría al Gasto Federalizado", "DGAGF"),
)
TOWN_AREAS = (
    ("Secretaría del Ayuntamiento", "SA"),
    ("Dirección de Desarrollo Urbano", "DDU"),
    ("Tesorería Municipal", "TM"),
    ("Dirección de Obras Públicas", "DOP"),
)
GROUPS = (
    "Fundación Hogar Mexiquense, A.C.",
    "Colegio de Arquitectos del Valle, A.C.",
    "Constructora Nevado Azul, S.A. de C.V.",
    "Unión de Colonos Nueva Esperanza, A.C.",
    "Cámara de la Industria de la Construcción, Delegación Centro",
)


def _area(unit: str) -> str:
    """`Dirección de Obras` -> `Obras`, for the name of a post."""
    for word in (
        "Dirección General de ",
        "Subdirección de ",
        "Departamento de ",
        "Dirección de ",
        "Coordinación de ",
        "Unidad de ",
    ):
        if unit.startswith(word):
            return unit[len(word) :]
    return unit


def _post(rng: Random, gender: str, unit: str) -> str:
    return f"{rng.choice(POSTS[gender])} de {_area(unit)}"


def _term(rng: Random) -> tuple[int | None, str]:
    if rng.random() < 0.5:
        return None, ""
    days, word = rng.choice(((3, "tres"), (5, "cinco"), (10, "diez"), (15, "quince"), (20, "veinte")))
    forms = (
        "en un plazo de {w} días hábiles",
        "en un término no mayor a {w} ({d}) días hábiles",
        "dentro de los {d} días hábiles siguientes",
    )
    return days, rng.choice(forms).format(w=word, d=days)


def _opening(rng: Random, year: int) -> tuple[str, str]:
    """A reference to an earlier letter and the sentence that holds it, or two empty texts."""
    if rng.random() < 0.55:
        return "", ""
    code = rng.choice(list(UNITS))
    number = rng.choice((f"{code}/{rng.randint(1, 900)}/{year}", f"DGV/{rng.randint(1, 900)}/{year}"))
    forms = (
        "En atención a su oficio número {r}, me permito comunicarle lo siguiente:",
        "En respuesta a su similar {r}, mediante el cual solicita información, hago de su conocimiento:",
        "Con relación al oficio {r}, y en alcance a lo señalado en el mismo:",
    )
    return number, rng.choice(forms).format(r=number)


def _common(rng: Random, length: int, wanted: date | None) -> dict[str, Any]:
    """What letters of every family have; chance chooses their day where none is wanted."""
    drawn = date(2024, 1, 8) + timedelta(days=rng.randint(0, 690))
    day = wanted or drawn
    subject, texts = matter(rng, day.year, length)
    (reference, opening), (days, term) = _opening(rng, day.year), _term(rng)
    closing = (
        f"Agradeceré que la respuesta se remita {term}, contados a partir de la recepción del presente."
        if days
        else ""
    )
    annexes = f"{rng.randint(2, 60)} hojas" if rng.random() < 0.4 else ""
    title, name, gender = person(rng)
    to_title, to_name, to_gender = person(rng)
    received = day + timedelta(days=rng.randint(1, 6))
    stamp = rng.choice(
        (
            received.strftime("%d/%m/%Y %H:%M"),
            f"{received.day:02d} {MONTHS[received.month - 1][:3].upper()} {received.year}",
        )
    )
    return {
        "day": day,
        "subject": subject,
        "paragraphs": tuple(t for t in (opening, *texts, closing) if t),
        "reference": reference,
        "term_days": days,
        "annexes": annexes,
        "title": title,
        "signatory": name,
        "addressee_title": to_title,
        "addressee": to_name,
        "place": rng.choice(PLACES),
        "extra": {"gender": gender, "to_gender": to_gender},
        "ink": rng.choice(ink.INKS),
        "signature": ink.signature(rng),
        "seal": ink.seal(rng, "INSTITUTO DE VIVIENDA", stamp),
        "emphatic": rng.random() < 0.6,
        "folio": f"Folio {rng.randint(100, 99999)}" if rng.random() < 0.3 else "",
        "copies": tuple(f"{person(rng)[1]}. Para su conocimiento." for _ in range(rng.randint(0, 3))),
        "initials": f"{initials(name)}/{initials(person(rng)[1]).lower()}",
        "legend": rng.choice(LEGENDS).format(y=day.year),
    }


def _to_institute(rng: Random, base: dict[str, Any]) -> dict[str, Any]:
    unit = rng.choice(list(UNITS.values()))
    return {
        **base,
        "addressee_post": _post(rng, base["extra"]["to_gender"], unit),
        "addressee_organisation": INSTITUTE,
    }


def state(rng: Random, length: int, day: date | None = None) -> LetterData:
    """A unit of the institute or of a secretariat, with its structural code in the number."""
    base = _to_institute(rng, _common(rng, length, day))
    code = rng.choice(list(UNITS) if rng.random() < 0.75 else list(OTHERS))
    sender, unit = OTHERS.get(code) or (INSTITUTE, UNITS[code])
    above = (SECRETARIAT,) if sender == INSTITUTE else ()
    return LetterData(
        **base,
        number=f"{code}/{rng.randint(1, 2400)}/{base['day'].year}",
        sender=sender,
        unit=unit,
        letterhead=("Gobierno del Estado de México", *above, sender, unit),
        signatory_post=_post(rng, base["extra"]["gender"], unit),
        order="state",
        address="Calle Leona Vicario núm. 1, Toluca, C.P. 50000",
        record=f"EXP/{rng.randint(1, 400)}/{base['day'].year}" if rng.random() < 0.3 else "",
    )


def federal(rng: Random, length: int, day: date | None = None) -> LetterData:
    """A federal body: number with an acronym."""
    base = _to_institute(rng, _common(rng, length, day))
    sender, unit, acronym = rng.choice(FEDERAL)
    n, year = rng.randint(1, 4200), base["day"].year
    number = rng.choice(
        (
            f"{acronym}/{n}/{year}",
            f"QCW.{acronym}.{n:04d}/{year}",
            f"{acronym}-{n:05d}-{year}",
            f"1.{rng.randint(1, 9)}.{n}/{year}",
        )
    )
    return LetterData(
        **{**base, "place": "Ciudad de México"},
        number=number,
        sender=sender,
        unit=unit,
        letterhead=("Gobierno de México", sender, unit),
        signatory_post=_post(rng, base["extra"]["gender"], unit),
        order="federal",
        address="Av. Heroica Escuela Naval Militar 669, Ciudad de México",
    )


def municipal(rng: Random, length: int, day: date | None = None) -> LetterData:
    """A town hall."""
    base, town = _to_institute(rng, _common(rng, length, day)), rng.choice(TOWNS)
    area, acronym = rng.choice(TOWN_AREAS)
    number = rng.choice(
        ("PM/{a}/{n:04d}/{y}", "MT/{a}/{n}/{y}", "{a}/{n:03d}/{y}", "{a}-{n:04d}-{y}")
    ).format(a=acronym, n=rng.randint(1, 1800), y=base["day"].year)
    sender = f"H. Ayuntamiento de {town}"
    return LetterData(
        **{**base, "place": f"{town}, Estado de México"},
        number=number,
        sender=sender,
        unit=area,
        letterhead=(sender, area),
        signatory_post=_post(rng, base["extra"]["gender"], area),
        order="municipal",
        address=f"Plaza Principal s/n, Centro, {town}",
    )


def group(rng: Random, length: int, day: date | None = None) -> LetterData:
    """An association or a company."""
    base, sender = _to_institute(rng, _common(rng, length, day)), rng.choice(GROUPS)
    number = rng.choice(
        (
            f"OF-SG-{rng.randint(1, 999):04d}-{base['day'].year}",
            f"PRES/{rng.randint(1, 99):02d}/{base['day'].year}",
            f"FHM-{rng.randint(1, 300):03d}/{base['day'].year}",
        )
    )
    post = {
        "f": ("Presidenta", "Representante legal", "Secretaria general"),
        "m": ("Presidente", "Representante legal", "Secretario general"),
    }
    return LetterData(
        **{**base, "legend": ""},
        number=number,
        sender=sender,
        letterhead=(sender,),
        signatory_post=rng.choice(post[base["extra"]["gender"]]),
        order="organisation",
        address="Av. Independencia 204, Col. Centro, Toluca",
        contact="contacto@ejemplo.org.mx",
    )


def citizen(rng: Random, length: int, day: date | None = None) -> LetterData:
    """A person who writes on their own behalf: no number, no letterhead."""
    base = _to_institute(rng, _common(rng, length, day))
    cleared = {
        "legend": "",
        "title": "C.",
        "reference": "",
        "initials": "",
        "copies": (),
        "term_days": None,
        "folio": "",
    }
    texts = tuple(
        t
        for t in base["paragraphs"]
        if not t.startswith(
            (
                "En atención a su oficio",
                "En respuesta a su similar",
                "Con relación al oficio",
                "Agradeceré que la respuesta",
            )
        )
    )
    return LetterData(
        **{**base, **cleared, "paragraphs": texts},
        number="",
        sender=base["signatory"],
        order="citizen",
        address=f"Calle Morelos {rng.randint(1, 300)}, {rng.choice(TOWNS)}, Estado de México",
        contact=f"Tel. 722 {rng.randint(100, 999)} {rng.randint(1000, 9999)}",
    )


def other(rng: Random, length: int, day: date | None = None) -> LetterData:
    """Any body of the country, for the layouts of development."""
    return varied(state(rng, length, day), rng)


Family = Callable[[Random, int, date | None], LetterData]
"""Writes a letter by chance: how long, and of which day (None: of any)."""


def _composed(*, held: bool) -> Family:
    return lambda rng, length, day: composed_matter(state(rng, min(length, 4), day), rng, held)


def _archived(kind: str) -> Family:
    """A kind of paper of `archive`, for the layouts of `training_more`; one seed is another letter for each kind."""

    def drawn(rng: Random, length: int, day: date | None = None) -> LetterData:
        own = Random(f"{kind} {rng.random()}")
        return archive.letter(kind, state(own, archive.long_enough(kind, length), day), own)

    return drawn


FAMILIES: dict[str, Family] = {
    "state": state,
    "federal": federal,
    "municipal": municipal,
    "organisation": group,
    "citizen": citizen,
    "varied": other,
    "composed": _composed(held=False),
    "composed-held": _composed(held=True),
    **{f"archive-{kind}": _archived(kind) for kind in archive.KINDS},
}
