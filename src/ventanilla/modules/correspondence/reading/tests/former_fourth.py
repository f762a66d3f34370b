"""Four layouts of a fourth kind that was kept for the test alone; since then the reader has been made on them too.

They follow how Mexican offices write and are no part of `specimens`: a state organism whose number and date stand in the
cells of a strip; a federal body's office in the state, which numbers at the left and has the post above the name; a town
hall with a column in colour at the side; a notary's office whose head names the notary and whose subject is underlined.
A seal lies over text in all of them, a signature over or near the name. The ones kept now are in `unseen.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from ventanilla.modules.correspondence.specimens import Layout, LetterData, Specimen, render_letter, truth_of
from ventanilla.modules.correspondence.specimens.archive import in_words
from ventanilla.modules.correspondence.specimens.content import FAMILIES
from ventanilla.modules.correspondence.specimens.data import MONTHS, long_date
from ventanilla.modules.correspondence.specimens.people import initials
from ventanilla.modules.correspondence.specimens.varied import anyone

STRIP = Layout(
    "organismo-estatal",
    "state",
    """
#set text(font: sans, size: 10.5pt)
#let tint = rgb(d.extra.tint)
#grid(columns: (4.4cm, 1fr), column-gutter: 14pt, align: (left + horizon, left + horizon),
  grid(columns: (1.1cm, 1fr), column-gutter: 6pt, align: horizon,
    box(width: 1.1cm, height: 1.4cm, radius: (bottom: 50%), fill: tint),
    text(size: 8.5pt, fill: tint)[GOBIERNO DEL \\ *ESTADO DE MÉXICO*]),
  block(stroke: (left: 1pt + luma(120)), inset: (left: 10pt, y: 3pt))[
    #text(size: 12pt, weight: "bold", d.sender) \\ #text(size: 9.5pt, d.unit)])
#v(2pt) #align(center, text(size: 8pt, style: "italic", d.legend)) #v(2pt)
#{
  let head(it) = text(size: 8pt, weight: "bold", fill: white, it)
  let pair = ((head(d.number_label), strong(d.number)), (head(d.extra.day_label), d.date_text))
  let (a, b) = if d.extra.first == "day" { pair.rev() } else { pair }
  table(columns: (1fr, 1fr), inset: 5pt, stroke: 0.6pt + tint, fill: (x, y) => if y == 0 { tint },
    a.at(0), b.at(0), a.at(1), b.at(1), table.cell(colspan: 2)[*#d.extra.subject_label* #d.subject])
}
#v(6pt)
#to(size: 10.5pt)
#v(6pt)
#body()
#d.extra.farewell
#v(6pt)
#block(breakable: false, width: 100%, align(center)[*ATENTAMENTE* #v(1.4cm) #rubric(w: 5.8cm, h: 2.1cm) #v(0pt)
  *#upper(who(d.title, d.signatory))* \\ #upper(d.signatory_post)])
#v(6pt)
#copies(size: 7pt)
#place(bottom + left, dx: -2.4cm, dy: 2.2cm, box(width: 21.59cm, height: 1.2cm, fill: tint, inset: (x: 2.4cm),
  align(horizon, text(size: 7.5pt, fill: white)[#d.address #h(1fr) #d.contact])))
""",
    ("NÚMERO DE OFICIO", "OFICIO", "No. DE OFICIO", "OFICIO NÚMERO"),
    hides=("annexes",),
)
OFFICE = Layout(
    "oficina-federal-en-el-estado",
    "federal",
    """
#set text(font: ("Libertinus Serif", "Liberation Serif"), size: 11.5pt)
#align(center, grid(columns: (auto, auto), column-gutter: 12pt, align: horizon,
  circle(radius: 0.8cm, stroke: 1.5pt + rgb("#8c6b2a"), align(center + horizon, text(size: 7pt, fill: rgb("#8c6b2a"))[MÉXICO])),
  align(left)[#text(size: 14.5pt, weight: "bold", d.sender) \\ #text(size: 10.5pt, d.extra.branch) \\ #text(size: 9.5pt, d.unit)]))
#v(2pt)
#line(length: 100%, stroke: 0.5pt)
#v(-4pt)
#d.number_label #strong(d.number) \\
#if d.record != "" [#d.extra.record_label #d.record \\ ]
#box(width: 11cm)[#d.extra.subject_label *#d.subject*]
#v(4pt)
#align(right, d.date_text)
#v(4pt)
#to(size: 11pt)
#v(6pt)
#body()
#d.extra.farewell
#v(6pt)
#block(breakable: false)[#strong(d.extra.closing) \\ #d.signatory_post
  #v(1.4cm) #h(3cm) #rubric(w: 6cm, h: 2.2cm) #v(-2pt) *#who(d.title, d.signatory)*
  #if d.extra.absence != "" [\\ #box(width: 9cm, text(size: 7.5pt, d.extra.absence))]]
#v(6pt)
#copies(size: 8pt)
#place(bottom + right, dy: 1.2cm, align(right, text(size: 7.5pt)[#d.address \\ #d.contact]))
#place(bottom + left, dy: 1.2cm, text(size: 7.5pt, style: "italic", d.legend))
""",
    ("Oficio No.", "OFICIO NÚM.", "Oficio:", "Oficio núm."),
    hides=("annexes",),
)
COLUMN = Layout(
    "direccion-de-ayuntamiento",
    "municipal",
    """
#let tint = rgb(d.extra.tint)
#set page(margin: (left: 5.6cm, right: 2.2cm, top: 1.8cm, bottom: 1.8cm), background: place(top + left, dx: 1.1cm, dy: 1.6cm,
  block(width: 3.7cm, height: 24.6cm, stroke: (right: 2.5pt + tint), inset: (right: 10pt))[
    #align(center, rect(width: 2.2cm, height: 2.6cm, radius: (bottom: 1.1cm), stroke: 2pt + tint,
      align(center + horizon, text(font: sans, size: 7pt, fill: tint)[#d.extra.town])))
    #v(1fr) #set text(font: sans, size: 7pt, fill: tint); #set par(leading: 0.6em)
    #align(right)[#d.address \\ #v(4pt) #d.contact \\ #v(4pt) *#d.extra.term*]]))
#set text(font: sans, size: 10.5pt)
#text(size: 13.5pt, weight: "bold", fill: tint, upper(d.sender)) \\
#text(size: 10.5pt, weight: "bold", d.unit)
#v(2pt)
#align(right)[
  #set text(size: 10pt)
  #d.date_text \\
  #d.number_label *#d.number* \\
  #box(width: 9.4cm, align(right)[#d.extra.subject_label #up(d.subject)])]
#v(6pt)
#to(size: 10.5pt)
#v(6pt)
#body()
#d.extra.farewell
#v(6pt)
#block(breakable: false, width: 100%, align(right, box(width: 8.6cm, align(center)[#d.extra.closing #v(1.4cm)
  #rubric(w: 5.8cm, h: 2.2cm) #v(0pt) *#who(d.title, d.signatory)* \\ #d.signatory_post])))
#v(6pt)
#copies(size: 7.5pt)
""",
    ("OFICIO:", "Oficio No.:", "No. de Oficio:", "OFICIO NÚM.:"),
    hides=("annexes",),
)
NOTARY = Layout(
    "notaria",
    "organisation",
    """
#set text(font: serif, size: 12pt)
#set page(margin: (x: 2.8cm, top: 1.8cm, bottom: 2.4cm))
#grid(columns: (1fr, 5.4cm), column-gutter: 12pt,
  [#text(size: 14pt, weight: "bold", upper(d.sender)) \\ #text(size: 10.5pt, style: "italic")[#who(d.title, d.signatory) \\ #d.extra.role]],
  align(right, text(size: 8.5pt)[#d.address \\ #d.contact]))
#v(-4pt)
#line(length: 100%, stroke: 2pt + luma(60)) #v(-9pt) #line(length: 100%, stroke: 0.5pt + luma(60))
#align(if d.extra.side == "left" { left } else { right })[#d.date_text \\ #d.number_label #d.number]
#v(4pt)
#to(size: 12pt, bold: d.emphatic)
#v(6pt)
#align(center, box(width: 13.5cm, underline(offset: 2.5pt)[#d.extra.subject_label #d.subject]))
#v(6pt)
#body(indent: 1.8em)
#d.extra.farewell
#v(6pt)
#block(breakable: false, width: 100%, align(center)[A t e n t a m e n t e #v(1.5cm) #rubric(w: 6.2cm, h: 2.3cm) #v(0pt)
  #line(length: 8.4cm, stroke: 0.5pt) #v(-6pt) #upper(who(d.title, d.signatory)) \\ #d.signatory_post])
#v(4pt)
#text(size: 8pt, d.initials)
""",
    ("Oficio número", "OFICIO No.", "Oficio:", "No. de oficio:"),
    hides=("sender_unit", "annexes"),
)
FORMER_FOURTH = {item.name: item for item in (STRIP, OFFICE, COLUMN, NOTARY)}

#: Sender, unit, how its numbers begin, the post of a man and of a woman.
ORGANISMS = (
    ("Instituto de la Función Registral del Estado de México", "Oficina Registral de Toluca", "222C0101", "Registrador|Registradora"),
    ("Comisión del Agua del Estado de México", "Dirección General de Infraestructura Hidráulica", "219C0110",
     "Director General de Infraestructura Hidráulica|Directora General de Infraestructura Hidráulica"),
    ("Junta de Asistencia Privada del Estado de México", "Secretaría Ejecutiva", "JAPEM/SE", "Secretario Ejecutivo|Secretaria Ejecutiva"),
    ("Sistema para el Desarrollo Integral de la Familia del Estado de México", "Dirección de Servicios Jurídico Asistenciales", "200C0301",
     "Director de Servicios Jurídico Asistenciales|Directora de Servicios Jurídico Asistenciales"),
    ("Instituto de Información e Investigación Geográfica, Estadística y Catastral del Estado de México", "Dirección de Catastro",
     "207C0201", "Director de Catastro|Directora de Catastro"),
    ("Comisión Estatal de Parques Naturales y de la Fauna", "Subdirección de Áreas Naturales Protegidas", "CEPANAF/SANP",
     "Subdirector de Áreas Naturales|Subdirectora de Áreas Naturales"),
)  # fmt: skip
#: Sender, its office in the state, unit, ways of numbering.
OFFICES = (
    ("Comisión Nacional del Agua", "Dirección Local Estado de México", "Subdirección de Asistencia Técnica Operativa",
     ("B00.919.04.-{n:04d}", "B00.919.04.{n:04d}/{y}")),
    ("Registro Agrario Nacional", "Oficina de Representación en el Estado de México", "Registro y Asuntos Jurídicos",
     ("RAN-EM/RAJ/{n}/{y}", "RAN/EM/{n:05d}/{y}")),
    ("Procuraduría Agraria", "Representación Estado de México", "Residencia Toluca", ("PA/REM/{n:04d}/{y}", "REM/RT/{n}/{y}")),
    ("Comisión Federal de Electricidad", "División Valle de México Sur", "Zona Toluca, Departamento de Planeación",
     ("DVMS/ZT/PL/{n}/{y}", "ZT-{n:04d}/{y}")),
    ("Secretaría de Medio Ambiente y Recursos Naturales", "Oficina de Representación en el Estado de México",
     "Unidad de Gestión Ambiental", ("ORMARNAT/{n:04d}/{y}", "DFMARNAT/{n}/{y}")),
    ("Instituto Nacional de Antropología e Historia", "Centro INAH Estado de México", "Sección de Monumentos Históricos",
     ("401.2C.6-{y}/{n}", "401.3S.16-{y}/{n:04d}")),
)  # fmt: skip
#: Unit, how its numbers begin, the post of a man and of a woman.
TOWN_OFFICES = (
    ("Dirección General de Desarrollo Urbano y Metropolitano", "DGDUM", "Director General|Directora General"),
    ("Coordinación Municipal de Protección Civil y Bomberos", "CMPCB", "Coordinador Municipal|Coordinadora Municipal"),
    ("Cuarta Regiduría", "REG4", "Cuarto Regidor|Cuarta Regidora"),
    ("Dirección Jurídica y Consultiva", "DJC", "Director Jurídico y Consultivo|Directora Jurídica y Consultiva"),
    ("Dirección de Servicios Públicos", "DSP", "Director de Servicios Públicos|Directora de Servicios Públicos"),
    ("Unidad de Transparencia", "UT", "Titular de la Unidad de Transparencia|Titular de la Unidad de Transparencia"),
)
TOWNS = ("Tenango del Valle", "San Mateo Atenco", "Acolman", "Coacalco de Berriozábal", "Temascalcingo", "Villa Victoria", "Teoloyucan",
         "Valle de Chalco Solidaridad", "Ocoyoacac", "Jocotitlán")  # fmt: skip
HALLS = ("H. Ayuntamiento de {t}", "Ayuntamiento Constitucional de {t}", "H. Ayuntamiento Constitucional de {t}", "Ayuntamiento de {t}",
         "Gobierno Municipal de {t}")  # fmt: skip
SEATS = ("Toluca", "Metepec", "Naucalpan de Juárez", "Tlalnepantla de Baz", "Cuautitlán Izcalli", "Lerma")

ORGANISM_MATTERS = (
    ("Se remiten certificados de libertad de gravamen", "Adjunto al presente los certificados de libertad o existencia de gravámenes de "
     "los inmuebles señalados en su solicitud, para los efectos a que haya lugar."),
    ("Respuesta a solicitud de información catastral", "Una vez hecha la búsqueda en los archivos de esta unidad, se localizaron los "
     "antecedentes catastrales de las parcelas, de los cuales se remite copia simple."),
    ("Convocatoria a mesa de trabajo", "Con la finalidad de dar seguimiento a los acuerdos interinstitucionales, se le convoca a la mesa "
     "de trabajo que habrá de celebrarse en la sala de juntas de este organismo."),
    ("Opinión técnica sobre el predio «La Joya»", "Derivado de la revisión de la documentación técnica del predio, se considera viable "
     "la propuesta, siempre que se respeten las restricciones que marca el plan vigente."),
    ("Designación de enlace institucional", "Comunico a usted que se designa a una persona servidora pública como enlace de este "
     "organismo para los trabajos relativos al programa de mejoramiento de vivienda."),
    ("Solicitud de padrón de personas beneficiarias", "A fin de evitar duplicidad en la entrega de apoyos, se solicita el padrón de "
     "personas beneficiarias del último ejercicio, en medio magnético y formato editable."),
)  # fmt: skip
OFFICE_MATTERS = (
    ("Se emite opinión sobre zona federal", "Del análisis de la poligonal presentada se advierte que una fracción del terreno colinda "
     "con un cauce, por lo que deberá tramitarse la delimitación de la zona federal correspondiente."),
    ("Solicitud de plano de conjunto autorizado", "Para continuar con la integración del trámite que nos ocupa, es necesario contar con "
     "el plano de conjunto autorizado y con la memoria descriptiva de las obras."),
    ("Se informa situación jurídica de la parcela", "De los asientos que obran en esta oficina se desprende que la parcela se encuentra "
     "inscrita y que no existe anotación preventiva que limite su transmisión."),
    ("Invitación a recorrido de verificación", "Se le invita a participar, por sí o por conducto de quien designe, en el recorrido de "
     "verificación de los linderos, con punto de reunión en la delegación municipal."),
    ("Factibilidad de suministro para conjunto habitacional", "En relación con el conjunto habitacional proyectado, se comunica que "
     "existe capacidad disponible, sujeta a la ejecución de las obras que se describen en el anexo técnico."),
    ("Requerimiento de información complementaria", "De la revisión del expediente se desprende que la información presentada se "
     "encuentra incompleta, por lo que deberá exhibirse la documentación que se detalla en el anexo."),
)  # fmt: skip
TOWN_MATTERS = (
    ("Solicitud de información sobre lotes baldíos", "Con motivo de la actualización de los registros municipales, solicito la relación "
     "de los lotes baldíos propiedad de ese Instituto ubicados dentro del territorio municipal."),
    ("Se remite dictamen de riesgo", "Personal de esta área acudió a las viviendas reportadas y, derivado de la inspección ocular, "
     "emitió el dictamen de riesgo que se anexa para su atención procedente."),
    ("Invitación a jornada de regularización", "Este gobierno llevará a cabo una jornada de regularización de la tenencia de la tierra, "
     "en la que será de gran utilidad la presencia de personal de ese Instituto."),
    ("Petición de vecinos de la colonia Las Fuentes", "Vecinos de la colonia acudieron a esta oficina para manifestar que no cuentan con "
     "escrituras de sus lotes, por lo que se canaliza su petición para la atención que corresponda."),
    ("Entrega-recepción de áreas de donación", "Se hace de su conocimiento que este municipio se encuentra en posibilidad de recibir las "
     "áreas de donación del fraccionamiento, previa exhibición de los planos respectivos."),
    ("Alumbrado público en unidad habitacional", "En atención a los reportes de la ciudadanía, se informa que las luminarias de la "
     "unidad habitacional no han sido municipalizadas, por lo que se requiere su intervención."),
)  # fmt: skip
NOTARY_MATTERS = (
    ("Solicitud de carta de no adeudo", "Con motivo de la operación que se tramita en esta Notaría a mi cargo, solicito se expida la "
     "carta de no adeudo del inmueble que se describe en el documento adjunto."),
    ("Devolución de testimonio con observaciones", "Remito el testimonio de la escritura que fue observado en su revisión, con la "
     "aclaración solicitada respecto de las medidas y colindancias del inmueble."),
    ("Fecha para firma de escrituras", "Hago de su conocimiento que los proyectos de escritura fueron concluidos, por lo que propongo "
     "que la firma se lleve a cabo en las oficinas de ese Instituto."),
    ("Cancelación de reserva de dominio", "Por así convenir a la persona interesada, solicito se otorgue el instrumento mediante el cual "
     "se cancele la reserva de dominio que pesa sobre el inmueble."),
    ("Presupuesto de gastos y honorarios", "En respuesta a la petición verbal de su personal, acompaño el presupuesto de gastos, "
     "impuestos y honorarios que causarían las operaciones de escrituración."),
    ("Aviso de juicio sucesorio en trámite", "Ante la fe de quien suscribe se radicó la sucesión de la persona titular del contrato, por "
     "lo que solicito información sobre los derechos que le correspondan."),
)  # fmt: skip
MORE = (
    "Lo anterior, con el propósito de que se realicen las gestiones conducentes y se informe oportunamente el resultado de las mismas.",
    "Para cualquier aclaración sobre el particular se ponen a su disposición las oficinas de quien suscribe, de lunes a viernes "
    "en horario hábil.",
    "Es preciso mencionar que la documentación soporte se encuentra bajo resguardo de esta área y puede consultarse cuando así se "
    "requiera.",
    "Asimismo, se hace constar que lo expuesto no prejuzga sobre derechos de propiedad ni exime del cumplimiento de otras disposiciones.",
    "Cabe precisar que el presente se emite con base en los datos proporcionados y deja a salvo los derechos de terceros.",
)
FAREWELLS = (
    "Sin más por el momento, aprovecho la ocasión para enviarle un cordial saludo.",
    "Sin otro particular por el momento, quedo a sus órdenes.",
    "Agradeciendo de antemano su apoyo, le reitero mi consideración.",
)
#: Where a seal falls, as parts of the page.
SPOTS = ((0.60, 0.04), (0.30, 0.09), (0.58, 0.15), (0.28, 0.21), (0.52, 0.29), (0.64, 0.44), (0.30, 0.56), (0.60, 0.66))


def _seal(rng: Random, day: date) -> Mapping[str, Any]:
    """A reception seal somewhere over print; never left out."""
    (x, y), after = rng.choice(SPOTS), day + timedelta(days=rng.randint(1, 5))
    moment = rng.choice((f"{after:%d} {MONTHS[after.month - 1][:3].upper()} {after.year}",
                         f"{after:%d/%m/%y} {rng.randint(9, 17)}:{rng.randint(10, 59)}"))
    return {
        "shape": rng.choice(("box", "box", "round")),
        "x": x + rng.uniform(-0.03, 0.03),
        "y": y + rng.uniform(-0.015, 0.015),
        "angle": rng.uniform(-16, 16),
        "ink": rng.choice(("#1f3fa0", "#5d2a86", "#b01e28", "#1d6b45", "#3c3c3c")),
        "fade": rng.uniform(40, 68),
        "lines": ["RECIBIDO", rng.choice(("CORRESPONDENCIA", "OFICIALÍA DE PARTES", "RECEPCIÓN GENERAL")), moment,
                  rng.choice(("S/ANEXOS", "C/ANEXOS", "Recibe: ________"))],
    }  # fmt: skip


def _told(rng: Random, data: LetterData, matters: tuple[tuple[str, str], ...]) -> LetterData:
    """The letter with a person and a matter of its kind; what it answers and its term stay as first drawn."""
    (subject, text), more, (title, name, gender) = rng.choice(matters), rng.sample(MORE, rng.randint(1, 3)), anyone(rng)
    first = data.paragraphs[:1] if data.reference else ()
    last = data.paragraphs[-1:] if data.term_days else ()
    signs = f"{initials(name)}/{initials(anyone(rng)[1]).lower()}"
    return replace(data, subject=subject, paragraphs=(*first, text, *more, *last), title=title, signatory=name, initials=signs,
                   extra={**data.extra, "gender": gender, "farewell": rng.choice(FAREWELLS),
                          "subject_label": rng.choice(("Asunto:", "ASUNTO:", "Asunto.-"))})  # fmt: skip


def _gendered(data: LetterData, posts: str) -> str:
    """The one of `man|woman` that is meant."""
    return posts.split("|")[data.extra["gender"] == "f"]


def _strip(rng: Random, data: LetterData) -> LetterData:
    data, (sender, unit, code, posts) = _told(rng, data, ORGANISM_MATTERS), rng.choice(ORGANISMS)
    n, day, month = rng.randint(1, 2900), data.day, MONTHS[data.day.month - 1]
    forms = ("{c}/{n:04d}/{y}", "{c}/{n}/{y}") if "/" in code else ("{c}000100L/{n}/{y}", "{c}A-{n:04d}/{y}", "{c}000000L-{n:04d}/{y}")
    when = rng.choice((f"Toluca, México, {long_date(day)}", f"{day:%d} de {month} de {day.year}", f"{day:%d/%m/%Y}",
                       f"{month.capitalize()} {day:%d} de {day.year}", f"Toluca de Lerdo, a {long_date(day)}"))  # fmt: skip
    return replace(data, sender=sender, unit=unit, number=rng.choice(forms).format(c=code, n=n, y=day.year), date_text=when, order="state",
                   signatory_post=_gendered(data, posts), letterhead=(data.letterhead[0], sender, unit),
                   address=f"Av. José María Morelos {rng.randint(100, 1900)}, Toluca, C.P. 50{rng.randint(10, 99)}0",
                   contact="Tel. 722 236 00 40",
                   extra={**data.extra, "tint": rng.choice(("#8a1c3c", "#1c5c4a", "#5b5b5b")), "first": rng.choice(("day", "number")),
                          "day_label": rng.choice(("FECHA", "LUGAR Y FECHA" if "Toluca" in when else "FECHA"))})  # fmt: skip


def _office(rng: Random, data: LetterData) -> LetterData:
    data, (sender, branch, unit, forms) = _told(rng, data, OFFICE_MATTERS), rng.choice(OFFICES)
    number, day, month = rng.choice(forms).format(n=rng.randint(1, 3400), y=data.day.year), data.day, MONTHS[data.day.month - 1]
    when = rng.choice((f"Toluca de Lerdo, Estado de México, a {day:%d} de {month} de {day.year}.", f"Toluca, Méx., {long_date(day)}.",
                       f"Toluca, Estado de México, a {day:%d} {month[:3].upper()} {day.year}",
                       f"Metepec, Estado de México; {day.day} de {month} del {day.year}"))  # fmt: skip
    post = _gendered(data, rng.choice(("El Titular|La Titular", "El Subdirector|La Subdirectora",
                                      "El Encargado del Despacho|La Encargada del Despacho")))
    absence = f"En suplencia de la persona titular, con fundamento en el artículo {rng.randint(19, 90)} del Reglamento Interior."
    return replace(data, sender=sender, unit=unit, number=number, date_text=when, letterhead=(sender, branch, unit), signatory_post=post,
                   record=f"{rng.randint(100, 999)}/{rng.randint(1, 60)}" if rng.random() < 0.4 else "",
                   address=f"Av. Estado de México {rng.randint(10, 900)}, Metepec, C.P. 52{rng.randint(100, 199)}",
                   contact="Tel. 722 270 00 15",
                   extra={**data.extra, "branch": branch, "closing": rng.choice(("Atentamente", "A t e n t a m e n t e")),
                          "record_label": rng.choice(("Exp.:", "Expediente:", "Bitácora:")),
                          "absence": absence if rng.random() < 0.3 and "Titular" not in post else ""})  # fmt: skip


def _column(rng: Random, data: LetterData) -> LetterData:
    data, town, (unit, code, posts) = _told(rng, data, TOWN_MATTERS), rng.choice(TOWNS), rng.choice(TOWN_OFFICES)
    n, day, month, sender = rng.randint(1, 1600), data.day, MONTHS[data.day.month - 1], rng.choice(HALLS).format(t=town)
    number = rng.choice((f"{code}/{n:04d}/{day.year}", f"PM/{code}/{n}/{day.year}", f"{code}/{n:03d}/{day:%m}/{day.year}",
                         f"{code}-{n}/{day:%y}"))
    when = rng.choice((f"{town}, Estado de México, a {long_date(day)}", f"{town}, Méx., a {day:%d} de {month} del {day.year}.",
                       f"{town}, México; {day:%d} de {month.capitalize()} de {day.year}", f"Fecha: {day:%d/%m/%Y}"))  # fmt: skip
    first = 2022 if day.year < 2025 else 2025
    return replace(data, sender=sender, unit=unit, number=number, date_text=when, letterhead=(sender, unit),
                   signatory_post=_gendered(data, posts),
                   address=f"Palacio Municipal, Plaza de la Constitución núm. {rng.randint(1, 20)}, {town}, Méx.", legend="",
                   contact=f"Tel. {rng.choice((722, 595, 712))} {rng.randint(100, 199)} {rng.randint(1000, 9999)}", copies=data.copies[:2],
                   extra={**data.extra, "tint": rng.choice(("#9c2147", "#1b4f8f", "#d2691e", "#3d6b35")), "town": town,
                          "term": f"{first}-{first + 2}",
                          "closing": rng.choice(("ATENTAMENTE", "Atentamente", "A T E N T A M E N T E"))})  # fmt: skip


def _notary(rng: Random, data: LetterData) -> LetterData:
    data, seat, office, n = _told(rng, data, NOTARY_MATTERS), rng.choice(SEATS), rng.randint(3, 180), rng.randint(1, 900)
    day, month = data.day, MONTHS[data.day.month - 1]
    title = rng.choice(("Lic.", "Lic.", "Mtra." if data.extra["gender"] == "f" else "Mtro."))
    sender = rng.choice((f"Notaría Pública Número {office} del Estado de México", f"Notaría Pública No. {office} del Estado de México",
                         f"Notaría Número {office} del Estado de México"))  # fmt: skip
    count = "al primer día" if day.day == 1 else f"a los {day.day} días"
    words = "primero" if day.day == 1 else in_words(day.day)
    when = rng.choice((f"{seat}, Estado de México, a {long_date(day)}.", f"{seat}, México, {count} del mes de {month} de {day.year}.",
                       f"{seat}, México, a {words} de {month} de dos mil {in_words(day.year - 2000)}.",
                       f"{seat}, Méx., {month} {day:%d} de {day.year}"))  # fmt: skip
    number = rng.choice((f"{n:04d}/{day.year}", f"NP{office}/{n}/{day.year}", f"{office}-{n:03d}/{day.year}",
                         f"N-{office}/{n:03d}/{day:%y}"))
    post = _gendered(data, rng.choice(("Notario Titular|Notaria Titular",
                                      f"Notario Público Número {office}|Notaria Pública Número {office}")))
    return replace(data, sender=sender, number=number, date_text=when, title=title, letterhead=(sender,), signatory_post=post, copies=(),
                   address=f"Calle Rayón Sur {rng.randint(100, 990)}, Col. Centro, {seat}", contact=f"notaria{office}@ejemplo.mx",
                   extra={**data.extra, "side": rng.choice(("left", "right", "right")),
                          "role": _gendered(data, "Notario Titular|Notaria Titular")})  # fmt: skip


CONTENT: dict[str, Callable[[Random, LetterData], LetterData]] = {
    STRIP.name: _strip,
    OFFICE.name: _office,
    COLUMN.name: _column,
    NOTARY.name: _notary,
}


def former_fourth(seed: int, name: str, quality: str) -> Specimen:
    """A letter in one of `FORMER_FOURTH`, deterministic by seed; pass it to `specimens.images`."""
    rng, layout = Random(f"{name}/{seed}"), FORMER_FOURTH[name]
    data = FAMILIES[layout.family](rng, 2, None)
    data = replace(data, number_label=rng.choice(layout.labels), annexes="", folio="", record="", seal=_seal(rng, data.day))
    data = CONTENT[name](rng, data)
    return Specimen(render_letter(data, layout), truth_of(data, layout.hides), seed, name, quality, data)
