"""Four layouts that are kept for the test alone: the kinds of letter that a counter of a state government gets most.

They follow how letters look in Mexico and are no part of `specimens`: a state secretariat or decentralised organism, a
unit of a town hall, a company, association or school, and people who write for themselves or with their neighbours. A
seal lies on every letter, a signature over or near the name.
Whoever changes the reader should not look here for what to change: then they stop being unseen.
"""

# fmt: off
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from ventanilla.modules.correspondence.specimens import Layout, LetterData, Specimen, render_letter, truth_of
from ventanilla.modules.correspondence.specimens.content import FAMILIES
from ventanilla.modules.correspondence.specimens.data import MONTHS, long_date
from ventanilla.modules.correspondence.specimens.people import TOWNS, person
from ventanilla.modules.correspondence.specimens.topics import slots

SHARED = r"""
#let e = d.extra
#let (tint, pale) = e.tint.split(",").map(rgb)
#let about = [*#e.subject_label* #d.subject#e.stop]
#let signer = who(d.title, d.signatory)
#let dent = if e.indent == "yes" { 2em } else { 0pt }
#let side = if e.foot == "left" { left } else { center }
#let hand = { v(1.4cm); if e.foot == "left" { h(2.9cm) }; rubric(w: 5.8cm, h: 2cm); v(0pt) }
#let rule = if e.rule == "yes" { line(length: 7.2cm, stroke: 0.6pt); v(-7pt) }
"""
STATE = Layout("dependencia-con-banda", "state", SHARED + r"""
#let tile(i) = rotate(45deg, rect(width: 7pt, height: 7pt, fill: if calc.odd(i) { pale } else { tint }))
#set page(margin: (left: 2.7cm, right: 2.2cm, top: 1.4cm, bottom: 2.7cm), footer: block(width: 100%, stroke: (top: 2pt + pale), inset: (top: 6pt),
  grid(columns: (auto, 1fr), column-gutter: 12pt, stack(dir: ltr, spacing: 5pt, ..range(3).map(tile)),
    text(font: sans, size: 7.5pt, fill: luma(70))[#d.address \ #d.contact])))
#set text(font: e.face, size: 10.5pt)
#let shield = box(width: 1.5cm, height: 1.7cm, {
  place(polygon(fill: tint, (0cm, 0cm), (1.4cm, 0cm), (1.4cm, 1.05cm), (0.7cm, 1.65cm), (0cm, 1.05cm)))
  place(dx: 0.22cm, dy: 0.25cm, polygon(fill: white, (0cm, 0.7cm), (0.3cm, 0.25cm), (0.45cm, 0.4cm), (0.68cm, 0cm), (0.96cm, 0.7cm)))
  place(dx: 0.3cm, dy: 1.08cm, rect(width: 0.8cm, height: 2pt, fill: pale)) })
#grid(columns: (1.5cm, 4.1cm, 1fr), column-gutter: 9pt, align: (left, left + horizon, right + horizon), shield,
  { set par(leading: 0.45em); text(size: 9pt, fill: tint, d.letterhead.at(0)) },
  { set par(leading: 0.5em, justify: false); text(size: 13pt, weight: "bold", fill: tint, hyphenate: false, d.sender) })
#v(-4pt) #stack(dir: ltr, rect(width: 68%, height: 3pt, fill: tint), rect(width: 32%, height: 3pt, fill: pale))
#if d.legend != "" { align(center, text(size: 8.5pt, style: "italic", d.legend)) }
#v(6pt) #let file = [#d.number_label #strong(d.number)]
#if e.refs == "edge" {
  align(right, block(width: 9.6cm, stroke: (left: 2.5pt + pale), inset: (left: 9pt, y: 3pt), align(left, { set par(leading: 0.65em, justify: false)
    [*#d.unit* \ #file \ #if d.record != "" [Expediente: #d.record \ ] #about \ #d.date_text] })))
} else if e.refs == "row" {
  text(weight: "bold", d.unit); v(-2pt); grid(columns: (auto, 1fr), column-gutter: 10pt, align: (left, right), file, d.date_text)
  v(-4pt); line(length: 100%, stroke: 0.5pt + luma(120)); about
} else { grid(columns: (1fr, 9.4cm), column-gutter: 12pt, text(size: 9.5pt, d.unit), align(right)[#d.date_text \ #v(1pt) #file]) }
#v(10pt) #to(size: 10.5pt) #if e.refs == "late" { v(6pt); align(right, box(width: 8.8cm, align(left, about))) }
#v(10pt) #body(indent: dent) #e.farewell
#v(10pt) #block(breakable: false, width: 100%, align(side)[*#e.close* #if e.post_at == "above" [\ *#up(d.signatory_post)*] #hand
  *#up(signer)* #if e.post_at != "above" [\ #d.signatory_post]])
#v(10pt) #copies(size: 7.5pt)
""", ("Oficio No.", "Oficio núm.:", "Of. No.", "OFICIO:", "No. de Oficio:", "Oficio Número:"), hides=("annexes",))
TOWN = Layout("ayuntamiento-con-franja", "municipal", SHARED + r"""
#let stripe(x, w, ink) = place(top + left, dx: x, rect(width: w, height: 100%, fill: ink))
#set page(margin: (left: 3.1cm, right: 2.1cm, top: 1.5cm, bottom: 2.4cm), background: { stripe(0.8cm, 0.5cm, tint); stripe(1.4cm, 0.12cm, pale) },
  footer: align(right, text(font: sans, size: 7.5pt, fill: tint)[#d.address \ #d.contact]))
#set text(font: e.face, size: 11pt)
#let emblem = box(width: 1.9cm, height: 1.9cm, { place(circle(radius: 0.94cm, stroke: 1.6pt + tint))
  place(dx: 0.68cm, dy: 0.25cm, circle(radius: 0.26cm, fill: pale)); place(dx: 0.25cm, dy: 0.7cm,
    polygon(fill: tint, (0cm, 0.62cm), (0.42cm, 0.15cm), (0.68cm, 0.38cm), (1.0cm, 0cm), (1.4cm, 0.62cm))) })
#set par(leading: 0.55em)
#let hall = [#text(size: 13pt, weight: "bold", fill: tint, hyphenate: false, if d.emphatic { upper(d.sender) } else { d.sender }) \ #text(size: 9pt, e.period)]
#if e.head == "sides" { grid(columns: (1fr, 1.9cm, 1fr), column-gutter: 10pt, align: (right + horizon, center, left + horizon), hall, emblem,
  text(size: 10.5pt, hyphenate: false, d.unit))
} else { grid(columns: (1fr, 1.9cm), align: (left + horizon, right), [#hall \ #box(fill: tint, radius: 4pt, inset: (x: 7pt, y: 4pt), baseline: -4pt,
  text(size: 10pt, weight: "bold", fill: white, d.unit))], emblem) }
#if d.legend != "" { v(-2pt); align(center, text(size: 8.5pt, d.legend)) }
#v(6pt) #let cell(it) = text(size: 8.5pt, weight: "bold", it)
#if e.refs == "cells" { align(right, table(columns: (5.2cm, 5.6cm), align: center, inset: 5pt, stroke: 0.6pt + tint,
    fill: (x, y) => if y == 0 { rgb("#ececec") }, cell(upper(d.number_label)), cell(e.day_label), d.number, d.date_text)); about
} else if e.refs == "right" { align(right)[#d.number_label *#d.number*]; align(right, box(width: 9cm, align(left, about))); align(right, d.date_text)
} else [#d.date_text \ #v(1pt) #d.number_label *#d.number* #parbreak() #about]
#v(10pt) #to(size: 11pt) #v(10pt) #body(indent: dent) #e.farewell
#let blue = rgb("#2f4a9c").transparentize(42%)
#let stamp = if e.stamp == "yes" { place(left + horizon, dx: 0.2cm, dy: 0.4cm, rotate(-8deg, circle(radius: 1.35cm, stroke: 1.3pt + blue,
  align(center + horizon, { set par(leading: 0.4em); text(font: sans, size: 5.5pt, weight: "bold", fill: blue, upper(d.unit + "\n" + e.town)) })))) }
#v(10pt) #block(breakable: false, width: 100%)[#stamp #align(center)[*#e.close* #if e.motto != "" [\ #emph(e.motto)] #hand
  *#up(signer)* \ #up(d.signatory_post)]]
#v(10pt) #text(size: 7.5pt)[#for c in d.copies [c.c.p.- #c \ ] #if d.copies.len() > 0 [c.c.p.- Archivo. \ ] #d.initials]
""", ("No. de Oficio:", "Oficio Núm.", "Oficio No.", "Oficio:", "Número de Oficio:"), hides=("annexes",))
FIRM = Layout("razon-social-y-escuela", "organisation", SHARED + r"""
#set page(margin: (x: 2.5cm, top: 1.7cm, bottom: 2.6cm), footer: {
  line(length: 100%, stroke: (paint: tint, thickness: 1pt, dash: "dotted")); v(-5pt)
  grid(columns: (1fr, auto), column-gutter: 10pt, text(size: 8pt, d.address), text(size: 8pt, d.contact)) })
#set text(font: e.face, size: if e.face == "DejaVu Serif" { 9.5pt } else { 11pt })
#let book = polygon(fill: tint, (0cm, 0cm), (0.45cm, 0.15cm), (0.9cm, 0cm), (0.9cm, 0.55cm), (0.45cm, 0.7cm), (0cm, 0.55cm))
#let mark = if e.kind == "school" { circle(radius: 0.8cm, stroke: 2pt + tint, align(center + horizon, book)) } else { box(width: 1.7cm, height: 1.5cm, {
  place(square(size: 1.05cm, fill: tint)); place(dx: 0.55cm, dy: 0.45cm, square(size: 1.05cm, stroke: 2pt + tint, fill: white)) }) }
#let names = { set par(leading: 0.5em); [#text(size: 15pt, weight: "bold", fill: tint, hyphenate: false, up(d.sender)) \ #text(size: 9pt, e.trade)] }
#if e.head == "right" { grid(columns: (1fr, 1.8cm), column-gutter: 10pt, align: right + horizon, names, mark)
} else if e.head == "centre" { align(center, { mark; v(-4pt); names })
} else { block(width: 100%, stroke: (y: 1.5pt + tint), inset: (y: 7pt), grid(columns: (1.8cm, 1fr), column-gutter: 8pt, align: horizon, mark, names)) }
#v(8pt) #let file = if d.number != "" [#d.number_label #d.number]
#if e.day_at == "row" { grid(columns: (auto, 1fr), column-gutter: 12pt, align: (left, right), file, d.date_text)
} else { align(if e.day_at == "left" { left } else { right })[#d.date_text \ #file] }
#if e.side == "right" { v(2pt); align(right, box(width: 8.4cm, align(left, about))) }
#v(10pt) #to(size: 11pt, bold: e.bold == "yes")
#if e.side == "ruled" { v(6pt); block(width: 100%, stroke: (y: 0.5pt + luma(130)), inset: (y: 5pt), about) } else if e.side == "left" { v(6pt); about }
#v(8pt) #if e.greeting != "" [#e.greeting #v(2pt)] #body() #e.farewell
#v(10pt) #block(breakable: false, width: 100%, align(side)[#e.close #hand #rule *#signer* \ #d.signatory_post])
#v(8pt) #copies(size: 8pt)
""", ("Oficio No.", "Oficio:", "Ref.:", "No. de oficio:", "Oficio Núm.", "Número:"), hides=("sender_unit", "annexes"))
PEOPLE = Layout("hoja-blanca", "citizen", SHARED + r"""
#let size = if e.face in ("Liberation Mono", "DejaVu Sans") { 10.5pt } else { 12pt }
#set page(margin: (left: float(e.margin) * 1cm, right: 2.3cm, top: 2.2cm, bottom: 2cm))
#set text(font: e.face, size: size)
#let day-side = if e.day_at == "left" { left } else { right }
#if e.head == "group" { align(center)[#text(size: 14pt, weight: "bold", d.sender) \ #text(size: 10pt, e.where)]; v(6pt) }
#if e.head == "name" { text(size: 10.5pt)[*#d.sender* \ #e.where \ #d.contact]; v(6pt) }
#align(day-side, d.date_text) #if d.number != "" { align(day-side)[#d.number_label #d.number] }
#if d.subject != "" and e.side != "after" { v(2pt); align(if e.side == "left" { left } else { right }, box(width: 8.6cm, align(left, about))) }
#v(12pt) #to(size: size, bold: e.bold == "yes")
#if d.subject != "" and e.side == "after" { v(8pt); align(right, box(width: 9.5cm, align(right, strong(about)))) }
#v(12pt) #body(indent: dent)
#if e.asks != "" { for (i, it) in e.asks.split("|").enumerate() { pad(left: 0.8cm)[#(i + 1).- #it] }; v(3pt) }
#e.farewell
#v(12pt) #block(breakable: false, width: 100%, align(side)[#e.close #hand #rule #signer #if d.signatory_post != "" [\ #d.signatory_post]
  #if e.head != "name" [\ #text(size: 10pt, d.contact)]])
#let bend(t, i) = ((0.3 + t * 0.075 + 0.16 * calc.cos(t * (1.1 + i * 0.23))) * 1cm, (0.22 + 0.2 * calc.sin(t * (1.1 + i * 0.23) + i)) * 1cm)
#let scrawl(i) = box(width: 2.6cm, height: 0.45cm, place(curve(stroke: 0.7pt + rgb(d.ink), curve.move(bend(0, i)),
  ..range(1, 26).map(t => curve.line(bend(t, i))))))
#if e.rows != "" { v(8pt); block(breakable: false, width: 100%, align(center, { text(size: 10pt, weight: "bold")[Personas que apoyan esta petición]
  table(columns: (6.6cm, 5cm, 3.2cm), inset: 4pt, stroke: 0.5pt, align: left + horizon, ..("NOMBRE", "DOMICILIO", "FIRMA").map(it => text(size: 8.5pt, it)),
    ..e.rows.split("|").enumerate().map(((i, it)) => (..it.split(";").map(x => text(size: 9.5pt, x)), scrawl(i))).flatten()) })) }
#if d.copies.len() > 0 { v(6pt); copies(size: 9pt) }
""", ("Oficio No.", "No.", "Oficio:"), hides=("sender_unit", "reference", "term", "annexes"))
UNSEEN = {item.name: item for item in (STATE, TOWN, FIRM, PEOPLE)}

