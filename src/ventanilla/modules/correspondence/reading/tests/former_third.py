"""Four layouts of a third kind that was kept for the test alone; since then the reader has been made on them too.

They follow how Mexican offices write and are no part of `specimens`: a directorate with its letterhead at the left and
number and date at the right; the local office of a federal body; a contractor that asks for money or time; neighbours
whose board signs a petition. A seal lies over text in all of them, a signature over or near the name.
The ones kept now are in `unseen.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from ventanilla.modules.correspondence.specimens import Layout, LetterData, Specimen, ink, render_letter, truth_of
from ventanilla.modules.correspondence.specimens.content import FAMILIES
from ventanilla.modules.correspondence.specimens.data import MONTHS, long_date
from ventanilla.modules.correspondence.specimens.people import TOWNS, person

OFFICE = Layout(
    "membrete-a-la-izquierda",
    "state",
    """
#set text(font: if d.extra.face == "sans" { sans } else { serif }, size: 11pt)
#grid(columns: (1.5cm, 7.3cm, 1fr), column-gutter: (8pt, 10pt),
  box(width: 1.4cm, height: 1.7cm, stroke: 1pt + luma(110), radius: (bottom: 0.7cm), align(center + horizon, line(angle: 60deg, length: 0.9cm, stroke: 1.5pt + luma(130)))),
  { set par(leading: 0.5em); text(size: 9.5pt, d.letterhead.at(0)); linebreak(); text(size: 11.5pt, weight: "bold", d.sender); linebreak(); text(size: 10pt, d.unit) },
  align(right, { set par(leading: 0.6em); let file = [#d.number_label *#d.number*]
    if d.extra.first == "day" [#d.date_text \\ #v(1pt) #file] else [#file \\ #v(1pt) #d.date_text] }))
#v(12pt) #if d.extra.side == "left" [*#d.extra.subject_label* #d.subject] else { align(right, box(width: 8.5cm, align(left)[*#d.extra.subject_label* #d.subject])) }
#v(10pt) #to() #v(8pt)
#body() #d.extra.farewell
#v(8pt) #block(breakable: false, width: 100%, align(if d.extra.foot == "center" { center } else { left })[*#d.extra.close* #if d.extra.motto != "" [\\ *#d.extra.motto*]
  #v(1.4cm) #if d.extra.foot != "center" { h(3cm) } #rubric(w: 5.8cm) #v(0pt) *#up(who(d.title, d.signatory))* \\ #up(d.signatory_post)])
#v(8pt) #copies(size: 8pt)
#place(bottom + left, dy: 1.2cm, text(size: 8pt)[#d.address #h(8pt) #d.contact])
""",
    ("Oficio No.", "Oficio núm.", "OFICIO:", "No. Oficio:", "Oficio N°", "Núm. de Oficio:"),
    hides=("annexes",),
)
DELEGATION = Layout(
    "oficina-federal-local",
    "federal",
    """
#let tint = rgb("#6b1532"); #set page(margin: (left: 2.6cm, right: 2.2cm, top: 1.6cm, bottom: 2.6cm), footer: [#line(length: 100%, stroke: 0.8pt + rgb("#b38e5d")) #v(-6pt)
  #text(font: sans, size: 7.5pt)[#d.address #h(1fr) #d.contact]])
#set text(font: sans, size: 10.5pt)
#grid(columns: (5.2cm, 1pt, 1fr), column-gutter: 10pt, align: horizon, text(size: 9.5pt, fill: luma(70), d.letterhead.at(0)),
  line(angle: 90deg, length: 1.1cm, stroke: 1pt + rgb("#b38e5d")), text(size: 13pt, weight: "bold", fill: tint, d.sender))
#v(4pt)
#align(right, { set par(leading: 0.6em); [*#d.unit* \\ #d.extra.area \\ ]; v(2pt); [#d.number_label *#d.number*] })
#if d.extra.day_at == "head" { align(right, d.date_text) } #v(2pt) #align(right, box(width: 9.2cm, align(if d.extra.side == "right" { right } else { left })[*#d.extra.subject_label* #d.subject#d.extra.stop]))
#if d.extra.day_at != "head" { v(2pt); align(right, d.date_text) }
#v(8pt) #to(size: 10.5pt) #v(8pt)
#body() #d.extra.farewell
#v(6pt) #block(breakable: false)[*#d.extra.close* #if d.extra.post_at == "above" [\\ #d.signatory_post] #v(1.4cm) #h(3cm) #rubric(w: 6cm) #v(0pt) *#up(who(d.title, d.signatory))* #if d.extra.post_at != "above" [\\ #d.signatory_post]]
#v(8pt) #copies(size: 7.5pt)
#if d.legend != "" { v(2pt); align(center, text(size: 8pt, weight: "bold", fill: tint, d.legend)) }
""",
    ("Oficio No.", "Oficio número:", "OFICIO NÚM.", "Oficio Núm.:", "Oficio:"),
    hides=("annexes",),
)
CONTRACTOR = Layout(
    "contratista",
    "organisation",
    """
#let tint = rgb(d.extra.tint)
#set text(font: if d.extra.face == "sans" { sans } else { serif }, size: 11pt)
#grid(columns: (1.9cm, 1fr), column-gutter: 10pt, align: (center + horizon, left + horizon),
  polygon(fill: tint, (0cm, 1.5cm), (0cm, 0.7cm), (0.8cm, 0cm), (1.6cm, 0.7cm), (1.6cm, 1.5cm)),
  [#text(size: 16pt, weight: "bold", fill: tint, if d.emphatic { upper(d.sender) } else { d.sender }) \\ #text(size: 9pt, d.extra.trade)])
#v(-3pt) #line(length: 100%, stroke: 1.5pt + tint) #v(4pt) #align(right)[#d.date_text #if d.number != "" and d.extra.first == "day" [\\ #d.number_label #d.number]]
#if d.number != "" and d.extra.first != "day" [#d.number_label #d.number]
#v(6pt) #to(size: 11pt, bold: d.extra.bold == "yes")
#if d.extra.attention != "" { align(right)[At’n: #d.extra.attention] } #v(6pt) #grid(columns: (2.6cm, 1fr), row-gutter: 7pt, ..(([Obra:], d.extra.works), ([Contrato:], d.extra.contract), ([*Asunto:*], strong(d.subject))).flatten())
#v(8pt) #body()
#if d.extra.sums.len() > 0 { align(center, table(columns: (8cm, 3.6cm), align: (left, right), inset: 4pt, stroke: 0.5pt + luma(120), ..d.extra.sums.flatten())) }
#d.extra.farewell
#v(8pt) #block(breakable: false)[#d.extra.close #if d.extra.firm == "yes" [\\ *#d.sender*] #v(1.4cm) #h(3cm) #rubric(w: 6cm, h: 2.1cm) #v(0pt)
  #line(length: 7.4cm, stroke: 0.6pt) #v(-7pt) #who(d.title, d.signatory) \\ #d.signatory_post]
#v(6pt) #copies(size: 8pt)
#place(bottom + center, dy: 1.3cm, align(center, text(size: 8pt)[#d.address \\ #d.contact]))
""",
    ("Oficio No.", "No. de oficio:", "Oficio:", "Carta No.", "Núm.:"),
    hides=("sender_unit", "annexes"),
)
NEIGHBOURS = Layout(
    "peticion-de-mesa-directiva",
    "organisation",
    """
#set text(font: if d.extra.face == "typed" { ("Liberation Mono",) } else if d.extra.face == "sans" { sans } else { serif }, size: if d.extra.face == "typed" { 10pt } else { 11.5pt })
#let hand(points) = box(width: 0pt, height: 0pt, place(dx: -2.2cm, dy: -1cm, for stroke in points { place(curve(stroke: (paint: rgb("#22303f").transparentize(15%), thickness: 0.8pt),
  curve.move((stroke.at(0).at(0) * 4.4cm, stroke.at(0).at(1) * 1.6cm)), ..stroke.slice(1).map(p => curve.line((p.at(0) * 4.4cm, p.at(1) * 1.6cm))))) }))
