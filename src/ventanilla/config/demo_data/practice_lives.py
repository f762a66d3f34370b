"""The life of the demo's good practices: one in each interesting state, through the verbs, so that each leaves its folios, notices and log.

All figures are counted from the demo's own letters and tickets. Histories are of today, since moves are never backdated; what happened
"last year" (a campaign with its ranking) has the dates of last year in its calendar only.
"""
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from PIL import Image, ImageDraw

from ventanilla.config.demo_data.institution import SECTOR, SLUG, Organisation
from ventanilla.core.cases.models import Case
from ventanilla.core.documents.services import FileDraft as SentFile
from ventanilla.core.documents.services import store
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.questionnaires.definition import check
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.instrument import FACTORS
from ventanilla.modules.practices.models import Campaign, Evaluation, Practice
from ventanilla.modules.practices.services import (
    campaigns,
    evaluation,
    evidence,
    evidence_files,
    lifecycle,
    lifecycle_measuring,
    transfers,
)
from ventanilla.modules.practices.services.bases import NormDraft, save_norm
from ventanilla.modules.practices.services.bases_telling import tell_ends
from ventanilla.modules.practices.services.records import PracticeDraft, create_practices

Told = Mapping[str, Any]
USUAL: Final[Told] = {
    "poblacion": ["servidoras_publicas", "general"], "ambito": "estatal", "similares": False, "mejoras": False,
    "mejoras_porque_no": "La práctica es reciente; las mejoras se revisan cada año.", "fundamento": True,
    "fundamento_juridico": "Ley de Gobierno Digital, artículo 4.", "fundamento_administrativo": "Manual de procedimientos del Instituto.",
    "documentada": True, "documentos": ["manual_procedimientos"], "certificacion": False, "reconocimiento": False, "transferible": True,
    "transferida": False, "nivel_transferencia": ["total", "asesoria"], "satisfaccion": True,
    "satisfaccion_como": "Con una encuesta de tres preguntas al cerrar cada asunto.",
    "requisito_gestion": "Oficio de solicitud y convenio.",
    "requisito_humanos": "Una persona responsable y otra que la supla.", "requisito_tecnologicos": "Un equipo de cómputo con navegador.",
    "contribucion": "Menos pasos, menos papel y respuestas a tiempo.", "elementos_innovadores": "El plazo se ve desde el primer día.",
    "operacion_antes": "Se anotaba en libretas y el seguimiento era por teléfono.",
    "operacion_despues": "Todo queda en un expediente que se consulta en línea.",
    "dependencia": "Instituto Mexiquense de Vivienda y Hábitat", "titular_nombre": "Rosa Elena Prado Ibarra", "titular_cargo": "Titular",
    "enlace_nombre": "Julián Ochoa Peralta", "enlace_cargo": "Enlace de buenas prácticas", "enlace_telefono": "7225550101",
}
#: what every form asks and `USUAL` leaves open, so that it can be presented
WHOLE: Final[Told] = {
    **USUAL, "medicion": True, "medicion_frecuencia": "Trimestral", "medicion_instrumento": "Registro del sistema",
    "medicion_elementos": "Asuntos atendidos", "medicion_indicadores": "Asuntos atendidos entre recibidos, por cien.",
    "gobierno_electronico": "Solicitud en línea y expediente digital.", "periodo_de": "2025-01-01", "periodo_al": "2025-12-31",
    "cumplimiento": "95", "meta_programada": "Atender nueve de cada diez asuntos en plazo",
    "resultados_cualitativos": "La gente sabe en qué va su trámite sin venir a preguntar.",
    "resultados_cuantitativos": "Nueve de cada diez asuntos en plazo.", "plan": "2023-2029",
    "plan_eje": "Eje 1. Cero corrupción y gobierno del pueblo y para el pueblo", "fecha_validacion": "2026-03-02"}