#: By government: its name in letterheads, where its letters are written, and `body|acronym|unit|other unit`.
GOVERNMENTS = {
    "MÉXICO": (("Toluca de Lerdo, Estado de México", "Toluca, Méx.", "Toluca, México"), """
Secretaría de Educación, Ciencia, Tecnología e Innovación|SECTI|Dirección General de Educación Básica|Subdirección de Infraestructura
Secretaría de Salud|SS|Coordinación de Hospitales de Alta Especialidad|Dirección de Regulación Sanitaria
Secretaría del Campo|SC|Dirección General de Desarrollo Rural|Delegación Regional Atlacomulco
Secretaría de Movilidad|SEMOV|Dirección General de Vialidad|Subsecretaría de Transporte
Secretaría de Cultura y Turismo|SCT|Dirección de Patrimonio y Servicios Culturales|Coordinación de Proyectos Turísticos
Secretaría de las Mujeres|SEMUJERES|Dirección de Bienestar Social|Unidad de Igualdad de Género
Comisión del Agua del Estado de México|CAEM|Dirección General de Infraestructura Hidráulica|Subdirección de Costos
Junta de Caminos del Estado de México|JCEM|Dirección de Conservación de Caminos|Unidad de Asuntos Jurídicos
Instituto Mexiquense para la Discapacidad|IMEDIS|Dirección de Accesibilidad e Inclusión|Unidad de Administración
Instituto de la Función Registral|IFREM|Dirección Técnico Jurídica|Delegación Regional Ecatepec
Protectora de Bosques|PROBOSQUE|Dirección de Restauración y Fomento Forestal|Delegación Regional Valle de Bravo"""),
    "HIDALGO": (("Pachuca de Soto, Hidalgo", "Pachuca, Hgo."), """
Secretaría de Bienestar e Inclusión Social|SEBISO|Dirección General de Programas Sociales|Subsecretaría de Participación Social
Comisión Estatal de Vivienda|CEVI|Dirección de Planeación y Financiamiento|Unidad de Transparencia"""),
    "PUEBLA": (("Heroica Puebla de Zaragoza", "Puebla, Pue."), """
Instituto Registral y Catastral|IRC|Dirección de Catastro|Coordinación de Cartografía"""),
}
BODIES = [(f"GOBIERNO DEL\nESTADO DE {name}", at, *line.split("|")) for name, (at, lines) in GOVERNMENTS.items() for line in lines.strip().splitlines()]
#: Units of a town hall and their codes.
AREAS = [it.split("/") for line in """Presidencia Municipal/PM|Secretaría del Ayuntamiento/SHA|Tesorería Municipal/TES|Sindicatura Municipal/SIN
Contraloría Interna Municipal/CIM|Dirección de Desarrollo Urbano y Metropolitano/DDUM|Dirección de Servicios Públicos/DSP|Dirección Jurídica/DJ
Dirección de Obras Públicas/DOPM|Dirección de Catastro/CAT|Cuarta Regiduría/4REG|Coordinación de Protección Civil y Bomberos/CPCB
Unidad de Transparencia/UT|Dirección de Bienestar/DB""".splitlines() for it in line.split("|")]
#: Kind, name, code, what stands under the name.
FIRMS = [line.split("|") for line in """firm|Desarrollos Habitacionales Xinantécatl, S.A. de C.V.|DHX|Vivienda · Fraccionamientos · Urbanización
firm|Gas y Energía del Matlatzinca, S.A. de C.V.|GEM|Distribución de gas L.P.
firm|Concretos Premezclados Tollocan, S.A. de C.V.|CPT|Planta Lerma · Planta Zinacantepec
firm|Servicios Topográficos Cóporo, S. de R.L. de C.V.|STC|Levantamientos, deslindes y fotogrametría
firm|Soluciones Informáticas Nevado, S.A.P.I. de C.V.|SIN|Equipo de cómputo, redes y licencias
group|Fundación Techo de Tierra, I.A.P.|FTT|Por una vivienda digna para todas las familias
group|Colegio de Ingenieros Civiles del Valle de Lerma, A.C.|CICVL|XXI Consejo Directivo
group|Asociación de Notarios de Matlazingo, A.C.|ANM|Consejo Directivo
group|Red de Mujeres Artesanas de Temoaya, A.C.|REMAT|Telar, bordado y comercio justo
group|Cooperativa de Vivienda Tlalli, S.C. de R.L. de C.V.|COVIT|Ahorro y producción social del hábitat
school|Escuela Primaria “Josefa Ortiz de Domínguez”|EPJOD|C.C.T. 15EPR{k}41{k}J · Zona Escolar P0{k}2 · Turno Matutino
school|Escuela Secundaria Oficial No. 0{k}14 “Sor Juana Inés de la Cruz”|ESO|C.C.T. 15EES0{k}18Z · Zona Escolar S0{k}9
school|Escuela Preparatoria Oficial Núm. {k}7|EPO|C.C.T. 15EBH0{k}33K · Supervisión Escolar BG0{k}1
school|Jardín de Niños “Rosaura Zapata”|JNRZ|C.C.T. 15EJN{k}20{k}U · Turno Matutino""".splitlines()]
#: Matters by kind of sender, `subject|text`; the text goes on from an opening.
MATTERS = {kind: [line.split("|") for line in lines.strip().split("\n")] for kind, lines in {
    "state": """
Se designa enlace institucional|le informo que se designa como enlace a {name}, con facultades para tomar acuerdos en el grupo de trabajo.
Solicitud de padrón de beneficiarios del municipio de {town}|solicito el padrón de personas beneficiarias con corte al mes de {month}, en hoja de cálculo.
Se envía proyecto de convenio de coordinación para su revisión|remito el proyecto citado, a efecto de que se formulen las observaciones que procedan.
Contestación al requerimiento sobre el predio {estate}|le comunico que el predio se localiza fuera de las áreas protegidas y no tiene juicio abierto.
Cambio de domicilio de oficinas|hago de su conocimiento que a partir del {d} de {month} esta unidad atenderá en su nueva sede, con el mismo horario.
Invitación a la Segunda Sesión Extraordinaria del Comité Técnico|le convoco a la sesión del día {d} de {month} a las {h}:00 horas, en la sala de juntas.
Informe trimestral de metas|remito el informe de metas físicas y financieras, con {n} acciones concluidas y {few} en proceso en {town}.
Observaciones al anteproyecto de reglas de operación|hago llegar las {few} observaciones que formulan las áreas técnicas de esta dependencia.
Solicitud de espacio para módulo de atención itinerante|solicito un espacio en sus instalaciones durante {few} días, con motivo de la jornada en {town}.
Baja de bienes muebles del inventario|informo que {n} bienes fueron dados de baja, por lo que se solicita la cancelación de los resguardos respectivos.
Pago de refrendo y tenencia del parque vehicular {year}|comunico que {few} unidades presentan adeudo, por lo que se exhorta a regularizar su situación.
Dictamen de riesgo del inmueble ubicado en {estate}|informo que en la inspección ocular se determinó un nivel de riesgo medio, sujeto a obras.
Conciliación de cifras del ejercicio {year}|solicito que el personal contable acuda a esta oficina con los auxiliares del mes de {month}.
Se turna petición ciudadana por razón de competencia|turno la petición de {name}, habitante de {town}, para la atención que corresponda.
Reprogramación de reunión de trabajo|le comunico que la reunión prevista se llevará a cabo el día {d} de {month} a las {h}:30 horas, en el mismo lugar.
""",
    "town": """
Solicitud de donación de predio para panteón municipal|solicito la donación del predio {estate}, con superficie de {amount} metros cuadrados.
Se remite copia certificada de acta de Cabildo|remito copia certificada de la sesión ordinaria número {few}, en la que se aprobó por unanimidad el punto.
Licencia de construcción de {n} viviendas en {estate}|le prevengo para que presente la memoria de cálculo y el plano de conjunto autorizado.
Informe de adeudo predial|informo que los inmuebles enlistados presentan un adeudo de ${amount}.00 M.N., más los accesorios legales.
Apoyo con maquinaria para desazolve del río en {town}|solicito el préstamo de una retroexcavadora y dos camiones de volteo durante {few} semanas.
Invitación al Primer Informe de Gobierno|le invito a la ceremonia que se celebrará el {d} de {month} a las {h}:00 horas en la explanada del palacio.
Certificado de no afectación de bienes municipales|hago constar que el inmueble de {estate} no forma parte del patrimonio municipal.
Recepción de áreas de donación del conjunto urbano {estate}|propongo realizar un recorrido el próximo {d} de {month} a las {h}:00 horas.
Constancia de uso de suelo|informo que conforme al plan municipal vigente el predio cuenta con uso habitacional de densidad media.
Censo de viviendas afectadas por la inundación|remito el censo de {n} viviendas afectadas, de las cuales {few} presentan daño estructural.
Solicitud de información para atender recurso de revisión|solicito se informe si existe registro del expediente {folio} en sus archivos.
Publicación de edictos en estrados|solicito la colocación en sus estrados del edicto que se acompaña, por un periodo de {few} días.
Cumplimiento del laudo a favor de {name}|requiero conocer si la persona mencionada cuenta con crédito o apoyo otorgado por esa institución.
Ampliación de la red de agua potable en la comunidad de {estate}|solicito que la obra se incluya en el programa anual, en beneficio de {n} familias.
Designación de representante ante el Comité Municipal de Vivienda|solicito el nombre de su representante para la instalación, en el mes de {month}.
""",
    "firm": """
Cotización de {n} equipos y servicios|ponemos a su consideración nuestra propuesta por ${amount}.00 más I.V.A., con vigencia de treinta días.
Cancelación de factura {few}{n}|solicitamos autorización para cancelar la factura por un error en el domicilio fiscal y sustituirla por una nueva.
Entrega de fianza de cumplimiento|entregamos en original la póliza que garantiza nuestras obligaciones, expedida por institución autorizada.
Aviso de cambio de representante legal|le comunicamos que la asamblea del {d} de {month} nombró un nuevo representante con facultades amplias.
Constancia de no adeudo del conjunto {estate}|solicitamos dicha constancia a fin de continuar con la individualización de los {n} créditos.
""",
    "group": """
Propuesta de convenio de colaboración académica|proponemos la firma de un convenio para dar asesoría técnica gratuita a familias de {town}.
Invitación al {few}º Foro de Vivienda y Territorio|le invitamos como ponente el {d} de {month} a las {h}:00 horas en el auditorio de {town}.
Renovación de la mesa directiva|hacemos de su conocimiento que en la asamblea del {d} de {month} fue electa la nueva mesa, por dos años.
Solicitud de apoyo para {n} paquetes de materiales|solicitamos material de construcción para familias de escasos recursos en comunidades de {town}.
Solicitud de mesa de diálogo sobre los predios de {estate}|pedimos que el área jurídica atienda la preocupación de nuestros agremiados.
""",
    "school": """
Solicitud de barda perimetral y dos aulas|solicitamos su apoyo con esta obra, en virtud de que la matrícula ha crecido a {n} alumnos.
Donación de mobiliario en desuso|solicitamos la donación de {few} escritorios y {n} sillas que esa institución ya no utiliza.
Permiso para realizar el servicio social|pedimos que {few} estudiantes del último grado realicen su servicio social en las áreas a su digno cargo.
Regularización del terreno que ocupa el plantel|pedimos su intervención, pues el terreno carece de escritura desde hace más de veinte años.
Agradecimiento por la plática de orientación|agradecemos la plática que impartió su personal el pasado {d} de {month} a madres y padres de familia.
""",
    "person": """
Solicitud de escritura de mi casa|solicito se me informe el trámite de la escritura de mi casa en {estate}, que terminé de pagar hace {few} años.
Solicito copia de mi expediente|le pido una copia de mi expediente y de mis recibos, porque los originales se me perdieron en una inundación.
Cambio de titular por fallecimiento|le informo que el titular del lote {n} de {estate} falleció en el mes de {month} y pido el cambio a mi nombre.
Petición de apoyo para techo y piso firme|solicito su ayuda para mi vivienda, ya que somos {few} personas las que vivimos en un solo cuarto.
Queja por mal trato en ventanilla|presento una queja por el trato que recibí el día {d} de {month} cuando acudí a preguntar por mi trámite.
Devolución de enganche|solicito la devolución de los ${amount}.00 pesos que entregué, ya que por motivos de salud no puedo continuar con la compra.
Reestructuración de mi adeudo|solicito un convenio para pagar en mensualidades más bajas, pues me quedé sin trabajo desde el mes de {month}.
Inconformidad con la medición de mi terreno|manifiesto que las medidas no coinciden con las del contrato y me faltan {few} metros de frente.
Constancia de posesión|necesito una constancia de posesión del lote {n}, manzana {few}, en {estate}, para poder contratar la luz.
""",
    "neighbours": """
Solicitud de alumbrado público|pedimos la instalación de {few} lámparas, porque por las noches la calle queda a oscuras y ha habido varios asaltos.
Pavimentación de nuestra calle|pedimos la pavimentación de {n} metros de calle, que en época de lluvias no se puede transitar.
Rechazo a la construcción de una gasolinera|manifestamos nuestro rechazo a una gasolinera junto a las viviendas, por el riesgo para {n} familias.
Regularización de lotes|solicitamos que se regularicen los {n} lotes que habitamos hace más de {few} años y de los que tenemos contrato.
Reparación de fuga de drenaje|pedimos que se repare la fuga que desde hace {few} semanas afecta nuestras casas y causa enfermedades.
Solicitud de reunión con el área jurídica|pedimos una reunión el día {d} de {month} a las {h}:00 horas, para conocer la situación de nuestras escrituras.
""",
}.items()}
OFFICE = ("Por este conducto, y con fundamento en las atribuciones que las disposiciones legales confieren a esta unidad, ", "Por medio del presente ",
          "Anteponiendo un cordial saludo, y en seguimiento a los acuerdos de la reunión celebrada en {town}, ")
