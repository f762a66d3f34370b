"""The demo's registry of good practices: people of the registry, and invented practices in several states."""
from datetime import date, timedelta
from random import Random
from typing import Final

from django.utils import timezone

from ventanilla.config.demo_data.institution import Organisation, new_person, open_doors
from ventanilla.config.demo_data.practice_lives import USUAL, Told, draft, play
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services import give
from ventanilla.core.questionnaires.definition import digest_of
from ventanilla.modules.practices.form import write_text
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.services.importing import FormFile, import_forms
from ventanilla.modules.practices.services.remarks import comment

#: sign-in name, role of the registry
PARTS: Final = (("asistente", "practice_reviewer"), ("titular", "practice_registrar"), ("juridico", "practice_evaluator"),
                ("contraloria", "practice_evaluator"))
#: people of the registry alone: sign-in name, role, what is told of them
OWN: Final = (("registro", "practice_registrar", "Registro de buenas prácticas"), ("evaluacion", "practice_evaluator",
                                                                                  "Evaluación de buenas prácticas"))
DESK, DEEDS, COUNTER = "212C0101030500T", "212C0101040100T", "212C0101000000S"
PRACTICES: Final[tuple[tuple[str, str, Told], ...]] = (
    (COUNTER, "registered", {
        "nombre": "Correspondencia sin papel", "categoria": "mejora_gestion", "inicio": "2023-02-06",
        "descripcion": "La oficialía de partes digitaliza lo que llega, propone los datos y turna con plazo; nadie espera la valija.",
        "problematica": "Los documentos tardaban tres días en llegar a quien debía responder y se perdía la pista.",
        "objetivo": "Que cada documento tenga folio, responsable y fecha de respuesta el mismo día en que llega.",
        "gobierno_electronico": "Expediente digital, reconocimiento de texto, código QR en el acuse y portal de verificación en línea.",
        "medicion": True, "medicion_frecuencia": "Mensual", "medicion_instrumento": "Tablero de correspondencia",
        "medicion_indicadores": "Documentos atendidos en plazo entre documentos turnados, por cien.",
        "periodo_de": "2025-01-01", "periodo_al": "2025-12-31", "cumplimiento": "87", "meta_programada": "90 % de documentos en plazo",
        "resultados_cualitativos": "Las áreas saben qué tienen pendiente sin preguntar.",
        "resultados_cuantitativos": "1,790 documentos turnados en el año; 87 % respondidos en plazo."}),
    (DESK, "registered", {
        "nombre": "Mesa de servicio con catálogo y encuesta", "categoria": "tecnologias", "inicio": "2024-03-01",
        "descripcion": "Las áreas piden servicios por un catálogo; cada solicitud dice cuándo se atiende y termina con una encuesta.",
        "problematica": "Las fallas se reportaban por teléfono y no había forma de saber cuáles se repetían.",
        "objetivo": "Atender en el tiempo prometido y corregir las causas que se repiten.",
        "gobierno_electronico": "Solicitudes en línea, base de datos de configuración, correo electrónico y encuesta en línea.",
        "medicion": True, "medicion_frecuencia": "Mensual", "medicion_indicadores": "Solicitudes resueltas en el tiempo prometido.",
        "reconocimiento": True, "reconocimiento_fecha": "2025-10-15", "reconocimiento_sector": "publico",
        "reconocimiento_institucion": "Red de Gobiernos Digitales (inventada)", "reconocimiento_tipo": "Mejor servicio interno",
        "reconocimiento_caracter": "nacional", "periodo_de": "2025-01-01", "periodo_al": "2025-12-31", "cumplimiento": "92",
        "meta_programada": "90 % de solicitudes en tiempo",
        "resultados_cualitativos": "Se corrigieron tres problemas que se repetían cada mes.",
        "resultados_cuantitativos": "Más de dos mil solicitudes al año; satisfacción de 4.5 sobre 5."}),
    (DEEDS, "draft", {
        "nombre": "Escrituración acompañada", "categoria": "atencion_ciudadana", "inicio": "2025-05-12",
        "poblacion": ["adultas_mayores", "mujeres"],
        "descripcion": "Una persona acompaña a cada familia desde la solicitud hasta la firma de su escritura.",
        "problematica": "Cuatro de cada diez familias abandonaban el trámite.",
        "objetivo": "Que quien empieza el trámite lo termine.", "medicion": False}),
    (DEEDS, "draft", {"nombre": "Jornadas de regularización en colonias", "categoria": "participacion"}),
)
DOUBTFUL: Final[Told] = {
    "nombre": "Archivo de trámite en orden", "categoria": "transparencia", "inicio": "2022-08-01", "ambito": "estatal",
    "descripcion": "Cada expediente se abre, se cierra y se transfiere con su carátula y su inventario.",
    "objetivo": "Encontrar cualquier expediente en menos de cinco minutos.", "transferida": False, "dependencia": USUAL["dependencia"]}


def write_registry(org: Organisation, rng: Random) -> int:
    """People of the registry, and its practices in every interesting state; returns how many."""
    root = org.units[COUNTER]
    people = {name: Person.objects.get(email=f"{name}@{org.institution.slug}.example") for name, _role in PARTS}
    people |= {name: new_person(org, root, rng, name) for name, _role, _told in OWN}
    for name, role in (*PARTS, *((name, role) for name, role, _told in OWN)):
        give(actor=None, person=people[name], role=role, unit=root, subtree=True)
        forget(people[name])
    open_doors([people[name] for name, _role, _told in OWN])
    made = [_write(org.head(org.units[code]), org.units[code], state, told) for code, state, told in PRACTICES]
    comment(actor=made[2].owner, practice=made[2], key="problematica", text="¿De qué año es este dato? Falta la fuente.")
    comment(actor=made[2].owner, practice=made[2], key="meta_programada", text="¿Cuántas escrituras al año? Pregunté a Protocolización.")
    return len(made) + _import(org.head(root), root) + play(org, people, made[0], made[1], rng)


def _write(head: Person, unit: Unit, state: str, told: Told) -> Practice:
    usual = USUAL if len(told) > 2 else {}
    practice = draft(head, unit, {**usual, "unidad": unit.name[:300], **told})
    values = PracticeRevision.objects.get(practice=practice).values
    if state == "registered":
        _register(practice, values)
        practice.refresh_from_db()
    return practice


def _register(practice: Practice, values: Told) -> None:
    """As if it had been reviewed before this platform: sealed, numbered and public."""
    now = timezone.now()
    revision = PracticeRevision.objects.get(practice=practice)
    PracticeRevision.objects.filter(pk=revision.pk).update(sealed_at=now, digest=digest_of(values))
    year = date.fromisoformat(str(values["inicio"])).year
    Practice.objects.filter(pk=practice.pk).update(
        current=revision, state="registered", public=True, registered_at=now - timedelta(days=90), updated_at=now,
        registry_number=f"BP-{year}-{practice.pk:03}")


def _import(head: Person, unit: Unit) -> int:
    """A form as it comes from an office, with a contradiction that waits for somebody: «No» and yet a recipient is named."""
    text = write_text(DOUBTFUL, "2023").replace("Municipios\t\t", "Municipios\tX\tToluca")
    return sum(1 for d in import_forms(actor=head, unit=unit, files=[FormFile("archivo-en-orden.txt", text.encode())]) if d.practice)