DEEDS, WORKS, COLLECTION, PERSONNEL = "212C0101040100T", "212C0101020101S", "212C0101010201T", "212C0101030101S"
STORIES: Final[Mapping[str, tuple[str, Told]]] = {
    "first": (DEEDS, {
        "nombre": "Citas para escriturar sin filas", "categoria": "atencion_ciudadana", "inicio": "2022-09-05",
        "poblacion": ["adultas_mayores", "mujeres"],
        "descripcion": "Las familias eligen día y hora por internet o por teléfono; quien atiende recibe el expediente la víspera.",
        "problematica": "Se hacían filas desde las cuatro de la mañana y se atendía a treinta personas de cien.",
        "objetivo": "Atender a cada familia el día y a la hora que eligió.",
        "fundamento_juridico": 'Ley Orgánica de la Administración Pública del Estado de México, artículo 24, publicada en la "Gaceta del '
                               'Gobierno" el 17 de septiembre de 1981.',
        "fundamento_administrativo": "Convenio de colaboración con el Colegio de Notarios (inventado), vigente hasta el 31 de diciembre de "
                                     "2025.",
        "plan": "2017-2023", "plan_eje": "Eje transversal 2: Gobierno Moderno, Capaz y Responsable", "fecha_validacion": "2023-02-10"}),
    "withdrawn": (COLLECTION, {
        "nombre": "Pago de mensualidades con código QR", "categoria": "mejora_gestion", "inicio": "2023-05-15",
        "descripcion": "El estado de cuenta lleva un código con el que se paga desde el teléfono.",
        "problematica": "Una de cada tres familias pagaba tarde porque la caja cerraba a las dos.",
        "objetivo": "Que se pueda pagar a cualquier hora."}),
    "observed": (PERSONNEL, {
        "nombre": "Inducción a distancia para quien ingresa", "categoria": "recursos_humanos", "inicio": "2025-02-03",
        "poblacion": ["servidoras_publicas"],
        "descripcion": "Cuatro lecciones cortas y una llamada con quien fue su antecesor en el puesto.",
        "problematica": "Quien llegaba tardaba un mes en saber cómo pedir una computadora.",
        "objetivo": "Que la primera semana baste para empezar."}),
    "evaluated": (WORKS, {
        "nombre": "Recorridos de obra con teléfono y mapa", "categoria": "auditoria", "inicio": "2024-08-12",
        "fundamento_juridico": 'Reglamento de Supervisión de Obra del Instituto (inventado), artículo 31, publicado en la "Gaceta del '
                               'Gobierno" el 8 de abril de 2019.',
        "descripcion": "La residencia de obra toma fotografías con lugar y fecha, y el avance se ve ese mismo día.",
        "problematica": "Los avances llegaban por escrito tres semanas después y no siempre eran ciertos.",
        "objetivo": "Saber cada semana cuánto avanzó cada obra, con evidencia."}),
}
HEAD: Final = {"titular_nombre": "Lic. Rosa Elena Prado Ibarra", "titular_cargo": "Titular del Instituto"}


@dataclass
class Cast:
    """The people of the registry, by sign-in name, the practices made so far, and chance."""

    org: Organisation
    people: Mapping[str, Person]
    rng: Random
    today: date

    def uuid(self) -> UUID:
        """The next one, the same for the same seed."""
        return UUID(int=self.rng.getrandbits(128), version=4)


def draft(head: Person, unit: Unit, values: Told) -> Practice:
    """Begin a practice with what can be taken of these answers."""
    kept = check(definition("2024"), values, partial=True).values
    return create_practices(actor=head, drafts=[PracticeDraft(unit, "2024", kept)])[0]


def play(org: Organisation, people: Mapping[str, Person], letters: Practice, desk: Practice, rng: Random) -> int:
    """Take the stories where they end; `letters` and `desk` are the registered ones, which get their evidence. Returns how many began."""
    cast = Cast(org, people, rng, timezone.localdate())
    begun = {name: draft(org.head(org.units[code]), org.units[code], {**WHOLE, "unidad": org.units[code].name, **told, **(
        HEAD if name == "first" else {})}) for name, (code, told) in STORIES.items()}
    _last_year(cast, begun["first"], begun["withdrawn"])
    now = _this_year(cast)
    _observed(cast, begun["observed"], now)
    _half_evaluated(cast, begun["evaluated"], now)
    _counted_letters(cast, letters)
    _counted_desk(cast, desk)
    _transferred(cast, letters, desk)
    save_norm(actor=people["registro"], institution=org.institution, draft=NormDraft(
        "Reglamento de Supervisión de Obra del Instituto", date(2019, 4, 8), date(2019, 4, 9), cast.today + timedelta(days=40),
        "Reglamento de Supervisión de Obra 2027", "Inventado para la demostración"))
    tell_ends()
    return len(begun)


def _presented(cast: Cast, practice: Practice, campaign: Campaign | None, number: int) -> Case:
    return lifecycle.present(actor=practice.owner, practice=practice, draft=lifecycle.Presentation(
        f"{practice.unit.code}/BP/{number}/{cast.today.year}", campaign=campaign, uuid=cast.uuid()))