PRIVATE = ("Por medio de la presente, y en nombre de quienes integramos esta institución, ", "Reciba un cordial saludo. Por este medio ")
MORE = {OFFICE: """Lo anterior, en términos de las disposiciones legales aplicables y con el propósito de dar cumplimiento a los plazos establecidos.
Para tal efecto, queda a sus órdenes {name}, en el teléfono de esta oficina, extensión {ext}, de lunes a viernes de 9:00 a 18:00 horas.
Cabe mencionar que la información puede enviarse por correo electrónico, sin perjuicio de que se presente en forma impresa.
En virtud de la importancia del tema, mucho agradeceré que se le otorgue la atención prioritaria que merece.""", PRIVATE: """
Para cualquier duda o aclaración al respecto, nuestro contacto es {name}, con quien se puede comunicar en horario de oficina.
Se acompaña a la presente la documentación que acredita nuestro dicho, en copia simple, y ponemos a la vista los originales para su cotejo.
Mucho agradeceremos que su respuesta se nos haga llegar por escrito al domicilio que aparece en esta hoja.""", (): """
Hago la aclaración de que ya se ha preguntado varias veces en las oficinas de {town} y siempre contestan que hay que regresar la próxima semana.
Se anexa copia de la credencial de elector, del comprobante de domicilio y de los papeles que se tienen.
Por lo anterior se recurre a usted, que conoce la necesidad de la gente, para que se dé una solución justa a este problema."""}
ASKS = ("Que se haga una visita al lugar.", "Que se nos conteste por escrito.", "Que se nos dé una fecha de solución.", "Que no se nos cobren recargos.")
COLONIES = ("San Lorenzo Tepaltitlán", "La Teresona", "Ampliación Guadalupe", "El Seminario", "Benito Juárez", "Lomas de Altavista", "Tres de Mayo")
STREETS = ("Niños Héroes", "Ignacio Allende", "Francisco Villa", "Lázaro Cárdenas", "Los Capulines", "5 de Febrero", "Galeana", "Emiliano Zapata")
SPOTS = ((0.70, 0.06), (0.45, 0.11), (0.08, 0.15), (0.60, 0.24), (0.28, 0.29), (0.50, 0.36), (0.12, 0.42), (0.66, 0.52), (0.36, 0.60), (0.70, 0.70))
POSTS = {word: (man, woman) for word, man, woman in (it.split("/") for line in (
    "Dirección/Director/Directora|Subdirección/Subdirector/Subdirectora|Coordinación/Coordinador/Coordinadora|Delegación/Delegado/Delegada",
    "Tesorería/Tesorero/Tesorera|Subsecretaría/Subsecretario/Subsecretaria|Secretaría/Secretario/Secretaria|Presidencia/Presidente/Presidenta",
    "Contraloría/Contralor/Contralora|Unidad/Titular de la Unidad/Titular de la Unidad|Sindicatura/Síndico/Síndica|Cuarta/Cuarto/Cuarta",
    "firm/Representante Legal/Representante Legal|firm2/Apoderado Legal/Apoderada Legal|group/Presidente/Presidenta",
    "group2/Secretario General/Secretaria General|school/Director Escolar/Directora Escolar|school2/Director del Plantel/Directora del Plantel",
) for it in line.split("|"))}
END = ("Sin otro particular, le reitero mi consideración.", "Sin más por el momento, reciba un cordial saludo.", "Se agradece de antemano su atención.")
#: What may differ from letter to letter of all kinds.
LOOK = {"subject_label": "Asunto: ASUNTO: Asunto.-", "indent": "yes no no", "foot": "centre left", "close": "ATENTAMENTE Atentamente A_T_E_N_T_A_M_E_N_T_E",
        "stop": "| | .", "rule": "yes no", "bold": "yes no", "tint": "#333333,#999999"}

