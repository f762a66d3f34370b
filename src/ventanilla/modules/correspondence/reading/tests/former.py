"""Four layouts that were kept from whoever made the reader, for the test alone; since then it has been made on them too.

They follow how Mexican offices write and are no part of `specimens`: a federal secretariat with a head in two
columns and the post above the name; a town hall whose head is a table (dependencia, sección, número, expediente) and
whose date closes the letter; a university's circular; a law firm's escrito for a citizen, which has a file number
of somebody else but none of its own. A seal lies over text in all of them, a signature over or near the name.
The ones kept now are in `unseen.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from ventanilla.modules.correspondence.specimens import Layout, LetterData, Specimen, render_letter, truth_of
from ventanilla.modules.correspondence.specimens.content import FAMILIES
from ventanilla.modules.correspondence.specimens.data import long_date
from ventanilla.modules.correspondence.specimens.people import TOWNS, person

FEDERAL = Layout(
    "secretaria-dos-columnas",
    "federal",
    """
#set text(font: sans, size: 10.5pt)
#grid(columns: (6.4cm, 1fr), column-gutter: 0.6cm,
  [#box(fill: rgb("#691c32"), inset: 7pt, text(fill: white, size: 12pt, weight: "bold")[Gobierno de México])
   #v(2pt) #text(size: 13pt, weight: "bold", fill: rgb("#691c32"), d.sender)],
  align(right)[#set text(size: 8.5pt)
    #d.extra.above \\ *#d.unit* #v(5pt) #d.number_label #strong(d.number) #v(1pt)
    *Asunto:* #d.subject. #v(3pt) #d.date_text])
#line(length: 100%, stroke: 0.7pt + rgb("#bc955c"))
#align(center, text(size: 8pt, style: "italic", d.legend))
#v(6pt)
#to(size: 10.5pt)
#v(6pt)
#body()
Sin otro particular, le envío un cordial saludo.
#v(8pt)
*Atentamente* \\ #d.signatory_post
#v(1.3cm)
#h(2.6cm) #rubric(w: 5.8cm, h: 2.2cm)
#v(-4pt) *#who(d.title, d.signatory)*
#v(8pt)
#copies(size: 7pt)
#place(bottom + left, dy: 1.2cm, text(size: 7pt, fill: rgb("#691c32"))[#d.address   #d.contact])
""",
    ("Oficio Núm.", "Oficio No.", "Oficio número:", "No. Oficio:"),
    hides=("annexes",),
)
MUNICIPAL = Layout(
    "ayuntamiento-cabeza-de-tabla",
    "municipal",
    """
#set text(font: serif, size: 11pt)
#grid(columns: (2.6cm, 1fr), column-gutter: 10pt,
  circle(radius: 1.1cm, stroke: 1.2pt, align(center + horizon, text(size: 6pt)[ESCUDO])),
  [#text(size: 14pt, weight: "bold", upper(d.sender)) \\ #text(size: 10pt)[ADMINISTRACIÓN #d.extra.term]
   #v(3pt) #set text(size: 9pt)
   #align(right, table(columns: (auto, 7.4cm), align: left, stroke: 0.5pt, inset: 4pt,
    [DEPENDENCIA:], upper(d.unit), [SECCIÓN:], [#d.extra.section],
    [#d.number_label], [*#d.number*], [EXPEDIENTE:], [#d.record]))])
#v(4pt)
#align(right, box(width: 9cm, align(left)[*ASUNTO:* #upper(d.subject).]))
#v(8pt)
#to()
#v(4pt)
#body(indent: 1.5em)
#v(8pt)
#align(center)[*A T E N T A M E N T E* \\ SUFRAGIO EFECTIVO. NO REELECCIÓN \\ #d.date_text
  #v(1.4cm) #rubric(w: 6.2cm, h: 2.4cm) #v(0pt) #strong(upper(who(d.title, d.signatory))) \\ #upper(d.signatory_post)]
#v(6pt)
#copies(size: 8pt)
""",
    ("NÚMERO DE OFICIO:", "NO. DE OFICIO:", "OFICIO NÚM.:", "OFICIO:"),
    hides=("annexes",),
)
UNIVERSITY = Layout(
    "circular-universitaria",
    "organisation",
    """
#set text(font: sans, size: 11pt)
#grid(columns: (1fr, 7cm), [#text(size: 15pt, weight: "bold", fill: rgb("#2f5d3a"), d.sender)],
  align(right, text(size: 9pt)[#d.extra.above \\ #d.unit]))
#line(length: 100%, stroke: 1.6pt + rgb("#b08d2f"))
#v(4pt)
#align(center, text(size: 13pt, weight: "bold")[#d.number_label #d.number])
#v(4pt)
*#upper(d.addressee)* \\ *P r e s e n t e s*
#v(4pt)
#align(right)[*Asunto:* #d.subject]
#v(4pt)
#body()
Sin más por el momento, reciban un afectuoso saludo.
#v(6pt)
#align(center)[Atentamente \\ *#d.extra.motto* \\ #text(size: 9pt, d.legend) \\ #d.date_text
  #v(1.5cm) #rubric() #v(0pt) *#who(d.title, d.signatory)* \\ #d.signatory_post]
#v(6pt)
#copies(size: 7.5pt)
#place(bottom + center, dy: 1.2cm, text(size: 7.5pt)[#d.address · #d.contact])
""",
    ("CIRCULAR", "Circular No.", "CIRCULAR NÚM."),
    hides=("addressee", "addressee_post", "annexes", "reference"),
)
LEGAL = Layout(
    "escrito-de-despacho",
    "organisation",
    """
#set text(font: serif, size: 12pt)
#align(center)[#text(size: 17pt, tracking: 1pt, smallcaps(d.sender)) \\ #text(size: 9pt, style: "italic")[Abogados · #d.address]]
#line(length: 100%, stroke: 0.4pt)
#align(right, box(width: 8.6cm, align(left)[#set text(weight: "bold", size: 11pt)
  PROMOVENTE: #upper(d.extra.client). \\ EXPEDIENTE: #d.record. \\ ASUNTO: #upper(d.subject).]))
#v(8pt)
#to(size: 12pt)
#v(6pt)
#strong(upper(d.signatory)), en mi carácter de representante legal de #strong(upper(d.extra.client)), personalidad que
acredito con el instrumento notarial que en copia se acompaña, señalando como domicilio para oír y recibir
notificaciones el ubicado en #d.extra.home, ante usted, con el debido respeto, comparezco para exponer:
#v(2pt)
#body(indent: 2em)
Por lo anteriormente expuesto, a usted atentamente pido se sirva acordar de conformidad lo solicitado.
#v(6pt)
#align(center)[*PROTESTO LO NECESARIO* \\ #d.date_text
  #v(1.6cm) #rubric(w: 6cm, h: 2.2cm) #v(0pt) #line(length: 7.5cm, stroke: 0.5pt) #v(-6pt) *#upper(who(d.title, d.signatory))*
  \\ Cédula profesional #d.extra.card]
""",
    hides=("number", "sender_unit", "reference", "term", "annexes", "signatory_post"),
)
FORMER = {item.name: item for item in (FEDERAL, MUNICIPAL, UNIVERSITY, LEGAL)}

SECRETARIATS = (
    ("Secretaría de Hacienda y Crédito Público", "Subsecretaría de Egresos", "Unidad de Inversiones"),
    ("Secretaría del Trabajo y Previsión Social", "Oficialía Mayor", "Dirección General de Recursos Humanos"),
    ("Secretaría de Bienestar", "Subsecretaría de Planeación", "Dirección General de Operación Territorial"),
    ("Secretaría de Economía", "Unidad de Apoyo Jurídico", "Dirección General de Normas"),
)
TOWN_UNITS = (
    ("Presidencia Municipal", "ADMINISTRATIVA", "PMA"),
    ("Sindicatura Municipal", "JURÍDICA", "SIND"),
    ("Dirección de Catastro", "TÉCNICA", "CAT"),
    ("Contraloría Interna Municipal", "AUDITORÍA", "CIM"),
)
UNIVERSITIES = (
    ("Universidad Autónoma del Estado de México", "Secretaría de Administración", "Dirección de Recursos Humanos"),
    ("Universidad Tecnológica del Valle de Toluca", "Secretaría Académica", "Dirección de Vinculación"),
    ("Universidad Intercultural del Estado de México", "Abogado General", "Departamento de Servicios Escolares"),
)
FIRMS = (
    "Salgado, Bernal y Asociados, S.C.",
    "Despacho Jurídico Ocampo Rivas, S.C.",
    "Consultoría Legal del Centro, S.C.",
)
SPOTS = ((0.55, 0.10), (0.12, 0.17), (0.50, 0.24), (0.16, 0.36), (0.55, 0.62), (0.50, 0.72))


def _seal(rng: Random, day: date) -> Mapping[str, Any]:
    """A reception seal somewhere over print; never left out."""
    x, y = rng.choice(SPOTS)
    moment = (day + timedelta(days=rng.randint(1, 5))).strftime(rng.choice(("%d/%m/%Y", "%d-%m-%Y %H:%M", "%d %m %y")))
    lines = ["RECIBIDO", "OFICIALÍA DE PARTES", moment, rng.choice(("CON ANEXOS", "SIN ANEXOS", "1 ORIGINAL"))]
    return {
        "shape": rng.choice(("box", "round")),
        "x": x + rng.uniform(-0.03, 0.03),
        "y": y + rng.uniform(-0.02, 0.02),
        "angle": rng.uniform(-20, 20),
        "ink": rng.choice(("#1f3fa0", "#7a1f8c", "#b01e28", "#17703f")),
        "fade": rng.uniform(45, 75),
        "lines": lines,
    }


def _federal(rng: Random, data: LetterData) -> LetterData:
    (sender, above, unit), n, year = rng.choice(SECRETARIATS), rng.randint(1, 3999), data.day.year
    number = rng.choice((f"411.-{n:04d}/{year}", f"DGOT/{n}/{year}", f"307-A-{n:04d}-{year}", f"UI/{year}/{n:05d}"))
    when = rng.choice((f"Ciudad de México, a {data.day:%d} de {long_date(data.day).split(' ', 2)[2]}.",
                       f"Ciudad de México, {long_date(data.day)}"))  # fmt: skip
    return replace(data, sender=sender, unit=unit, number=number, date_text=when, letterhead=(sender, above, unit),
                   extra={"above": above}, contact="www.gob.mx", reference="")  # fmt: skip


def _municipal(rng: Random, data: LetterData) -> LetterData:
    (unit, section, acronym), n, year = rng.choice(TOWN_UNITS), rng.randint(1, 2500), data.day.year
    number = rng.choice((f"{acronym}/{n:04d}/{year}", f"HA/{acronym}/{n}/{year}", f"{acronym}-{n:03d}/{year}"))
    town = data.sender.removeprefix("H. Ayuntamiento de ")
    when = f"{town.upper()}, MÉXICO; A {long_date(data.day).upper()}."
    return replace(data, unit=unit, number=number, date_text=when, letterhead=(data.sender, unit),
                   record=f"{rng.randint(1, 99)}/{year}", extra={"section": section, "term": f"{year - 2}-{year + 1}"})  # fmt: skip


def _university(rng: Random, data: LetterData) -> LetterData:
    (sender, above, unit), year = rng.choice(UNIVERSITIES), data.day.year
    number = rng.choice((f"{rng.randint(1, 90):03d}/{year}", f"DRH/{rng.randint(1, 90)}/{year}", f"SA-{rng.randint(1, 90):02d}-{year}"))
    group = rng.choice(("A las y los directores de facultades", "Al personal académico y administrativo"))
    return replace(data, sender=sender, unit=unit, number=number, letterhead=(sender, above, unit), addressee=group,
                   signatory_post=f"Titular, {unit}",
                   date_text=f"Toluca, México, {long_date(data.day)}", reference="", extra={
                       "above": above, "motto": rng.choice(("Patria, Ciencia y Trabajo", "Saber para servir"))})  # fmt: skip


def _legal(rng: Random, data: LetterData) -> LetterData:
    sender, town, month = rng.choice(FIRMS), rng.choice(TOWNS), long_date(data.day).split(" ", 2)[2]
    when = rng.choice((f"{town}, Estado de México, a {long_date(data.day)}.",
                       f"{town}, México, a los {data.day.day} días del mes de {month}."))  # fmt: skip
    texts = tuple(t for t in data.paragraphs if "oficio" not in t and not t.startswith(("En respuesta", "Agradeceré que la")))
    return replace(data, sender=sender, number="", reference="", term_days=None, paragraphs=texts, letterhead=(sender,),
                   title="Lic.", date_text=when, record=f"{rng.randint(1, 999)}/{data.day.year - 1}", extra={
                       "client": person(rng)[1], "card": str(rng.randint(3_000_000, 12_999_999)),
                       "home": f"Calle Hidalgo {rng.randint(2, 240)}, {town}"})  # fmt: skip


CONTENT: dict[str, Callable[[Random, LetterData], LetterData]] = {
    FEDERAL.name: _federal,
    MUNICIPAL.name: _municipal,
    UNIVERSITY.name: _university,
    LEGAL.name: _legal,
}


def former(seed: int, name: str, quality: str) -> Specimen:
    """A letter in one of `FORMER`, deterministic by seed; pass it to `specimens.images`."""
    rng, layout = Random(f"{name}/{seed}"), FORMER[name]
    data = FAMILIES[layout.family](rng, rng.choice((2, 3, 4)), None)
    data = replace(data, number_label=rng.choice(layout.labels), annexes="", folio="")
    data = CONTENT[name](rng, replace(data, seal=_seal(rng, data.day)))
    return Specimen(render_letter(data, layout), truth_of(data, layout.hides), seed, name, quality, data)
