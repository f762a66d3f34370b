"""Letters as an archive holds them: what twelve kinds of paper say, for the development layouts of `training_more`.

Bodies, towns, people and numbers are invented. Every letter carries what misleads a reader and is not its own: numbers and
dates of other letters, people who get copies, a second signature, the seal of whoever received it. The truth stays that of the
letter: its own number and date, the body of its letterhead, who signs it (the first of two; whoever signs in another's absence).
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from ventanilla.modules.correspondence.specimens import ink
from ventanilla.modules.correspondence.specimens.archive_words import (
    ABSENCE,
    ATTENTION,
    COPIES,
    DATES,
    GIVEN,
    KINDS,
    LEADS,
    LEGENDS,
    NUMBERS,
    OFFICES,
    PLACES,
    POSTS,
    REFERRED,
    SECOND,
    STAMPS,
    SUBJECTS,
    SURNAMES,
    TITLES,
    TOWNS,
)
from ventanilla.modules.correspondence.specimens.data import MONTHS, LetterData, long_date
from ventanilla.modules.correspondence.specimens.people import initials

UNITS = ("", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
TEENS = ("diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve")
TWENTIES = ("veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete",
            "veintiocho", "veintinueve")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def in_words(number: int) -> str:
    """A number from 1 to 99 as a Spanish date writes it: `veintiuno`, `treinta y uno`."""
    if number < 30:
        return (*UNITS, *TEENS, *TWENTIES)[number]
    tens = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")[number // 10 - 3]
    return f"{tens} y {UNITS[number % 10]}" if number % 10 else tens


def written(form: str, place: str, day: date) -> str:
    """`day` in the way of `form` (see `archive_words.DATES`); the first of a month is `el día primero`."""
    words, month = in_words(day.day), MONTHS[day.month - 1]
    shortened = {1: "un", 21: "veintiún", 31: "treinta y un"}.get(day.day, words)
    count = "al primer día" if day.day == 1 else f"a los {shortened} días"
    return form.format(
        p=place, l=long_date(day), d=day.day, dd=f"{day.day:02d}", m=month, M=month.upper(), T=month.capitalize(),
        mm=f"{day.month:02d}", b=month[:3].upper(), r=ROMAN[day.month - 1], y=day.year, yy=f"{day.year % 100:02d}",
        w="primero" if day.day == 1 else words, W=count, yw=f"dos mil {in_words(day.year % 100)}")


def someone(rng: Random, gender: str = "") -> tuple[str, str, str]:
    """`(title, name, 'f' or 'm')`: also names of indigenous and foreign origin, composed ones, and now and then one surname."""
    gender = gender or rng.choice("fm")
    surnames = [rng.choice(SURNAMES) for _ in range(1 if rng.random() < 0.06 else 2)]
    return rng.choice(TITLES[gender]), " ".join((rng.choice(GIVEN[gender]), *surnames)), gender


def _called(person: tuple[str, str, str]) -> str:
    return f"{person[0]} {person[1]}".strip()


def _number(kind: str, rng: Random, acronym: str, day: date) -> str:
    form = rng.choice(NUMBERS[kind])
    return form.format(a=acronym, n=rng.randint(1, 4800), k=rng.randint(1, 98), y=day.year, yy=f"{day.year % 100:02d}",
                       m=f"{day.month:02d}", s=rng.choice(("SO", "S5", "DS", "OS", "SSO")), i=rng.choice("ABCIOQS"))


def _halves(number: str) -> dict[str, str]:
    """Where a long number breaks: after the slash or hyphen nearest to its middle."""
    marks = [i + 1 for i, sign in enumerate(number[:-1]) if sign in "/-"]
    cut = min(marks, key=lambda at: abs(at - len(number) / 2), default=len(number))
    return {"number_head": number[:cut], "number_tail": number[cut:]}


def _elsewhere(rng: Random, day: date) -> dict[str, str]:
    """Slots for what a letter says of others: a number, an earlier date in two ways, two people, a file."""
    before = day - timedelta(days=rng.randint(5, 90))
    acronym = rng.choice(("DGJ/SC", "UAF", "SEGOB.DGAJ", "PM/SA", "CJ/DP/S5", "SAT-300-04", "TESO", "OIC/AQ"))
    number = rng.choice(("{a}/{n}/{y}", "{a}/{n:04d}/{y}", "{a}-{n}-{y}")).format(a=acronym, n=rng.randint(8, 7000), y=before.year)
    return {"ref": number, "when": long_date(before), "short": before.strftime("%d/%m/%Y"), "one": _called(someone(rng)),
            "two": someone(rng)[1], "file": f"{rng.randint(20, 1900)}/{before.year}", "ext": str(rng.randint(100, 58999)),
            "words": written("{w} de {m} de {yw}", "", before)}


def _paragraphs(kind: str, base: LetterData, rng: Random) -> tuple[tuple[str, ...], str]:
    """The text with a lead of its kind and, where the letter answered none, maybe an answer; and the number it refers to."""
    slots, texts, reference = _elsewhere(rng, base.day), list(base.paragraphs), base.reference
    if LEADS.get(kind):
        texts.insert(1 if reference else 0, rng.choice(LEADS[kind]).format(**slots))
    if not reference and rng.random() < 0.7:
        reference = slots["ref"]
        texts.insert(0, rng.choice(REFERRED).format(**slots))
    return tuple(texts), reference


def _seal(rng: Random, day: date) -> Any:
    """The seal of whoever received it, with a later date and its own folio."""
    moment = day + timedelta(days=rng.randint(1, 9))
    stamp = rng.choice(("{dd} {b} {y}", "{dd}/{mm}/{y}", "{dd}-{r}-{y}", "{dd} {b}. {yy}"))
    seal = ink.seal(rng, rng.choice(STAMPS), f"{written(stamp, '', moment)} {rng.randint(9, 17)}:{rng.randint(10, 59)}")
    return seal and {**seal, "lines": [*seal["lines"][:3], rng.choice((f"FOLIO {rng.randint(12, 98000):06d}", seal["lines"][3],
                                                                      f"No. {rng.randint(12, 9800)} HORA ____ FIRMA ____"))]}


def _copies(rng: Random, day: date) -> tuple[str, ...]:
    return tuple(rng.choice(COPIES).format(post=rng.choice(SECOND)[1], **_elsewhere(rng, day)) for _ in range(rng.randint(0, 4)))


def _extra(kind: str, base: LetterData, rng: Random, number: str, place: str) -> dict[str, str]:
    """What only some layouts print: people beside the signatory, the halves of a number, the date in parts."""
    slots, (word, post) = _elsewhere(rng, base.day), rng.choice(SECOND)
    absent = someone(rng)
    return {**base.extra, **_halves(number), "place": place, "second": slots["one"], "second_post": post, "second_word": word,
            "third": slots["two"], "file": slots["file"], "other_number": slots["ref"], "ext": slots["ext"],
            "attention": rng.choice(ATTENTION).format(post=post, **_elsewhere(rng, base.day)) if rng.random() < 0.6 else "",
            "absence": rng.choice(ABSENCE).format(name=_called(absent)) if rng.random() < 0.55 else "",
            "day": f"{base.day.day:02d}", "month": written(rng.choice(("{mm}", "{b}", "{M}")), "", base.day), "year": str(base.day.year),
            "stamp": f"{base.day.isoformat()}T{rng.randint(9, 19):02d}:{rng.randint(10, 59)}:{rng.randint(10, 59)}",
            "chain": "".join(rng.choice("0123456789abcdef") for _ in range(128)), "variant": rng.choice("ABC")}


def letter(kind: str, base: LetterData, rng: Random) -> LetterData:
    """The matter of a state letter, written on paper of one of `KINDS`: everything but the matter is drawn anew."""
    order, above, sender, unit, acronym = rng.choice(OFFICES[kind])
    town, place = rng.choice(TOWNS), rng.choice(PLACES)
    sender, above = sender.format(t=town), tuple(line.format(t=town) for line in above)
    place = f"{town}, Anáhuac" if order == "municipal" else place
    (title, name, gender), (to_title, to_name, _) = someone(rng), someone(rng, base.extra["to_gender"])
    number = _number(kind, rng, acronym, base.day) if NUMBERS[kind] else ""
    paragraphs, reference = _paragraphs(kind, base, rng)
    extra = _extra(kind, base, rng, number, place)
    form = rng.choice(DATES[kind])
    date_text = " ".join((extra["day"], extra["month"], extra["year"])) if form == "box" else written(form, place, base.day)
    return replace(
        base, number=number, order=order, sender=sender or name, unit=unit,
        letterhead=(*above, *((sender,) if sender else ()), *((unit,) if unit else ())),
        title=title if sender else "C.", signatory=name, signatory_post=rng.choice(POSTS[kind])[gender == "m"],
        addressee_title=to_title, addressee=to_name, paragraphs=paragraphs, reference=reference, place=place,
        subject=rng.choice(SUBJECTS[kind]) if kind in SUBJECTS and rng.random() < 0.5 else base.subject, date_text=date_text,
        seal=_seal(rng, base.day), signature=ink.signature(rng), copies=_copies(rng, base.day),
        initials=rng.choice(("{a}/{b}/{c}*", "{a}/{b}", "{a}*{b}", "{b}/{c}")).format(
            a=initials(name), b=initials(someone(rng)[1]).lower(), c=initials(someone(rng)[1])[:2].lower()),
        legend=rng.choice(LEGENDS).format(y=base.day.year), record=extra["file"] if rng.random() < 0.6 else "", folio="",
        address=f"Calle {rng.choice(SURNAMES)} núm. {rng.randint(1, 980)}, Col. Centro, {place}, C.P. {rng.randint(20000, 97999)}",
        contact=f"Tel. {rng.randint(220, 999)} {rng.randint(100, 999)} {rng.randint(1000, 9999)} ext. {extra['ext']}", extra=extra)


def long_enough(kind: str, length: int) -> int:
    """How many paragraphs a kind asks for: some always run over several pages, a card never does."""
    return {"partido": 14, "informativa": 2, "depara": 2}.get(kind, length)


__all__ = ["KINDS", "in_words", "letter", "long_enough", "someone", "written"]