def _seal(rng: Random, day: date) -> Mapping[str, Any]:
    """A reception seal somewhere over the page; never left out."""
    (x, y), after = rng.choice(SPOTS), day + timedelta(days=rng.randint(0, 5))
    month, clock = MONTHS[after.month - 1][:3].upper(), f"{rng.randint(9, 17)}:{rng.randint(0, 59):02d}"
    moment = rng.choice((f"{after:%d} {month} {after.year}", f"{after:%d/%m/%Y}  {clock} HRS", f"{month} {after:%d} {after.year}"))
    return {"shape": rng.choice(("box", "box", "round")), "x": x + rng.uniform(-0.02, 0.02), "y": y + rng.uniform(-0.02, 0.02),
            "ink": rng.choice(("#1f3d8f", "#74308f", "#a8242f", "#22684a", "#4a4a4a")), "angle": rng.uniform(-13, 13), "fade": rng.uniform(42, 66),
            "lines": ["RECIBIDO", rng.choice(("OFICIALÍA DE PARTES", "VENTANILLA ÚNICA", "RECEPCIÓN")), moment, rng.choice(("SIN ANEXOS", "FIRMA: _______"))]}

def _told(rng: Random, data: LetterData, kind: str, openings: tuple[str, ...]) -> LetterData:
    """The letter with a matter of its kind; what it answers and its term stay as first drawn."""
    values, (subject, text) = {**slots(rng, data.day.year), "h": str(rng.randint(9, 17))}, rng.choice(MATTERS[kind])
    more = MORE[openings if openings in MORE else ()].strip().split("\n")
    texts = (rng.choice(openings) + text, *rng.sample(more, rng.randint(1, 2)))
    first, last = data.paragraphs[:1] if data.reference else (), data.paragraphs[-1:] if data.term_days else ()
    return replace(data, subject=subject.format(**values), paragraphs=(*first, *(it.format(**values) for it in texts), *last))