def _panel(cast: Cast, case: Case, *points: int) -> None:
    """Evaluated by as many as there are points; whoever has none still owes theirs."""
    lifecycle.take_review(actor=cast.people["asistente"], case=case)
    panel = [cast.people["evaluacion"], cast.people["contraloria"]]
    evaluation.start_evaluation(actor=cast.people["asistente"], case=case,
                                draft=evaluation.PanelDraft(panel, cast.today + timedelta(days=10)))
    rows = Evaluation.objects.filter(review=case.pk).select_related("evaluator", "review__case").order_by("pk")
    for row, given in zip(rows, points, strict=False):
        evaluation.evaluate(actor=row.evaluator, evaluation=row, raw=_marks(cast, given))


def _marks(cast: Cast, points: int) -> dict[str, str]:
    """Mostly these points (0..4) on each criterion, now and then one less; a reason for each factor."""
    scale = ("no", "poco", "medio", "mucho", "pleno")
    return {key: scale[max(0, points - (cast.rng.random() < 0.3))] for _f, _t, _w, _s, criteria in FACTORS for key, _label in criteria} | {
        f"{factor}_porque": "Lo muestran los registros y lo que dicen las personas usuarias." for factor, *_rest in FACTORS}


def _campaign(cast: Cast, year: int, opens: date, days: Sequence[int], **more: Any) -> Campaign:
    closes, evaluates, publishes = (opens + timedelta(days=d) for d in days)
    return Campaign.objects.create(
        institution=cast.org.institution, uuid=cast.uuid(), year=year, name=f"Convocatoria de buenas prácticas {year}", opens_on=opens,
        closes_on=closes, evaluates_until=evaluates, publishes_on=publishes, created_by=cast.people["registro"], created_at=timezone.now(),
        text=f"Se convoca a las unidades del Instituto a presentar sus buenas prácticas de {year}.\nSe evalúan con cinco factores: "
             "vinculación y congruencia, originalidad, relevancia, impacto y oportunidad.",
        requirements="El formulario oficial completo y sin lecturas por decidir.\nUn oficio de presentación del titular de la unidad.\n"
                     "Al menos un indicador con su medición, y evidencia de los resultados.", **more)


def _last_year(cast: Cast, first: Practice, second: Practice) -> None:
    """A campaign that ended with its ranking; one of its practices was withdrawn since."""
    keeper, year = cast.people["registro"], cast.today.year - 1
    called = timezone.now() - timedelta(days=400)
    row = _campaign(cast, year, date(year, 2, 3), (60, 120, 150), called_at=called)
    for number, (practice, points) in enumerate(((first, (4, 4)), (second, (3, 2))), start=1):
        case = _presented(cast, practice, row, number)
        _panel(cast, case, *points)
        lifecycle.register_practice(actor=keeper, case=case, ruling="Procede su registro: cumple los cinco factores.")
    campaigns.close(actor=keeper, campaign=row)
    campaigns.publish_ranking(actor=keeper, campaign=row)
    ended = {"closed_at": called + timedelta(days=60), "published_at": called + timedelta(days=150)}
    Campaign.objects.filter(pk=row.pk).update(**ended)
    Practice.objects.filter(pk__in=[first.pk, second.pk]).update(registered_at=called + timedelta(days=130))
    lifecycle.withdraw_practice(actor=second.owner, practice=second,
                                reason="El banco cambió de plataforma y el cobro con código QR dejó de operar.")


def _this_year(cast: Cast) -> Campaign:
    """The campaign that is open now."""
    row = _campaign(cast, cast.today.year, cast.today - timedelta(days=20), (45, 90, 110))
    return campaigns.call(actor=cast.people["registro"], campaign=row)


def _observed(cast: Cast, practice: Practice, campaign: Campaign) -> None:
    """Given back with two observations, of which the author answered one."""
    reviewer, case = cast.people["asistente"], _presented(cast, practice, campaign, 11)
    lifecycle.take_review(actor=reviewer, case=case)
    asked = [lifecycle.observe_field(actor=reviewer, case=case, draft=lifecycle.ObservationDraft(text, key, cast.uuid())) for key, text in (
        ("resultados_cuantitativos", "¿Nueve de cada diez de cuántas personas? Falta el total."),
        ("medicion_instrumento", "Diga con qué cuestionario se mide y quién lo aplica."))]
    lifecycle.send_observations(actor=reviewer, case=case)
    lifecycle.answer_observation(actor=practice.owner, observation=asked[1], text="Con el cuestionario de salida; lo aplica Capacitación.")


