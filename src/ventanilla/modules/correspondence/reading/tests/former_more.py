"""Four more layouts that were kept for the test alone; since then the reader has been made on them too.

They follow how Mexican offices write and are no part of `specimens`: a health institute with a band in colour and a
block of data beside its unit; a court or an autonomous body with an expediente, a party and a date in words; a chamber,
union or college whose letterhead is the foot of the page and which names no subject; a water organism, school or ejido
with everything in the middle. A seal lies over text in all of them, a signature over or near the name.
The ones kept now are in `unseen.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from ventanilla.modules.correspondence.specimens import Layout, LetterData, Specimen, render_letter, truth_of
from ventanilla.modules.correspondence.specimens.content import FAMILIES
from ventanilla.modules.correspondence.specimens.data import MONTHS, long_date
from ventanilla.modules.correspondence.specimens.people import TOWNS, person

HEALTH = Layout(
    "salud-banda-de-color",
    "state",
    """
#set text(font: sans, size: 10.5pt)
#let tint = rgb(d.extra.tint)
#place(top + left, dx: -2.4cm, dy: -2cm, box(width: 21.59cm, height: 1.9cm, fill: tint, inset: (x: 1.6cm),
  align(horizon, grid(columns: (1.4cm, 1fr, 4.6cm), column-gutter: 10pt, align: horizon,
    circle(radius: 0.6cm, stroke: 2pt + white, align(center + horizon, text(size: 16pt, fill: white, weight: "bold")[+])),
    text(size: 13.5pt, weight: "bold", fill: white, d.sender),
    align(right, text(size: 8.5pt, fill: white)[#d.extra.above])))))
#place(top + left, dx: -2.4cm, dy: -0.1cm, rect(width: 21.59cm, height: 3pt, fill: rgb("#c9a14a")))
#v(0.7cm)
#grid(columns: (1fr, 9.8cm), column-gutter: 12pt, text(size: 9.5pt, fill: tint, weight: "bold", d.unit), {
  let day = (text[Fecha:], d.date_text)
  let file = (text(d.number_label), strong(d.number))
  block(stroke: (left: 2pt + tint), inset: (left: 8pt, y: 3pt), grid(columns: (2.7cm, 1fr), row-gutter: 7pt, column-gutter: 6pt,
    ..if d.extra.first == "day" { day + file } else { file + day }, [Asunto:], d.subject))})
#v(2pt) #align(center, text(size: 8pt, style: "italic", d.legend)) #v(5pt)
#to(size: 10.5pt) #v(6pt)
#body()
Sin otro particular, reciba un cordial saludo.
#v(6pt) #block(breakable: false)[*Atentamente* #v(1.2cm) #h(2.8cm) #rubric(w: 5.6cm) #v(-3pt) *#who(d.title, d.signatory)* \\ #d.signatory_post
  #v(5pt) #copies(size: 7pt) #v(2pt)
  #text(size: 7pt)[Revisó: #d.extra.checked #h(1cm) Elaboró: #d.extra.drafted]]
#place(bottom + center, dy: 1.2cm, text(size: 7.5pt, fill: tint)[#d.address #h(6pt) #d.contact])
""",
    ("Oficio:", "Oficio No.:", "No. de oficio:", "Oficio número:"),
    hides=("annexes",),
)
COURT = Layout(
    "tribunal-expediente-y-parte",
    "state",
    """
#set text(font: serif, size: 12pt)
#grid(columns: (2.3cm, 1fr), column-gutter: 12pt, align: horizon,
  rect(width: 2cm, height: 2cm, radius: 4pt, stroke: 2pt + luma(90), align(center + horizon, text(size: 10pt, weight: "bold", fill: luma(90), d.extra.acronym))),
  [#text(size: 15pt, weight: "bold", upper(d.sender)) #v(-4pt) #text(size: 12pt, smallcaps(d.unit))])
#v(10pt)
#grid(columns: (5cm, 1fr), row-gutter: 8pt, ..(
  (d.extra.record_label, d.record), (d.extra.party_label, upper(d.extra.party)), (d.number_label, d.number),
  ("ASUNTO:", if d.emphatic { upper(d.subject) } else { d.subject } + "."),
).map(((label, value)) => (strong(label), value)).flatten())
#v(8pt) #align(right, d.date_text) #v(6pt)
#to(size: 12pt) #v(6pt)
#body(indent: 2.5em)
Lo que comunico a usted para los efectos legales a que haya lugar.
#v(6pt) #block(breakable: false, width: 100%, align(right, box(width: 9.5cm, align(center)[*A T E N T A M E N T E* \\ #d.signatory_post
  #v(1.2cm) #rubric(w: 6cm, h: 2.1cm) #v(0pt) *#upper(who(d.title, d.signatory))*])))
#v(4pt) #copies(size: 8pt)
""",
    ("OFICIO:", "OFICIO NÚMERO:", "NÚM. DE OFICIO:", "OFICIO No."),
    hides=("annexes",),
)
CHAMBER = Layout(
    "membrete-al-pie",
    "organisation",
    """
#let tint = rgb(d.extra.tint)
#set page(margin: (x: 2.6cm, top: 1.8cm, bottom: 3.4cm), footer: align(center)[
  #line(length: 100%, stroke: 1.2pt + tint) #v(-4pt)
  #text(font: sans, size: 12pt, weight: "bold", fill: tint, d.sender) \\
  #text(font: sans, size: 8.5pt)[#d.address \\ #d.contact]])
#set text(font: sans, size: 11pt)
#grid(columns: (3cm, 1fr), align: (left + horizon, right + horizon),
  stack(dir: ltr, spacing: 4pt, ..(10, 16, 22).map(n => rect(width: 7pt, height: n * 1.4pt, fill: tint))),
  d.date_text)