#let other(it) = align(center)[#v(1.3cm) #hand(it.strokes) #v(0pt) #it.name \\ #it.post]
#line(length: 100%, stroke: 1pt) #v(-6pt) #align(center)[#text(size: 14pt, weight: "bold", up(d.sender)) \\ #text(size: 9pt, d.address)]
#v(-4pt) #line(length: 100%, stroke: 1pt) #v(4pt) #align(right)[#d.date_text #if d.number != "" [\\ #d.number_label #d.number]]
#if d.subject != "" and d.extra.side == "right" { align(right, box(width: 8.5cm, align(left)[#d.extra.subject_label #d.subject])) }
#v(8pt) #to(size: if d.extra.face == "typed" { 10pt } else { 11.5pt }, bold: d.extra.bold == "yes")
#if d.subject != "" and d.extra.side == "left" [#v(4pt) #d.extra.subject_label #d.subject]
#v(8pt) #body(indent: if d.extra.indent == "yes" { 2em } else { 0pt })
#if d.extra.asks.len() > 0 { enum(..d.extra.asks, spacing: 0.9em); v(4pt) }
#d.extra.farewell
#v(6pt) #block(breakable: false, width: 100%, { align(center)[#d.extra.close \\ #d.extra.board]
  let first = align(center)[#v(1.3cm) #rubric(w: 5.6cm, h: 1.9cm) #v(0pt) #who(d.title, d.signatory) \\ #d.signatory_post]
  if d.extra.rows == "one" { grid(columns: (1fr, 1fr), column-gutter: 10pt, first, other(d.extra.others.at(0))) }
  else { first; grid(columns: (1fr,) * 2, column-gutter: 10pt, ..d.extra.others.map(other)) } })
