"""What letters of a housing institute are about: subjects and paragraphs with slots, all invented."""

from dataclasses import dataclass
from random import Random

from ventanilla.modules.correspondence.specimens.people import TOWNS, person


@dataclass(frozen=True, slots=True)
class Topic:
    """A matter: ways to name it, and paragraphs to choose from; `{slots}` are filled by `fill`."""

    subjects: tuple[str, ...]
    paragraphs: tuple[str, ...]


COMMON = (
    "Lo anterior, con fundamento en las atribuciones que confiere a esta unidad el Reglamento "
    "Interno vigente y en el "
    "marco del convenio de coordinación celebrado para el ejercicio fiscal {year}.",
    "Para cualquier aclaración, el enlace designado es {name}, con quien podrán comunicarse en la "
    "extensión {ext} en "
    "un horario de 9:00 a 18:00 horas.",
    "No omito mencionar que la información deberá remitirse en medio impreso y en archivo "
    "electrónico editable, "
    "debidamente validada por la persona servidora pública responsable.",
    "Es importante señalar que esta solicitud se formula en seguimiento a los acuerdos tomados en la "
    "reunión de trabajo "
    "celebrada en las oficinas regionales de {town}, en la que participaron las áreas técnica, "
    "jurídica y financiera.",
)
TOPICS = (
    Topic(
        (
            "Solicitud de escrituración de {n} viviendas en {estate}",
            "Avance del programa de escrituración en {town}",
            "Se remiten expedientes para escrituración del conjunto {estate}",
        ),
        (
            "Por este medio solicito a usted gire sus instrucciones a quien corresponda para iniciar "
            "el trámite de "
            "escrituración de {n} viviendas ubicadas en {estate}, municipio de {town}, cuyos "
            "beneficiarios concluyeron sus "
            "pagos conforme a los registros de la cartera.",
            "Los expedientes constan de identificación oficial, comprobante de domicilio, constancia "
            "de liquidación y plano "
            "de localización de cada lote; en {few} casos falta la constancia de no adeudo predial.",
        ),
    ),
    Topic(
        (
            "Reestructura de crédito número {folio}",
            "Informe de cartera vencida del mes de {month}",
            "Solicitud de estado de cuenta del crédito {folio}",
        ),
        (
            "Hago referencia al crédito {folio}, otorgado para el mejoramiento de vivienda a favor "
            "de {name}, respecto del "
            "cual se solicita valorar la reestructura del saldo insoluto por la cantidad de "
            "${amount}.00 M.N.",
            "De la revisión a los registros contables se desprende que existen {few} mensualidades "
            "pendientes de aplicar, por "
            "lo que se requiere la conciliación con la institución bancaria correspondiente.",
        ),
    ),
    Topic(
        (
            "Estimación número {few} de la obra en {town}",
            "Visita de verificación a la obra {estate}",
            "Terminación de los trabajos de electrificación en {estate}",
        ),
        (
            "Le informo que el día {d} de {month} se llevará a cabo la visita de verificación física "
            "a los trabajos de "
            "urbanización que ejecuta la empresa contratista en {estate}, con un avance reportado de "
            "{pct} por ciento.",
            "Se detectaron {few} conceptos fuera de catálogo que deberán sustentarse con números "
            "generadores, croquis y "
            "reporte fotográfico antes de autorizar el pago de la estimación.",
        ),
    ),
    Topic(
        (
            "Regularización de la tenencia de la tierra en {town}",
            "Opinión técnica del predio {estate}",
            "Lotificación y uso de suelo de la colonia {estate}",
        ),
        (
            "En relación con el asentamiento humano denominado {estate}, en el municipio de {town}, "
            "se solicita emitir "
            "opinión técnica sobre la viabilidad de su incorporación al programa de regularización.",
            "El polígono comprende una superficie de {amount} metros cuadrados distribuida en {n} "
            "lotes, de los cuales "
            "{few} presentan afectación por derecho de vía.",
        ),
    ),
    Topic(
        (
            "Solicitud de información pública con folio {folio}",
            "Requerimiento de transparencia {folio}",
            "Clasificación de información reservada, recurso de revisión {folio}",
        ),
        (
            "Con motivo de la solicitud de acceso a la información pública registrada con el folio "
            "{folio}, se requiere que "
            "la unidad a su cargo realice una búsqueda exhaustiva y razonable en sus archivos "
            "físicos y electrónicos.",
            "En caso de que la información contenga datos personales, deberá proponerse la versión "
            "pública correspondiente "
            "para su aprobación por el Comité de Transparencia.",
        ),
    ),
    Topic(
        (
            "Inicio de la auditoría {folio} al programa de vivienda",
            "Seguimiento de observaciones de auditoría {folio}",
            "Entrega de documentación para auditoría financiera",
        ),
        (
            "Se hace de su conocimiento el inicio de la auditoría {folio}, cuyo objeto es verificar "
            "la correcta aplicación "
            "de los recursos del programa de vivienda social durante el ejercicio {year}.",
            "Del análisis a la documentación proporcionada se determinaron {few} observaciones de "
            "carácter administrativo y un "
            "posible daño por ${amount}.00 M.N., que deberán solventarse con evidencia suficiente y "
            "competente.",
        ),
    ),
    Topic(
        (
            "Alta de personal en el área de {area}",
            "Comisión de {few} personas servidoras públicas a {town}",
            "Programa anual de capacitación {year}",
        ),
        (
            "Solicito su valiosa intervención para que se realicen los movimientos de personal que "
            "se detallan en la relación "
            "adjunta, con efectos a partir del {d} de {month} del año en curso.",
            "La plantilla autorizada del área de {area} es de {n} plazas, de las cuales {few} se "
            "encuentran vacantes y "
            "resultan indispensables para cumplir las metas programadas.",
        ),
    ),
    Topic(
        (
            "Requisición de {n} equipos de cómputo",
            "Suministro de papelería para el área de {area}",
            "Mantenimiento de vehículos oficiales de la delegación {town}",
        ),
        (
            "Agradeceré autorizar la adquisición de {n} bienes conforme a la requisición anexa, en "
            "virtud de que los que "
            "actualmente se utilizan en el área de {area} han concluido su vida útil.",
            "La suficiencia presupuestal se encuentra certificada en la partida correspondiente por "
            "un monto de "
            "${amount}.00 M.N., impuestos incluidos.",
        ),
    ),
    Topic(
        (
            "Invitación a la entrega de escrituras en {town}",
            "Convocatoria a la sesión ordinaria número {few} del Comité",
            "Invitación al foro de vivienda adecuada {year}",
        ),
        (
            "Me es grato invitarle a la ceremonia que tendrá lugar el próximo {d} de {month} a las "
            "11:00 horas en el "
            "auditorio municipal de {town}, en la que se beneficiará a {n} familias.",
            "Su asistencia dará realce al evento; agradeceré confirmar su participación o, en su "
            "caso, la de la persona que "
            "designe en su representación.",
        ),
    ),
    Topic(
        (
            "Queja por filtraciones en la vivienda de {estate}",
            "Inconformidad por cobro indebido del crédito {folio}",
            "Petición de apoyo para mejoramiento de vivienda en {town}",
        ),
        (
            "Me dirijo a usted de la manera más atenta para exponer que desde hace {few} meses la "
            "vivienda ubicada en "
            "{estate}, municipio de {town}, presenta daños que ponen en riesgo a quienes la habitamos.",
            "He acudido en diversas ocasiones a las oficinas regionales sin obtener una respuesta "
            "por escrito, por lo que "
            "solicito su intervención para que se atienda a la brevedad.",
        ),
    ),
)
AREAS = (
    "recursos materiales",
    "contabilidad",
    "promoción social",
    "titulación",
    "informática",
    "control patrimonial",
)
ESTATES = (
    "Los Álamos",
    "San Isidro",
    "Villas del Nevado",
    "La Ladera",
    "Ex Hacienda El Rosario",
    "Lomas de San Juan",
    "El Mirador",
    "Santa Cruz Ayotuzco",
    "Jardines de la Crespa",
    "Rancho San Pablo",
    "La Loma II",
    "Valle Dorado",
)
MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre")