def _post(unit: str, gender: str) -> str:
    """`Dirección Jurídica` -> `Directora Jurídica` or `Director Jurídico`."""
    head, _, rest = unit.partition(" ")
    rest = rest.replace("Regiduría", "Regidora" if gender == "f" else "Regidor")
    return f"{POSTS[head][gender == 'f']} {rest.replace('Jurídica', 'Jurídico').replace('Interna', 'Interno') if gender == 'm' else rest}".strip()

def _days(rng: Random, place: str, day: date) -> str:
    month = MONTHS[day.month - 1]
    return rng.choice((f"{place}, a {long_date(day)}", f"{place}; {day:%d} de {month} de {day.year}.", f"{place}, a {day:%d} de {month} del {day.year}"))

def _pick(rng: Random, **choices: str) -> dict[str, str]:
    """`side="left right"` -> one of the words; `_` stands for a space, `|` for nothing."""
    return {name: rng.choice(words.split(" ")).replace("_", " ").strip("|") for name, words in {**LOOK, **choices}.items()}

def _phone(rng: Random, *codes: str) -> str:
    return f"Tel. {rng.choice(codes)} {rng.randint(100, 999)} {rng.randint(10, 99)} {rng.randint(10, 99)}"

def _state(rng: Random, data: LetterData) -> LetterData:
    (above, places, sender, acronym, *units), n, y = rng.choice(BODIES), rng.randint(1, 3200), data.day.year
    unit = rng.choice(units)
    code = "".join(word[0] for word in unit.split() if word[0].isupper())
    number = rng.choice((f"{acronym}/{code}/{n:04d}/{y}", f"{acronym}-{code}-{n}-{y}", f"{acronym}.{code}.{n:03d}/{y}", f"{code}/{n}/{y}",
                         f"2{rng.randint(10, 39)}0{n % 9}000{n % 7}-{n:04d}/{y}"))
    look = _pick(rng, refs="edge row late", post_at="above below below", face="Liberation_Sans Liberation_Serif Libertinus_Serif",
                 tint="#7a1f3d,#c8a25c #1d5c4a,#b7c96b #333f5c,#d98c3f #4d4d4d,#a3324b")
    return replace(_told(rng, data, "state", OFFICE), sender=sender, unit=unit, number=number, letterhead=(above, sender, unit),
                   date_text=_days(rng, rng.choice(places), data.day), signatory_post=_post(unit, data.extra["gender"]), legend=rng.choice((data.legend, "")),
                   address=f"{rng.choice(('Av. Hidalgo', 'Calle Rayón', 'Paseo Matlazincas'))} núm. {rng.randint(100, 980)}, Col. Centro",
                   contact=_phone(rng, "722", "729"), extra={**look, "farewell": rng.choice(END)})