#v(6pt) #align(if d.extra.side == "left" { left } else { right })[#d.number_label #d.number]
#v(8pt) #to() #v(8pt)
#d.extra.greeting #body() #d.extra.farewell
#v(8pt) #block(breakable: false)[Atentamente, #v(1.3cm) #h(3.4cm) #rubric(w: 6cm, h: 2.2cm) #v(0pt)
  #line(length: 7.6cm, stroke: 0.6pt) #v(-7pt) #who(d.title, d.signatory) \\ #d.signatory_post]
#v(6pt) #copies(size: 8pt)
""",
    ("Ref.:", "Oficio No.", "Oficio:", "Carta núm.", "No. de oficio:"),
    hides=("subject", "sender_unit", "annexes"),
)
LOCAL = Layout(
    "todo-al-centro",
    "municipal",
    """
#set text(font: if d.extra.face == "typed" { ("Liberation Mono",) } else { serif }, size: if d.extra.face == "typed" { 10.5pt } else { 11.5pt })
#set align(center); #text(size: 15pt, weight: "bold", upper(d.sender))
#if d.unit != "" [\\ #text(size: 12pt, weight: "bold", d.unit)]
\\ #text(size: 9.5pt, d.extra.below)
#v(2pt) #if d.legend != "" { text(size: 9pt, style: "italic", d.legend) } #v(4pt)
#if d.number != "" [#d.number_label #d.number \\ ]
#box(width: 12.5cm)[#d.extra.subject_label #d.subject]
#v(4pt) #d.date_text #v(8pt)
#to(size: 11pt) #v(8pt)
#align(left, body())
#v(2pt) #block(breakable: false)[#d.extra.farewell #v(4pt) ATENTAMENTE #v(1.2cm) #rubric(w: 5.8cm, h: 2.1cm) #v(0pt)
  #line(length: 8cm, stroke: (thickness: 0.7pt, dash: "dotted")) #v(-6pt) *#up(who(d.title, d.signatory))* \\ #d.signatory_post]