def slots(rng: Random, year: int) -> dict[str, str]:
    """Values for every slot of a topic, the same through one letter."""
    return {
        "n": str(rng.randint(12, 480)),
        "few": str(rng.randint(2, 9)),
        "town": rng.choice(TOWNS),
        "estate": rng.choice(ESTATES),
        "folio": f"{rng.randint(1, 9999):05d}/VS/{year}",
        "amount": f"{rng.randint(12, 980)},{rng.randint(100, 999)}",
        "month": rng.choice(MONTHS),
        "d": str(rng.randint(1, 28)),
        "pct": str(rng.randint(20, 98)),
        "area": rng.choice(AREAS),
        "ext": str(rng.randint(1000, 9999)),
        "name": person(rng)[1],
        "year": str(year),
    }


def matter(rng: Random, year: int, length: int) -> tuple[str, tuple[str, ...]]:
    """A subject and `length` or more paragraphs on it."""
    topic, values = rng.choice(TOPICS), slots(rng, year)
    extra = [rng.choice(COMMON) for _ in range(max(0, length - len(topic.paragraphs)))]
    if length > 6:
        extra += [text for other in TOPICS[:-1] for text in other.paragraphs]
    texts = [*topic.paragraphs, *dict.fromkeys(extra)]
    return rng.choice(topic.subjects).format(**values), tuple(text.format(**values) for text in texts)