def _town(rng: Random, data: LetterData) -> LetterData:
    (unit, code), town, n, y = rng.choice(AREAS), rng.choice(TOWNS), rng.randint(1, 1900), data.day.year
    sender = rng.choice((f"H. Ayuntamiento de {town}", f"H. Ayuntamiento de {town}", f"H. Ayuntamiento Constitucional de {town}"))
    number = rng.choice((f"{code}/{n:04d}/{y}", f"MA/{code}/{n}/{y}", f"{code}/{data.day:%m}/{n:03d}/{y}", f"HA-{code}-{n:03d}-{y}", f"{n:03d}/{code}/{y}"))
    look = _pick(rng, foot="centre", head="sides stack", refs="cells right lines", stamp="yes no", day_label="FECHA LUGAR_Y_FECHA",
                 face="Liberation_Serif Liberation_Sans Libertinus_Serif", tint="#0b5d7a,#e0a526 #8a1c4a,#d9a8bd #2f6b2f,#d8b13a #c25a12,#5a5a5a")
    when = _days(rng, rng.choice((f"{town}, Estado de México", f"{town}, Méx.")), data.day)
    if (look["refs"], look["day_label"]) == ("cells", "FECHA"):
        when = rng.choice((long_date(data.day), f"{data.day:%d/%m/%Y}", f"{data.day:%d}-{MONTHS[data.day.month - 1].upper()}-{y}"))
    return replace(_told(rng, data, "town", OFFICE), sender=sender, unit=unit, number=number, letterhead=(sender, unit), date_text=when,
                   signatory_post=_post(unit, data.extra["gender"]), legend=rng.choice((data.legend, "")), contact=_phone(rng, "712", "722", "726"),
                   address=f"Palacio Municipal, Plaza Hidalgo s/n, {town}, Estado de México", extra={
                       **look, "town": f"{town}, Méx.", "period": f"Administración {'2022-2024' if y < 2025 else '2025-2027'}", "farewell": rng.choice(END),
                       "motto": rng.choice(("", "“Gobierno cercano, resultados ciertos”", "“Unidos por nuestra tierra”"))})

