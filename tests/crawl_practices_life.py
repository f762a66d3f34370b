"""Life cycle, evidence, transfers and packages of good practices in the crawl: addresses, and the things that they name."""
import io
from datetime import timedelta
from typing import Final

from django.utils import timezone

from tests import make
from tests.crawl_practices import READERS, WRITERS
from tests.crawl_routes import Route, may, of, public, signed
from tests.people import ADMIN, ADMINS, HERE, NOBODY, PEOPLE
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.core.orgs.reach import forget
from ventanilla.modules.practices.models import (
    Campaign,
    MeasurementPlan,
    NamedPerson,
    Practice,
    PracticePackage,
    SamePerson,
    TransferStep,
)
from ventanilla.modules.practices.services import evidence, evidence_files, lifecycle, lifecycle_measuring, packages, transfers
from ventanilla.modules.practices.services.bases import NormDraft, save_norm
from ventanilla.modules.practices.tests.life import Registry, registry

REVIEW: Final = frozenset({"north_head", "head", "clerk"})  # who presented it, and who reads in the unit that keeps the registry
_P, _E, _R, _T = "practicas/<int:pk>/", "practicas/evidencia/", "practicas/revision/<int:pk>/", "practicas/transferencia/<int:pk>/"
_C, _I, _M = "practicas/convocatorias/", "practicas/indicadores/<int:pk>/", "practicas/medicion/<int:pk>/"
ROUTES: Final[dict[str, Route]] = {
    **{f"{_P}{p}/": of(WRITERS, "{practice}") for p in ("presentar", "medicion", "baja", "paquete", "receptores")},
    f"{_P}evidencia/": of(READERS, "{practice}"), f"{_P}evidencia/<slug:what>/": of(WRITERS, "{practice}", "indicador"),
    f"{_P}solicitar/": of(WRITERS | {"stranger"}, "{life}"),
    f"{_P}archivos/<uuid:uuid>/": of(READERS, "{practice}", "{evidence_file}"),
    f"{_P}archivos/<uuid:uuid>/miniatura/": of(NOBODY, "{practice}", "{evidence_file}"),  # a text has no picture
    "practicas/registro/": may(NOBODY), "practicas/revisiones/": public(), "practicas/transferencias/": public(),
    _M: of(READERS, "{measurement}"), f"{_M}<slug:step>/": of(WRITERS, "{measurement}", "submit"),
    _R: of(REVIEW, "{review}"), f"{_R}observar/": of(NOBODY, "{review}"), f"{_R}<slug:step>/": of(REVIEW, "{review}", "retire"),
    "practicas/observaciones/<int:pk>/<slug:verb>/": of(WRITERS, "{observation}", "responder"),
    "practicas/evaluaciones/": signed(), "practicas/evaluaciones/<int:pk>/": of(NOBODY, "{evaluation}"),
    "practicas/evaluaciones/<int:pk>/sustituir/": of(NOBODY, "{evaluation}"),
    _I: of(READERS, "{indicator}"), f"{_I}<slug:what>/": of(WRITERS, "{indicator}", "valor"),
    "practicas/metas/<int:pk>/": of(WRITERS, "{target}"), f"{_E}<slug:kind>/<int:pk>/quitar/": of(WRITERS, "meta", "{target}"),
    _C: signed(), f"{_C}nueva/": may(NOBODY), f"{_C}<int:pk>/": of(HERE, "{campaign}"), f"{_C}<int:pk>/editar/": of(NOBODY, "{campaign}"),
    f"{_C}<int:pk>/<slug:what>/": of(NOBODY, "{campaign}", "cerrar"), "buenas-practicas/convocatorias/<uuid:uuid>/": public("{ranking}"),
    _T: of(READERS, "{transfer}"), "practicas/adopcion/<int:pk>/": of(READERS, "{transfer}"),
    f"{_T}requisitos/": of(WRITERS, "{transfer}"), f"{_T}pasos/": of(READERS, "{transfer}"),
    f"{_T}<slug:step>/": of(READERS, "{transfer}", "accept"), f"{_T}paquete/<uuid:uuid>/": of(NOBODY, "{transfer}", "{package}"),
    "practicas/pasos/<int:pk>/hecho/": of(WRITERS, "{transfer_step}"), "practicas/red/": signed(),
    "practicas/normas/": may(NOBODY), "practicas/normas/nueva/": may(NOBODY), "practicas/normas/<int:pk>/": of(NOBODY, "{norm}"),
    "practicas/normas/<int:pk>/quitar/": of(NOBODY, "{norm}"), "practicas/personas/": may(NOBODY),
    "practicas/personas/<int:one>/es/<slug:verb>/": of(NOBODY, "{named_one}", "misma"),
    "practicas/personas/<int:pk>/deshacer/": of(NOBODY, "{same}"),
    "practicas/paquetes/": may(ADMINS), "practicas/paquetes/<int:pk>/": of(ADMIN, "{installation}"),
    "practicas/paquetes/<uuid:uuid>.zip": of(WRITERS, "{package}"),
}
assert PEOPLE