def _half_evaluated(cast: Cast, practice: Practice, campaign: Campaign) -> None:
    """One of the panel has finished, the other has not."""
    _panel(cast, _presented(cast, practice, campaign, 12), 3)


def _since(cast: Cast) -> date:
    """The first day of the month two years ago."""
    return cast.today.replace(year=cast.today.year - 2, day=1)


def _indicator(cast: Cast, practice: Practice, name: str, units: Sequence[Unit], **given: Any) -> Any:
    draft_ = evidence.IndicatorDraft(name, units=units, since=_since(cast), uuid=cast.uuid(), **given)
    return evidence.save_indicator(actor=practice.owner, practice=practice, draft=draft_)


def _last(frequency: str, today: date) -> tuple[date, date]:
    """The newest period that ended."""
    from ventanilla.modules.practices.periods import between

    return list(between(frequency, today - timedelta(days=800), today))[-1]


def _counted_letters(cast: Cast, practice: Practice) -> None:
    """Correspondence: what arrived each month, and what was answered in time; a goal, and the measurement of the quarter that waits."""
    units = [u for u in cast.org.units.values() if u.level in ("agency", "directorate")]
    seen = _measured(practice.owner, units)
    _indicator(cast, practice, "Documentos recibidos de fuera", seen, frequency="month", measure="letters", part="incoming",
               unit_label="documentos", backs="medicion_indicadores")
    share = _indicator(cast, practice, "Turnos respondidos en tiempo", seen, frequency="quarter", measure="turns_concluded", part="on_time",
                       per_measure="turns_concluded", unit_label="%", backs="resultados_cuantitativos")
    _goal(cast, practice, share, Decimal(90), "90 % de documentos en plazo")
    _plan(cast, practice, 25)


def _measured(person: Person, units: Sequence[Unit]) -> list[Unit]:
    """Those of the units whose figures the person sees."""
    from ventanilla.core.orgs import capabilities as cap
    from ventanilla.core.orgs.reach import reach_of

    allowed = set(reach_of(person).within(cap.MEASURE))
    return [unit for unit in units if unit.pk in allowed]


def _goal(cast: Cast, practice: Practice, indicator: Any, value: Decimal, prose: str) -> None:
    evidence.save_target(actor=practice.owner, practice=practice, draft=evidence.TargetDraft(
        prose, indicator, value, "least", _last("year", cast.today), cast.uuid()))


def _plan(cast: Cast, practice: Practice, days_ago: int) -> None:
    """Measured each quarter: the quarter before last was handed in, the last one waits since `days_ago`."""
    newest = _last("quarter", cast.today)
    before = newest[0] - timedelta(days=10)
    lifecycle_measuring.plan_measurement(actor=practice.owner, practice=practice, frequency="quarter", days=10, since=before)
    cases = lifecycle_measuring.open_measurements(max(newest[1] + timedelta(days=1), cast.today - timedelta(days=days_ago)))
    lifecycle_measuring.hand_in(actor=practice.owner, case=cases[0], text="Sin novedad: se mantiene como el trimestre anterior.")


def _counted_desk(cast: Cast, practice: Practice) -> None:
    """The desk over two years: what it attended, in term, how satisfied they are; a value by hand that differs; results from outside."""
    owner = practice.owner
    units = _measured(owner, [cast.org.units[code] for code in ("212C0101030500T", "212C0101030501S")])
    attended = _indicator(cast, practice, "Solicitudes e incidentes atendidos", units, frequency="month", measure="desk_attended",
                          unit_label="solicitudes", backs="medicion_indicadores")
    _indicator(cast, practice, "Atendidos en plazo", units, frequency="month", measure="desk_in_term", part="on_time",
               per_measure="desk_in_term", unit_label="%")
    happy = _indicator(cast, practice, "Personas satisfechas con la mesa", units, frequency="quarter", measure="desk_satisfied",
                       per_measure="desk_surveys", unit_label="%", backs="resultados_cuantitativos")
    month = _last("month", cast.today)
    counted = evidence.compute(attended, month).value or Decimal()
    evidence.state_value(actor=owner, indicator=attended, period=month, value=counted + 14, source="Informe mensual en hoja de cálculo")
    _goal(cast, practice, happy, Decimal(95), "95 % de personas satisfechas")
    evidence.save_target(actor=owner, practice=practice, draft=evidence.TargetDraft(
        "Que nadie espere más de un día por su equipo", uuid=cast.uuid()))
    for year, place, value in ((3, 9, "71.4"), (2, 4, "78.9"), (1, 2, "84.2")):
        evidence_files.add_result(actor=owner, practice=practice, draft=evidence_files.ResultDraft(
            "Índice de servicios internos", "Red de Gobiernos Digitales (inventada)", cast.today.year - year, place=place, of=32,
            value=Decimal(value), unit_label="puntos", uuid=cast.uuid()))
    _picture(owner, practice)
    _plan(cast, practice, 12)