#v(6pt) #copies(size: 8.5pt)
""",
    ("Oficio No.", "Oficio:", "No."),
    hides=("sender_unit", "reference", "term", "annexes"),
)
FORMER_THIRD = {item.name: item for item in (OFFICE, DELEGATION, CONTRACTOR, NEIGHBOURS)}

#: Line above, sender, unit, code, places, order; `{t}` is a town.
OFFICES = (
    ("Gobierno del Estado de Hidalgo", "Secretaría de Infraestructura Pública y Desarrollo Urbano Sostenible", "Dirección General de Vivienda", "SIPDUS/DGV", ("Pachuca de Soto, Hidalgo", "Pachuca, Hgo."), "state"),
    ("Gobierno del Estado de Michoacán de Ocampo", "Secretaría de Desarrollo Urbano y Movilidad", "Dirección de Ordenamiento Territorial", "SEDUM/DOT", ("Morelia, Michoacán", "Morelia, Mich."), "state"),
    ("Gobierno del Estado de México", "Secretaría de la Contraloría", "Dirección General de Control y Evaluación", "SECOGEM/DGCE", ("Toluca de Lerdo, México", "Toluca, Méx."), "state"),
    ("Gobierno del Estado de México", "Secretaría del Agua", "Dirección de Proyectos Hidráulicos", "SA-DPH", ("Naucalpan de Juárez, Estado de México", "Naucalpan, Méx."), "state"),
    ("Poder Ejecutivo del Estado de Querétaro", "Secretaría de Planeación y Finanzas", "Dirección de Obra Pública", "SPF/DOP", ("Santiago de Querétaro, Qro.", "Querétaro, Qro."), "state"),
    ("Administración Municipal", "Sistema Municipal DIF de {t}", "Dirección de Atención a Grupos Vulnerables", "SMDIF/DAGV", ("{t}, Estado de México", "{t}, Méx."), "municipal"),
    ("Gobierno Municipal", "Instituto Municipal de Planeación de {t}", "Coordinación de Cartografía", "IMPLAN-CC", ("{t}, México", "{t}, Edo. de Méx."), "municipal"),
)  # fmt: skip
#: Ministry above, body, its local office, the area that writes, how its numbers look.
FEDERAL_BODIES = (
    ("Secretaría de Desarrollo Agrario, Territorial y Urbano", "Registro Agrario Nacional", "Oficina de Representación en el Estado de México", "Subdirección de Registro", ("RAN-EM/SR/{n}/{y}", "RAN/ORM/{n:04d}/{y}")),
    ("Secretaría de Desarrollo Agrario, Territorial y Urbano", "Procuraduría Agraria", "Oficina de Representación en el Estado de México", "Residencia Toluca", ("PA/EM/RT/{n}/{y}", "PA-{n:04d}-{y}")),
    ("Secretaría de Medio Ambiente y Recursos Naturales", "Comisión Nacional del Agua", "Dirección Local en el Estado de México", "Subdirección de Administración del Agua", ("B00.917.04.{n:04d}/{y}", "DLEM/SAA/{n}/{y}")),
    ("Secretaría de Cultura", "Instituto Nacional de Antropología e Historia", "Centro INAH Estado de México", "Sección de Arqueología", ("401.3S.17-{y}/{n}", "CIEM/{n:03d}/{y}")),
    ("Gobierno de México", "Instituto del Fondo Nacional de la Vivienda para los Trabajadores", "Delegación Regional Estado de México", "Gerencia de Crédito", ("DREM/GC/{n:03d}/{y}", "GC-{n}-{y}")),
    ("Secretaría de Economía", "Procuraduría Federal del Consumidor", "Oficina de Defensa del Consumidor Zona Toluca", "Departamento de Conciliación", ("PFC/ODC-TOL/{n}/{y}", "PFC.{n:05d}-{y}")),
)  # fmt: skip
COMPANIES = (
    ("Edificaciones Rincón del Valle, S.A. de C.V.", "ERV", "Construcción, urbanización y obra civil"),
    ("Grupo Constructor Tlalnepec, S.A. de C.V.", "GCT", "Obra pública y privada"),
    ("Proyectos y Caminos del Altiplano, S.A. de C.V.", "PYCA", "Terracerías, pavimentos y drenaje"),
    ("Ingeniería y Supervisión Matlazinca, S.C.", "ISM", "Supervisión, laboratorio y control de calidad"),
    ("Instalaciones Eléctricas Ocampo, S. de R.L. de C.V.", "IEO", "Media y baja tensión · Alumbrado público"),
)
COLONIES = ("Las Flores", "Lomas de San Isidro", "El Mirador", "Jardines de la Crespa", "Bosques del Rey", "La Loma", "Real de Minas")  # fmt: skip
OFFICE_MATTERS = (
    ("El que se indica", "Me permito solicitar su valiosa intervención a fin de que se designe un enlace de esa institución ante la mesa de trabajo que coordina esta dependencia."),
    ("Se solicita información de acciones de vivienda", "Con el propósito de integrar el informe anual, solicito se remita el número de acciones de vivienda concluidas, por municipio y por tipo de apoyo, con corte al último día del trimestre."),
    ("Se remite minuta de reunión", "Anexo al presente copia de la minuta levantada en la reunión interinstitucional, para los trámites a que haya lugar y para la atención de los compromisos que corresponden a esa institución."),
    ("Opinión técnica sobre el predio propuesto para vivienda social", "Una vez revisada la documentación del predio propuesto, se considera que su ubicación es compatible con el uso de suelo habitacional previsto en el plan vigente."),
    ("Convocatoria a sesión ordinaria", "Por este conducto le convoco a la sesión ordinaria del comité, que se celebrará en la sala de juntas de estas oficinas, conforme al orden del día que se acompaña."),
    ("Invitación a curso de capacitación", "Le extiendo una cordial invitación para que el personal a su cargo participe en el curso que se impartirá en modalidad presencial, sin costo para los asistentes."),
)  # fmt: skip
FEDERAL_MATTERS = (
    ("Se informa situación jurídica del predio", "Después de una búsqueda en los registros y archivos de esta oficina, le informo que el polígono que señala no presenta afectación inscrita a la fecha."),
    ("Se remite documentación", "Para los efectos conducentes, remito a usted la documentación que fue presentada en esta oficina y que corresponde al ámbito de competencia de esa institución."),
    ("Solicitud de información sobre beneficiarios del programa de vivienda", "A fin de evitar la duplicidad de apoyos, solicito se informe si las personas de la relación adjunta han recibido algún crédito o subsidio de esa institución."),
    ("Respuesta a solicitud", "En cuanto a lo solicitado, se hace de su conocimiento que el trámite debe realizarse por la persona interesada en la ventanilla de esta oficina, con identificación oficial vigente."),
    ("Visita de inspección", "Se comunica que personal técnico de esta oficina acudirá al sitio de los trabajos, por lo que se solicita otorgar las facilidades necesarias para el acceso."),
)  # fmt: skip
COMPANY_MATTERS = (
    ("Solicitud de pago de la estimación No. {k}", "Por medio de la presente solicitamos a usted de la manera más atenta el pago de la estimación número {k}, la cual fue ingresada con sus generadores y autorizada por la residencia de obra."),
    ("Entrega de estimación {k} para su revisión", "Hacemos entrega de la estimación {k} en original y dos copias, con números generadores, croquis, reporte fotográfico y pruebas de laboratorio, para su revisión y trámite de pago."),
    ("Solicitud de prórroga", "Debido a las lluvias de las últimas semanas y a la falta de liberación de un tramo, solicitamos una ampliación de {k}0 días naturales al plazo de ejecución pactado."),
    ("Aviso de terminación de los trabajos", "Nos permitimos comunicarle que los trabajos objeto del contrato citado han quedado concluidos, por lo que solicitamos se fije fecha para la verificación y la entrega recepción."),
    ("Devolución de fondo de garantía", "Una vez transcurrido el plazo de responsabilidad por vicios ocultos, solicitamos la liberación de la fianza y la devolución de las cantidades retenidas."),
)  # fmt: skip
NEIGHBOUR_MATTERS = (
    ("Solicitud de escrituras", "acudimos a usted para solicitar que se dé continuidad a la escrituración de nuestros lotes, que quedaron pagados en su totalidad y de los cuales conservamos los recibos."),
    ("Se solicita apoyo para introducción de drenaje", "nos dirigimos a usted para pedir su apoyo en la introducción del drenaje de nuestras calles, obra que hemos solicitado en varias ocasiones a las autoridades."),
    ("Petición de audiencia", "le pedimos atentamente que nos conceda una audiencia para exponerle los problemas de nuestra comunidad y buscar juntos una solución."),
    ("Donación de terreno para centro comunitario", "solicitamos que el terreno destinado a equipamiento, hoy sin uso, se destine a un centro comunitario en beneficio de las familias."),
)  # fmt: skip
ASKS = (
    "Que se nos informe por escrito el estado del trámite.", "Que se programe una visita a nuestra colonia.", "Que se nombre a una persona responsable de darnos atención.",
    "Que se entregue copia de los planos autorizados.", "Que se respeten las áreas verdes.",
)  # fmt: skip
MORE = (
    "Es de señalarse que este asunto cuenta con antecedentes en los archivos de ambas partes, los cuales pueden ponerse a la vista cuando así se requiera.",
    "Con la finalidad de dar celeridad al trámite, mucho agradeceremos que la comunicación se haga también por vía telefónica.",
    "Para tal efecto se acompaña copia simple de la documentación soporte.",
    "Quedamos en la mejor disposición de acudir a sus oficinas el día y hora que se sirva señalar.",
    "Lo anterior, a efecto de estar en posibilidad de cumplir en tiempo con los compromisos establecidos.",
)
FAREWELLS = (
    "Sin otro particular por el momento, aprovecho la ocasión para enviarle un cordial saludo.", "Sin más por el momento, agradezco la atención que se sirva dar al presente.",
    "Agradeciendo de antemano su apoyo, quedo a sus órdenes.", "Reciba un saludo respetuoso.",
)  # fmt: skip
#: Where a seal falls, as parts of the page.
SPOTS = ((0.66, 0.05), (0.30, 0.10), (0.52, 0.20), (0.16, 0.24), (0.40, 0.31), (0.62, 0.42), (0.20, 0.46), (0.48, 0.48))


def _seal(rng: Random, day: date) -> Mapping[str, Any]:
    """A reception seal somewhere over print; never left out."""
    (x, y), after = rng.choice(SPOTS), day + timedelta(days=rng.randint(0, 7))
    clock = f"{rng.randint(9, 17):02d}:{rng.randint(0, 59):02d}"
    moment = rng.choice((f"{after:%d} {MONTHS[after.month - 1][:3].upper()}. {after.year}", f"{after:%d/%m/%Y}  {clock}", f"{after:%d-%m-%Y}"))  # fmt: skip
    office = rng.choice(("CORRESPONDENCIA", "OFICIALÍA DE PARTES", "DIRECCIÓN GENERAL"))
    return {"shape": rng.choice(("box", "round")), "x": x + rng.uniform(-0.03, 0.03), "y": y + rng.uniform(-0.02, 0.02), "angle": rng.uniform(-16, 16),
            "ink": rng.choice(("#21409a", "#6f2390", "#b3202c", "#1d6b45", "#454545")), "fade": rng.uniform(40, 65),
            "lines": [rng.choice(("RECIBIDO", "RECIBÍ", "ACUSE")), office, moment, "Nombre: ________"]}  # fmt: skip


def _told(rng: Random, data: LetterData, subject: str, text: str, most: int = 3) -> LetterData:
    """The letter with a matter of its kind; what it answers and its term stay as first drawn."""
    first = data.paragraphs[:1] if data.reference else ()
    last = data.paragraphs[-1:] if data.term_days else ()
    return replace(data, subject=subject, paragraphs=(*first, text, *rng.sample(MORE, rng.randint(1, most)), *last))


def _post(unit: str, gender: str) -> str:
    """`Dirección General de Vivienda` -> `Directora General de Vivienda`."""
    man, woman = {"Dirección": ("Director", "Directora"), "Coordinación": ("Coordinador", "Coordinadora")}[unit.split()[0]]
    return " ".join((woman if gender == "f" else man, *unit.split()[1:]))


def _office(rng: Random, data: LetterData) -> LetterData:
    (above, sender, unit, code, places, order), n, day = rng.choice(OFFICES), rng.randint(1, 2900), data.day
    town, month = rng.choice(TOWNS), MONTHS[day.month - 1]
    sender, place = sender.format(t=town), rng.choice(places).format(t=town)
    number = rng.choice((f"{code}/{n}/{day.year}", f"{code}/{n:04d}/{day.year}", f"{code}-{n:03d}/{day:%y}", f"{code}/{day.year}/{n:04d}", f"{n:04d}/{day.year}"))  # fmt: skip
    when = rng.choice((f"{place}, a {long_date(day)}", f"{place}, {day:%d} de {month} de {day.year}", f"{place}; a {day:%d} de {month} del {day.year}.",
                       f"{place}, {day.day} de {month.capitalize()} de {day.year}", f"Fecha: {day:%d/%m/%Y}"))  # fmt: skip
    return replace(_told(rng, data, *rng.choice(OFFICE_MATTERS)), sender=sender, unit=unit, number=number, date_text=when, order=order, legend="",
                   letterhead=(above, sender, unit), signatory_post=_post(unit, data.extra["gender"]), address=f"{rng.choice(('Av. Constitución', 'Calle Aldama', 'Blvd. Felipe Ángeles'))} {rng.randint(100, 900)}",
                   contact=f"Tel. {rng.choice(('771', '443', '722', '442'))} {rng.randint(100, 999)} {rng.randint(1000, 9999)}, ext. {rng.randint(100, 999)}", extra={
                       "face": rng.choice(("sans", "serif")), "first": rng.choice(("day", "file")), "side": rng.choice(("left", "right")), "foot": rng.choice(("left", "center")),
                       "subject_label": rng.choice(("Asunto:", "ASUNTO:")), "close": rng.choice(("ATENTAMENTE", "A t e n t a m e n t e", "Atentamente.")),
                       "motto": rng.choice(("", "", "“Sufragio Efectivo. No Reelección”")), "farewell": rng.choice(FAREWELLS)})  # fmt: skip


def _delegation(rng: Random, data: LetterData) -> LetterData:
    (above, sender, unit, area, forms), day = rng.choice(FEDERAL_BODIES), data.day
    month, place = MONTHS[day.month - 1], rng.choice(("Toluca, Estado de México", "Toluca, Méx.", "Metepec, Estado de México", "Toluca de Lerdo, México"))  # fmt: skip
    when = rng.choice((f"{place}, a {long_date(day)}.", f"{place}, a {day:%d} de {month} de {day.year}", f"{place}, a {day:%d} {month[:3].upper()} {day.year}",
                       f"{place}; {day.day} de {month} de {day.year}", f"{place}, {day:%d} de {month} del {day.year}."))  # fmt: skip
    held = rng.choice(("Titular", "Titular", "Encargada del Despacho" if data.extra["gender"] == "f" else "Encargado del Despacho"))  # fmt: skip
    return replace(_told(rng, data, *rng.choice(FEDERAL_MATTERS)), sender=sender, unit=unit, date_text=when, order="federal", legend=rng.choice(("", f"“{day.year}, Año de la Mujer Rural”", f"“{day.year}, Año del Patrimonio Común”")), letterhead=(above, sender, unit),
                   number=rng.choice(forms).format(n=rng.randint(12, 3900), y=day.year), signatory_post=f"{held} {'del' if unit.startswith('Centro') else 'de la'} {unit}",
                   address=f"{rng.choice(('Av. Lerdo Poniente', 'Calle Plutarco González', 'Av. Morelos Oriente'))} {rng.randint(100, 990)}, Toluca, México, C.P. 50{rng.randint(10, 90)}0",
                   contact=f"Tel. 722 {rng.randint(100, 999)} {rng.randint(1000, 9999)}   www.gob.mx", extra={
                       "area": area, "day_at": rng.choice(("head", "below")), "side": rng.choice(("left", "right")), "stop": rng.choice(("", ".")),
                       "subject_label": rng.choice(("Asunto:", "ASUNTO:")), "close": rng.choice(("Atentamente", "ATENTAMENTE", "A t e n t a m e n t e")),
                       "post_at": rng.choice(("above", "below", "below")), "farewell": rng.choice(FAREWELLS)})  # fmt: skip


def _contractor(rng: Random, data: LetterData) -> LetterData:
    (sender, acronym, trade), n, day, town = rng.choice(COMPANIES), rng.randint(1, 260), data.day, rng.choice(TOWNS)
    k, month, (subject, text) = rng.randint(1, 9), MONTHS[day.month - 1], rng.choice(COMPANY_MATTERS)
    number = rng.choice((f"{acronym}/{n:03d}/{day.year}", f"{acronym}-{n:03d}-{day:%y}", f"{acronym}/ADM/{n}/{day.year}", f"{n:03d}/{day.year}", ""))  # fmt: skip
    when = rng.choice((f"{town}, Estado de México, a {long_date(day)}", f"{town}, Méx., a {day:%d} de {month} del {day.year}.", f"{town}, Edo. Méx., {day:%d} de {month} de {day.year}",
                       f"{town}, México, {day.day} de {month.capitalize()} de {day.year}", f"{day:%d}-{month}-{day.year}"))  # fmt: skip
    due, sums = rng.randint(90_000, 1_900_000), []
    if "{k}" in subject:
        tax, less = round(due * 0.16, 2), round(due * 0.3, 2)
        sums = [("Importe de la estimación", due), ("Amortización del anticipo (30 %)", less), ("I.V.A. (16 %)", tax), ("Alcance líquido", due - less + tax)]  # fmt: skip
    return replace(_told(rng, data, subject.format(k=k), text.format(k=k), most=2), sender=sender, number=number, date_text=when, letterhead=(sender,), copies=data.copies[:1], initials="",
                   signatory_post=rng.choice(("Representante Legal", "Apoderada Legal" if data.extra["gender"] == "f" else "Apoderado Legal", "Superintendente de Obra")),
                   address=f"{rng.choice(('Calle Pino Suárez', 'Av. Tecnológico', 'Vía José López Portillo'))} {rng.randint(20, 1400)}, {town}, Estado de México",
                   contact=f"R.F.C. {acronym[:3]}{rng.randint(10, 19)}0{rng.randint(1, 9)}1{rng.randint(0, 9)}{rng.choice('ABQT')}{rng.choice('HJKX')}{rng.randint(1, 9)}   Tel. 55 {rng.randint(1000, 9999)} {rng.randint(1000, 9999)}", extra={
                       "tint": rng.choice(("#b5491c", "#1d3f72", "#2f5d38", "#3b3b3b")), "trade": trade, "face": rng.choice(("sans", "serif")), "first": rng.choice(("day", "file")),
                       "bold": rng.choice(("yes", "no")), "attention": rng.choice(("", f"{' '.join(person(rng)[:2])}, Residente de Obra")), "firm": rng.choice(("yes", "no")),
                       "works": f"{rng.choice(('Construcción de pies de casa', 'Urbanización y electrificación', 'Rehabilitación de vivienda', 'Red de drenaje sanitario'))} en {rng.choice(COLONIES)}, municipio de {town}",
                       "contract": f"IMVS-{rng.choice(('OP', 'LP', 'IR'))}-{rng.randint(1, 60):03d}-{day.year}", "sums": [(name, f"$ {value:,.2f}") for name, value in sums],
                       "close": rng.choice(("Atentamente", "ATENTAMENTE", "A t e n t a m e n t e,")), "farewell": rng.choice(FAREWELLS)})  # fmt: skip


def _neighbours(rng: Random, data: LetterData) -> LetterData:
    colony, town, day, woman = rng.choice(COLONIES), rng.choice(TOWNS), data.day, data.extra["gender"] == "f"
    sender, board, of = rng.choice((
        (f"Asociación de Colonos de {colony}, A.C.", "la Mesa Directiva", "de la Mesa Directiva"), (f"Comité de Vecinos de la Colonia {colony}", "el Comité", "del Comité"),
        (f"Consejo de Participación Ciudadana de {colony}", "el Consejo", "del Consejo"), (f"Unión de Posesionarios {colony}, A.C.", "la Mesa Directiva", "de la Mesa Directiva"),
    ))  # fmt: skip
    month, (subject, text) = MONTHS[day.month - 1], rng.choice(NEIGHBOUR_MATTERS)
    when = rng.choice((f"{town}, Estado de México, a {long_date(day)}.", f"{town}, Méx., a {day.day} de {month} del {day.year}", f"{colony}, {town}, Méx., {day:%d} de {month} de {day.year}",
                       f"{town}, México, a {day.day:02d} de {month} de {day.year}" if day.day == 1 else f"{town}, México, a los {day.day} días del mes de {month} de {day.year}", f"A {long_date(day)}"))  # fmt: skip
    opening = rng.choice((f"Los que suscribimos, integrantes {of}, ", f"Por medio de la presente, quienes integramos {board} "))
    others = [{"name": " ".join(("C.", mate[1])), "post": post.split("|")[mate[2] == "f"], "strokes": ink.signature(rng)}
              for mate, post in ((person(rng), "Secretario|Secretaria"), (person(rng), "Tesorero|Tesorera"))]  # fmt: skip
    asks = tuple(rng.sample(ASKS, rng.randint(2, 4))) if rng.random() < 0.5 else ()
    more = (*rng.sample(MORE, rng.randint(0, 2)), *(("Por lo anterior, de manera respetuosa pedimos:",) if asks else ()))
    number = rng.choice(("", "", "", f"{rng.randint(1, 60):02d}/{day.year}", f"MD-{rng.randint(1, 90):03d}/{day.year}"))
    return replace(data, sender=sender, letterhead=(sender,), number=number, date_text=when, title="C.", signatory_post="Presidenta" if woman else "Presidente", reference="", term_days=None,
                   subject=rng.choice((subject, subject, subject, "")), paragraphs=(opening + text, *more), copies=data.copies[:1], initials="",
                   address=f"Calle {rng.choice(('Azucenas', 'Cedros', '16 de Septiembre'))} {rng.randint(2, 140)}, {colony}, {town}", extra={
                       "face": rng.choice(("serif", "serif", "sans", "typed")), "side": rng.choice(("left", "right")), "bold": rng.choice(("yes", "no")), "indent": rng.choice(("yes", "no")),
                       "subject_label": rng.choice(("Asunto:", "ASUNTO:")), "asks": asks, "farewell": rng.choice(("Agradecemos su atención y esperamos su pronta respuesta.", "Sin más por el momento, quedamos de usted.")),
                       "close": rng.choice(("ATENTAMENTE", "Atentamente", "RESPETUOSAMENTE")), "board": rng.choice((f"Por {board}", "")), "rows": rng.choice(("one", "two", "two")), "others": others})  # fmt: skip


CONTENT: dict[str, Callable[[Random, LetterData], LetterData]] = dict(
    zip(FORMER_THIRD, (_office, _delegation, _contractor, _neighbours), strict=True)
)


def former_third(seed: int, name: str, quality: str) -> Specimen:
    """A letter in one of `FORMER_THIRD`, deterministic by seed; pass it to `specimens.images`."""
    rng, layout = Random(f"{name}/{seed}"), FORMER_THIRD[name]
    data = FAMILIES[layout.family](rng, 2, None)
    data = replace(data, number_label=rng.choice(layout.labels), annexes="", folio="")
    data = CONTENT[name](rng, replace(data, seal=_seal(rng, data.day)))
    return Specimen(render_letter(data, layout), truth_of(data, layout.hides), seed, name, quality, data)