def _firm(rng: Random, data: LetterData) -> LetterData:
    (kind, name, code, trade), n, day, k, town = rng.choice(FIRMS), rng.randint(1, 320), data.day, rng.randint(1, 8), rng.choice(TOWNS)
    number = rng.choice((f"{code}/{n:03d}/{day.year}", f"{code}-{n:03d}/{day:%y}", f"{n:03d}/{day.year}", f"{code}-{day.year}-{n:04d}", ""))
    look = _pick(rng, close="Atentamente ATENTAMENTE Cordialmente,", head="right centre framed", day_at="row left right", side="right ruled left",
                 face="Liberation_Sans Liberation_Serif DejaVu_Serif Libertinus_Serif", tint="#1c4f8f,#fff #8b2f1f,#fff #256b4f,#fff #3d3d3d,#fff")
    sender = name.format(k=k)
    return replace(_told(rng, data, kind, PRIVATE), sender=sender, letterhead=(sender,), number=number, copies=data.copies[:2], initials="",
                   signatory_post=_post(rng.choice((kind, f"{kind}2")), data.extra["gender"]), contact=_phone(rng, "722", "728", "729"),
                   date_text=_days(rng, rng.choice((f"{town}, Estado de México", f"{town}, Méx.", f"{town}, Edo. de México")), day),
                   address=f"Calle {rng.choice(STREETS)} {rng.randint(3, 400)}, {town}, Estado de México", extra={
                       **look, "kind": kind, "trade": trade.format(k=k), "greeting": rng.choice(("", "", "De nuestra consideración:")),
                       "farewell": rng.choice(("Quedamos a sus órdenes para cualquier aclaración.", "Quedamos en espera de su respuesta.", END[1]))})