def _picture(owner: Person, practice: Practice) -> None:
    """A drawn screen of the desk, with its caption; tasks read it when they start."""
    picture = Image.new("RGB", (960, 540), "#FBF8F4")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 960, 60), fill="#8A1538")
    for n, (high, colour) in enumerate(((180, "#B38E5D"), (260, "#B38E5D"), (220, "#B38E5D"), (310, "#1B6B3A"), (360, "#1B6B3A"))):
        pen.rectangle((120 + 150 * n, 480 - high, 220 + 150 * n, 480), fill=colour)
    pen.line((90, 480, 900, 480), fill="#1F1B1C", width=3)
    out = io.BytesIO()
    picture.save(out, "PNG")
    out.seek(0)
    version = store(actor=owner, files=[SentFile("tablero-de-la-mesa.png", out)])[0]
    evidence_files.add_evidence(actor=owner, practice=practice, drafts=[evidence_files.FileDraft(
        version.document, "Tablero de la mesa: solicitudes atendidas en los últimos cinco meses")])


def _transferred(cast: Cast, letters: Practice, desk: Practice) -> None:
    """A secretariat of the sector adopts the desk, with steps under way; a municipality outside adopted the correspondence already."""
    taker = Person.objects.select_related("institution").get(email=f"titular.{SECTOR}@{SLUG}.example")
    unit = Unit.objects.get(institution=taker.institution, parent=None)
    row = transfers.ask_transfer(actor=taker, practice=desk, draft=transfers.TransferDraft(
        "total", "230/DGI/118/2026", "agency", unit, contact="Coordinación de tecnologías", uuid=cast.uuid(),
        reason="Atendemos por teléfono y no sabemos cuánto tardamos."))
    transfers.accept_transfer(actor=desk.owner, transfer=row)
    transfers.check_requirements(actor=taker, transfer=row, answers={
        one.key: (n != 3, "Se compra este mes." if n == 3 else "") for n, one in enumerate(row.requirements.all())})
    steps = [transfers.add_step(actor=desk.owner, transfer=row, draft=transfers.StepDraft(
        text, cast.today + timedelta(days=days), by_taker, cast.uuid())) for text, days, by_taker in (
        ("Presentar la mesa a quienes la van a operar", -12, False), ("Nombrar a quien administra la mesa", -3, True),
        ("Entregar el paquete de configuración", 8, False), ("Capacitar a los enlaces", 21, False),
        ("Abrir la mesa a dos unidades", 35, True))]
    transfers.agree(actor=desk.owner, transfer=row, draft=transfers.AgreementDraft(
        "Convenio de colaboración IMVH-230/2026", cast.today - timedelta(days=15)))
    transfers.mark_step(actor=desk.owner, step=steps[0], done=True)
    _outside(cast, letters)


def _outside(cast: Cast, practice: Practice) -> None:
    owner = practice.owner
    row = transfers.ask_transfer(actor=owner, practice=practice, draft=transfers.TransferDraft(
        "advice", "PM/045/2026", "municipality", name="Ayuntamiento de Villa Jardín (inventado)", uuid=cast.uuid()))
    transfers.accept_transfer(actor=owner, transfer=row)
    transfers.check_requirements(actor=owner, transfer=row, answers={one.key: (True, "") for one in row.requirements.all()})
    given = transfers.StepDraft("Dos sesiones de asesoría", cast.today, uuid=cast.uuid())
    step = transfers.add_step(actor=owner, transfer=row, draft=given)
    transfers.agree(actor=owner, transfer=row, draft=transfers.AgreementDraft("Acuerdo por oficio", cast.today - timedelta(days=30)))
    transfers.mark_step(actor=owner, step=step, done=True)
    transfers.deliver(actor=owner, transfer=row)
    transfers.confirm_adoption(actor=owner, transfer=row, result="Registran lo que llega el mismo día.",
                               since=cast.today - timedelta(days=10))