def things(w: make.World, draft: str) -> dict[str, str]:
    """A registered practice of the north directorate with its cases, and evidence of the draft that the crawl has already."""
    r = registry(w)
    practice, own = r.registered(), Practice.objects.get(pk=draft)
    return {"life": str(practice.pk), **_reviews(r), **_evidence(r, own), **_measured(r, practice), **_given(r, practice),
            **_packed(r, practice), **_registry(r),
            **_campaigns(r)}


def _reviews(r: Registry) -> dict[str, str]:
    case = r.presented()
    lifecycle.take_review(actor=r.reviewer, case=case)
    one = lifecycle.observe_field(actor=r.reviewer, case=case, draft=lifecycle.ObservationDraft("Falta la meta"))
    evaluation = r.presented(r.practice(nombre="Otra más"))
    rows = r.evaluated(evaluation).evaluations.order_by("pk")
    return {"review": str(case.pk), "observation": str(one.pk), "evaluation": str(rows[0].pk)}


def _evidence(r: Registry, practice: Practice) -> dict[str, str]:
    one = evidence.save_indicator(actor=r.author, practice=practice, draft=evidence.IndicatorDraft(
        "Documentos", measure="letters", units=[r.world.north]))
    goal = evidence.save_target(actor=r.author, practice=practice, draft=evidence.TargetDraft("Atender todo"))
    version = store(actor=r.author, files=[FileDraft("captura.txt", io.BytesIO(b"una imagen"))])[0]
    process(version.pk)
    evidence_files.add_evidence(actor=r.author, practice=practice, drafts=[evidence_files.FileDraft(version.document, "La fila de antes")])
    return {"indicator": str(one.pk), "target": str(goal.pk), "evidence_file": str(version.document.uuid)}


def _measured(r: Registry, practice: Practice) -> dict[str, str]:
    day = timezone.localdate()
    lifecycle_measuring.plan_measurement(actor=r.author, practice=practice, frequency="month", days=10,
                                         since=day.replace(day=1) - timedelta(days=1))
    case = lifecycle_measuring.open_measurements()[0]
    MeasurementPlan.objects.filter(practice=practice).delete()
    return {"measurement": str(case.pk)}


def _given(r: Registry, practice: Practice) -> dict[str, str]:
    row = transfers.ask_transfer(actor=r.author, practice=practice, draft=transfers.TransferDraft(
        "total", "PM/1", "municipality", name="Ayuntamiento"))
    step = TransferStep.objects.create(transfer=row, text="Capacitar", due_on=timezone.localdate())
    return {"transfer": str(row.pk), "transfer_step": str(step.pk)}


def _registry(r: Registry) -> dict[str, str]:
    """A norm of the institution, and two people who were tied."""
    day = timezone.localdate()
    norm = save_norm(actor=r.keeper, institution=r.world.institution, draft=NormDraft("Ley de Prueba", day, day))
    one, other = NamedPerson.objects.filter(institution=r.world.institution).exclude(name_key="").order_by("pk")[:2]
    same = SamePerson.objects.create(institution=r.world.institution, one=one, other=other, same=True, decided_by=r.keeper,
                                     decided_at=timezone.now())
    return {"norm": str(norm.pk), "named_one": str(one.pk), "same": str(same.pk)}


def _packed(r: Registry, practice: Practice) -> dict[str, str]:
    made: PracticePackage = packages.make_package(actor=r.author, practice=practice, parts=["letter-types"])
    forget(r.world.admin)
    brought = packages.bring_package(actor=r.world.admin, content=bytes(made.content))
    return {"package": str(made.uuid), "installation": str(brought.pk)}


def _campaigns(r: Registry) -> dict[str, str]:
    now, day = timezone.now(), timezone.localdate()
    dates = {"opens_on": day, "closes_on": day, "evaluates_until": day, "publishes_on": day, "created_by": r.keeper, "created_at": now}
    here = {"institution": r.world.institution, "year": day.year, "text": "Se convoca", **dates}
    done = Campaign.objects.create(name="La anterior", called_at=now, closed_at=now, published_at=now, **here)
    return {"campaign": str(Campaign.objects.create(name="La de este año", called_at=now, **here).pk), "ranking": str(done.uuid)}