def _people(rng: Random, data: LetterData) -> LetterData:
    town, colony, street, who, group = rng.choice(TOWNS), rng.choice(COLONIES), rng.choice(STREETS), data.signatory, rng.random() < 0.4
    home, sender, number, rows, asks, post = f"calle {street} número {rng.randint(1, 190)}, colonia {colony}, {town}", who, "", "", "", ""
    look = _pick(rng, face="Liberation_Serif Liberation_Sans Liberation_Mono Libertinus_Serif DejaVu_Sans", margin="2.4 3 3.4", day_at="right right left",
                 side="right left after", close="ATENTAMENTE Atentamente. RESPETUOSAMENTE Protesto_lo_necesario", head="name none none")
    opening = (f"{'La' if data.extra['gender'] == 'f' else 'El'} que suscribe, C. {who}, con domicilio en {home}, ante usted con el debido respeto ",
               f"Quien suscribe, {who}, por mi propio derecho y con domicilio en {home}, ", "Por medio de este escrito ")
    if group:
        sender = rng.choice((f"Vecinos de la Calle {street}", f"Comité Vecinal de {colony}", f"Habitantes de la Colonia {colony}", f"Colonos de {colony}"))
        opening = (f"Los abajo firmantes, vecinos de la colonia {colony}, municipio de {town}, ", "Por medio de la presente, de la manera más respetuosa, ")
        number, post = rng.choice(("", "", f"{rng.randint(1, 30):02d}/{data.day.year}")), rng.choice(("Representante común", "Representante de los vecinos"))
        rows = "|".join(f"{person(rng)[1]};{street} {rng.randint(1, 190)}" for _ in range(rng.choice((0, 4, 6, 7))))
        asks = "|".join(rng.sample(ASKS, rng.choice((0, 2, 3))))
    data = _told(rng, replace(data, reference="", term_days=None), "neighbours" if group else "person", opening)
    ask = ("Por lo expuesto, pedimos a usted lo siguiente:",) if asks else ()
    return replace(data, paragraphs=(*data.paragraphs, *ask), subject=data.subject if rng.random() < 0.84 else "", sender=sender, number=number, initials="",
                   letterhead=(sender,) if group else (), title=rng.choice(("C.", "")), signatory_post=post, copies=data.copies[:rng.choice((0, 0, 1))],
                   date_text=_days(rng, rng.choice((f"{town}, Estado de México", f"{town}, Méx.", f"{colony}, {town}, México")), data.day),
                   contact=_phone(rng, "722", "712", "729"), extra={
                       **look, "head": "group" if group else look["head"], "where": f"{colony}, {town}, México" if group else f"C{home[1:]}",
                       "rows": rows, "asks": asks, "farewell": rng.choice((END[2], "En espera de una pronta respuesta.", "Sin más por el momento."))})

CONTENT: dict[str, Callable[[Random, LetterData], LetterData]] = dict(zip(UNSEEN, (_state, _town, _firm, _people), strict=True))

def unseen(seed: int, name: str, quality: str) -> Specimen:
    """A letter in one of `UNSEEN`, deterministic by seed; pass it to `specimens.images`."""
    rng, layout = Random(f"{name}:{seed}"), UNSEEN[name]
    data = replace(FAMILIES[layout.family](rng, 2, None), number_label=rng.choice(layout.labels), annexes="", folio="")
    data = CONTENT[name](rng, replace(data, seal=_seal(rng, data.day)))
    return Specimen(render_letter(data, layout), truth_of(data, layout.hides), seed, name, quality, data)