#v(4pt) #align(left, copies(size: 8pt))
""",
    ("Oficio No.", "OFICIO:", "Oficio núm.:", "No. de Oficio", "OFICIO NÚM."),
    hides=("annexes",),
)
FORMER_MORE = {item.name: item for item in (HEALTH, COURT, CHAMBER, LOCAL)}

HEALTH_BODIES = (
    ("Instituto de Salud del Estado de México", "Dirección de Administración", "208C0101"),
    ("Instituto de Salud del Estado de México", "Jurisdicción Sanitaria Toluca", "208C0103"),
    ("Instituto Materno Infantil del Estado de México", "Subdirección de Finanzas", "IMIEM/SF"),
    ("Instituto de Seguridad Social del Estado de México y Municipios", "Coordinación de Servicios de Salud", "207C0401"),
    ("Hospital Regional de Alta Especialidad de Zumpango", "Unidad de Asuntos Jurídicos", "HRAEZ/UAJ"),
)
#: Sender, unit, acronym, the unit's code, the label of the party, the post of a man and of a woman.
COURTS = (
    ("Tribunal Electoral del Estado de México", "Secretaría General de Acuerdos", "TEEM", "SGA", "PARTE ACTORA:", "Secretario General de Acuerdos|Secretaria General de Acuerdos"),
    ("Tribunal de Justicia Administrativa del Estado de México", "Segunda Sala Regional de Naucalpan", "TJAEM", "2SR", "ACTOR:", "Secretario de Acuerdos|Secretaria de Acuerdos"),
    ("Comisión de Derechos Humanos del Estado de México", "Primera Visitaduría General", "CODHEM", "PVG", "PERSONA QUEJOSA:", "Primer Visitador General|Primera Visitadora General"),
    ("Instituto Electoral del Estado de México", "Secretaría Ejecutiva", "IEEM", "SE", "PROMOVENTE:", "Secretario Ejecutivo|Secretaria Ejecutiva"),
    ("Tribunal Estatal de Conciliación y Arbitraje", "Sala Auxiliar Ecatepec", "TECA", "SAE", "TRABAJADOR:", "Actuario Notificador|Actuaria Notificadora"),
)  # fmt: skip
CHAMBERS = (
    ("Cámara Nacional de Comercio, Servicios y Turismo del Valle de Toluca", "CANACO", "www.canaco.ejemplo.mx", "Presidente|Presidenta"),
    ("Sindicato Único de Trabajadores de los Poderes y Municipios", "SUTP/SG", "Tel. 722 214 00 15", "Secretario General|Secretaria General"),
    ("Colegio de Ingenieros Civiles del Valle de México, A.C.", "CICVM", "presidencia@cicvm.ejemplo.mx", "Presidente|Presidenta"),
    ("Desarrolladora Cumbres del Nevado, S.A. de C.V.", "DCN-GT", "R.F.C. DCN110412QK7", "Representante Legal|Gerente Técnica"),
    ("Hospital Privado de la Sierra, S.A. de C.V.", "HPS/DG", "Conmutador 722 980 5000", "Director General|Directora General"),
)  # fmt: skip
FAREWELLS = (
    "Agradezco de antemano la atención que se sirva prestar a la presente y le envío un cordial saludo.",
    "Sin más por el momento, quedo de usted.", "Sin otro asunto que tratar, le reitero la seguridad de mi atenta consideración.",
)  # fmt: skip
HEALTH_MATTERS = (
    ("Se remite relación de personal", "Adjunto al presente la relación del personal adscrito a esta unidad que manifestó interés en los programas de vivienda, con la antigüedad y el tipo de plaza de cada persona."),
    ("El que se indica", "Solicito su apoyo para que personal de ese Instituto acuda a nuestras instalaciones a impartir una plática sobre los requisitos para obtener un crédito."),
    ("Dictamen sanitario del predio «El Arenal»", "Derivado de la visita de verificación practicada en el predio, se comunica que las condiciones sanitarias permiten continuar con los trabajos de urbanización."),
    ("Solicitud de espacio para unidad médica móvil en el conjunto urbano", "Con motivo de la campaña de vacunación, solicito autorizar la instalación de una unidad médica móvil en el área de donación del conjunto urbano."),
    ("Información presupuestal del ejercicio anterior", "Se requiere conciliar las aportaciones que ambas instituciones registraron en el convenio de colaboración, por lo que se solicita designar a la persona responsable."),
)  # fmt: skip
COURT_MATTERS = (
    ("Se notifica acuerdo", "Por este conducto y en cumplimiento a lo ordenado en el acuerdo dictado en el expediente al rubro citado, le notifico la determinación adoptada, cuya copia certificada se acompaña."),
    ("Se solicita informe", "A efecto de contar con los elementos necesarios para resolver, se solicita informe si en los archivos de esa institución obra constancia de la adjudicación a favor de la parte mencionada."),
    ("Se comunica resolución definitiva", "Hago de su conocimiento que el asunto fue resuelto en sesión pública y que la resolución ha causado estado, por lo que deberá proveerse lo conducente a su cumplimiento."),
    ("Requerimiento de copias certificadas", "Se requiere la remisión de copia certificada y legible de las constancias que integran el expediente administrativo formado con motivo de la solicitud de vivienda."),
)  # fmt: skip
CHAMBER_MATTERS = (
    "Varios de nuestros integrantes han manifestado su interés en participar en los programas de vivienda que esa institución promueve, por lo que mucho le agradeceremos una reunión de trabajo.",
    "Me permito invitarle a la ceremonia con motivo de nuestro aniversario, que tendrá lugar en el auditorio de nuestra sede, y en la que nos honraría contar con su presencia.",
    "Por este medio hacemos llegar la propuesta técnica y económica para la construcción de la segunda etapa, conforme a las especificaciones que nos fueron entregadas.",
    "Solicitamos se nos informe el estado que guarda el trámite de escrituración de los lotes asignados a nuestro personal, toda vez que a la fecha no hemos recibido comunicación alguna.",
)  # fmt: skip
LOCAL_MATTERS = (
    ("Factibilidad de servicios", "En relación con la factibilidad de servicios del desarrollo habitacional que se pretende edificar, se informa que existe capacidad en la red para atender la demanda."),
    ("Solicitud de apoyo", "Quien suscribe y la comunidad a la que representamos acudimos a usted para solicitar su valioso apoyo con material de construcción para las familias que más lo necesitan."),
    ("Se invita a reunión informativa con vecinos", "Por medio del presente se le invita a la reunión con los vecinos, en la que se tratará lo relativo a la regularización de los lotes y a las obras pendientes."),
    ("Entrega de documentos", "Hacemos entrega de los documentos que nos fueron solicitados, a fin de que se integren al expediente y se continúe con el trámite correspondiente."),
)  # fmt: skip
MORE = (
    "No pasa inadvertido que la documentación original obra en nuestros archivos, donde podrá consultarse en días y horas hábiles, previa cita.",
    "Cabe señalar que lo anterior se hace en el ámbito de nuestras atribuciones y con el ánimo de fortalecer la coordinación.",
    "Para cualquier duda o aclaración quedan a sus órdenes los teléfonos que aparecen en este documento, en horario de oficina.",
    "No omito mencionar que este asunto se ha tratado en reuniones anteriores con personal a su digno cargo.",
    "Lo anterior se sustenta en las disposiciones legales aplicables y en los acuerdos tomados en su oportunidad.",
)
IN_WORDS = """uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho
diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve
treinta treinta_y_uno"""
#: Where a seal falls, as parts of the page; the last one only where the foot is the letterhead.
SPOTS = ((0.58, 0.08), (0.22, 0.19), (0.45, 0.19), (0.22, 0.29), (0.60, 0.38), (0.14, 0.47), (0.46, 0.53), (0.62, 0.89))


def _in_words(day: date) -> str:
    """`cinco de marzo de dos mil veinticuatro`, as courts write it."""
    words = IN_WORDS.split()
    number, year = words[day.day - 1].replace("_", " "), words[day.year - 2001]
    return f"{number} de {MONTHS[day.month - 1]} de dos mil {year}"


def _seal(rng: Random, day: date, spots: tuple[tuple[float, float], ...]) -> Mapping[str, Any]:
    """A reception seal somewhere over print; never left out."""
    (x, y), after = rng.choice(spots), day + timedelta(days=rng.randint(1, 6))
    office = rng.choice(("UNIDAD JURÍDICA", "OFICIALÍA DE PARTES", "DIRECCIÓN GENERAL"))
    clock = f"{rng.randint(9, 17):02d}:{rng.randint(0, 59):02d}"
    moment = after.strftime(rng.choice(("%d/%m/%Y", f"%d-%m-%y  {clock}", "%d.%m.%Y")))
    return {
        "shape": rng.choice(("box", "round")),
        "x": x + rng.uniform(-0.03, 0.03),
        "y": y + rng.uniform(-0.02, 0.02),
        "angle": rng.uniform(-18, 18),
        "ink": rng.choice(("#1f3fa0", "#7a1f8c", "#b01e28", "#17703f", "#4a4a4a")),
        "fade": rng.uniform(40, 65),
        "lines": ["RECIBIDO", office, moment, "Firma: ________"],
    }


def _told(rng: Random, data: LetterData, matters: tuple[tuple[str, str], ...]) -> LetterData:
    """The letter with a matter of its kind; what it answers and its term stay as first drawn."""
    (subject, text), more = rng.choice(matters), rng.sample(MORE, rng.randint(1, 4))
    first = data.paragraphs[:1] if data.reference else ()
    last = data.paragraphs[-1:] if data.term_days else ()
    return replace(data, subject=subject, paragraphs=(*first, text, *more, *last))


def _health(rng: Random, data: LetterData) -> LetterData:
    (sender, unit, code), n, day = rng.choice(HEALTH_BODIES), rng.randint(1, 3200), data.day
    number = rng.choice((f"{code}/{n}/{day.year}", f"{code}-{n:04d}-{day.year}")) if "/" in code else rng.choice(
        (f"{code}000000L/{n:04d}/{day.year}", f"{code}010000S-{n}/{day.year}"))  # fmt: skip
    when = rng.choice((f"Toluca, Méx., a {day:%d} de {MONTHS[day.month - 1]} de {day.year}", f"{day:%d/%m/%Y}",
                       f"Toluca de Lerdo, México; {long_date(day)}", f"{day:%d} de {MONTHS[day.month - 1]} del {day.year}"))  # fmt: skip
    post = f"{'Titular de la' if data.extra['gender'] == 'f' else 'Encargado de la'} {unit}"
    return replace(_told(rng, data, HEALTH_MATTERS), sender=sender, unit=unit, number=number, date_text=when, order="state",
                   signatory_post=post, letterhead=(data.letterhead[0], sender, unit), contact="Tel. 722 226 25 00", address=rng.choice((
                       "Av. Independencia Oriente 1009, Toluca, C.P. 50070", "Paseo Tollocan s/n, Toluca, C.P. 50180")), extra={
                       "above": data.letterhead[0], "tint": rng.choice(("#7b1e3b", "#00594c", "#24497a")), "first": rng.choice(("day", "file")),
                       "checked": person(rng)[1], "drafted": person(rng)[1]})  # fmt: skip


def _court(rng: Random, data: LetterData) -> LetterData:
    sender, unit, acronym, code, label, posts = rng.choice(COURTS)
    n, year = rng.randint(1, 1900), data.day.year
    number = rng.choice((f"{acronym}/{code}/{n}/{year}", f"{acronym}-{code}-{n:04d}/{year}", f"{n}/{year}", f"{code}/OF/{n:03d}/{year}"))  # fmt: skip
    kind = rng.choice(("JDCL", "PA", "Q", "JA"))
    place = rng.choice(("Toluca de Lerdo, Estado de México", "Toluca, México", "Ecatepec de Morelos, Estado de México"))
    when = rng.choice((f"{place}, a {_in_words(data.day)}.", f"{place}; {_in_words(data.day)}", f"{place}, a {long_date(data.day)}."))  # fmt: skip
    return replace(_told(rng, data, COURT_MATTERS), sender=sender, unit=unit, number=number, date_text=when, order="state",
                   record=rng.choice((f"{kind}/{rng.randint(1, 480)}/{year}", f"{rng.randint(1, 1400)}/{year - 1}")),
                   signatory_post=posts.split("|")[data.extra["gender"] == "f"], letterhead=(sender, unit), legend="", extra={
                       "acronym": acronym, "party_label": label, "party": person(rng)[1],
                       "record_label": rng.choice(("EXPEDIENTE:", "EXPEDIENTE NÚM.:", "EXP.:"))})  # fmt: skip


def _chamber(rng: Random, data: LetterData) -> LetterData:
    (sender, acronym, contact, posts), n, day = rng.choice(CHAMBERS), rng.randint(1, 420), data.day
    number = rng.choice((f"{acronym}/{n:03d}/{day.year}", f"{acronym}-{n:03d}-{day:%y}", f"{n:03d}/{day.year}", f"{acronym}/{day.year}/{n}"))  # fmt: skip
    town, month = rng.choice(TOWNS), MONTHS[day.month - 1]
    when = rng.choice((f"{town}, Méx., {long_date(day)}", f"{town}, Estado de México, a {day:%d} de {month} de {day.year}.",
                       f"{month.capitalize()} {day.day}, {day.year}", f"{town}, Edo. de Méx., a {day.day} de {month.capitalize()} del {day.year}"))  # fmt: skip
    greeting = rng.choice(("De nuestra consideración:", "Reciba un cordial saludo.", "Por este medio le saludamos cordialmente."))
    return replace(_told(rng, data, tuple(("", text) for text in CHAMBER_MATTERS)), sender=sender, number=number, date_text=when, contact=contact, letterhead=(sender,),
                   signatory_post=posts.split("|")[data.extra["gender"] == "f"], copies=data.copies[:1], initials="",
                   address=f"{rng.choice(('Av. Hidalgo', 'Paseo Colón', 'Calle Allende'))} {rng.randint(100, 1900)}, C.P. {rng.randint(50000, 52999)}, {town}",
                   extra={"tint": rng.choice(("#13407a", "#8a2a12", "#2c6b3f", "#333333")), "side": rng.choice(("left", "right")),
                          "greeting": greeting, "farewell": rng.choice(FAREWELLS)})  # fmt: skip


def _local(rng: Random, data: LetterData) -> LetterData:
    kind, town, n, day = rng.randrange(4), rng.choice(TOWNS), rng.randint(1, 640), data.day
    month, key = MONTHS[day.month - 1], f"15EPR{rng.randint(100, 4900):04d}{rng.choice('KLMXZ')}"
    boss, head = ("Directora", "Presidenta") if data.extra["gender"] == "f" else ("Director", "Presidente")
    sender, unit, code, post, below, order = (
        (f"Organismo de Agua Potable, Alcantarillado y Saneamiento de {town}", "Dirección de Factibilidades", "OAPAS", f"{boss} de Factibilidades",
         f"Av. Juárez {rng.randint(2, 99)}, {town}, México", "municipal"),
        (f"Sistema Municipal para el Desarrollo Integral de la Familia de {town}", "", "DIF", f"{boss} del Sistema Municipal DIF",
         f"Jardín Principal núm. {rng.randint(2, 30)}, {town}", "municipal"),
        (f"Escuela Primaria “{rng.choice(('Benito Juárez', 'Sor Juana Inés de la Cruz', 'Lic. Adolfo López Mateos'))}”", "Dirección Escolar", "EP",
         f"{boss} Escolar", f"C.C.T. {key}   Zona Escolar P{rng.randint(1, 190):03d}   Turno Matutino", "state"),
        (f"Comisariado Ejidal de {rng.choice(('San Juan', 'Santa María', 'San Pedro'))} {town}", "", "CE", f"{head} del Comisariado Ejidal",
         f"Municipio de {town}, Estado de México", "organisation"),
    )[kind]  # fmt: skip
    number = rng.choice((f"{code}/{n:03d}/{day.year}", f"{code}/{n}/{day:%m}/{day.year}", f"{n:03d}/{day.year}", f"{code}-{n}-{day.year}"))  # fmt: skip
    when = rng.choice((f"{town}, Méx., a {day:%d} de {month} de {day.year}.", f"{town}, México; {day.day} de {month} del {day.year}",
                       f"{town.upper()}, MÉX., A {long_date(day).upper()}.", f"{day:%d}/{month.upper()}/{day.year}",
                       f"Fecha: {long_date(day)}"))  # fmt: skip
    return replace(_told(rng, data, LOCAL_MATTERS[kind > 0 :]), sender=sender, unit=unit, number="" if kind == 3 and rng.random() < 0.4 else number,
                   date_text=when, order=order, signatory_post=post, letterhead=(sender, unit) if unit else (sender,), title="C." if kind == 3 else data.title,
                   legend="" if kind == 3 else data.legend, copies=data.copies[:1] if kind != 3 else (), initials="", extra={
                       "below": below, "face": rng.choice(("typed", "serif")) if kind > 1 else "serif", "farewell": rng.choice(FAREWELLS),
                       "subject_label": rng.choice(("Asunto:", "ASUNTO:", "Asunto.-"))})  # fmt: skip


CONTENT: dict[str, Callable[[Random, LetterData], LetterData]] = {
    HEALTH.name: _health,
    COURT.name: _court,
    CHAMBER.name: _chamber,
    LOCAL.name: _local,
}


def former_more(seed: int, name: str, quality: str) -> Specimen:
    """A letter in one of `FORMER_MORE`, deterministic by seed; pass it to `specimens.images`."""
    rng, layout = Random(f"{name}/{seed}"), FORMER_MORE[name]
    data = FAMILIES[layout.family](rng, 2, None)
    data = replace(data, number_label=rng.choice(layout.labels), annexes="", folio="")
    data = CONTENT[name](rng, replace(data, seal=_seal(rng, data.day, SPOTS if name == CHAMBER.name else SPOTS[:-1])))
    return Specimen(render_letter(data, layout), truth_of(data, layout.hides), seed, name, quality, data)
