"""Good practices in the crawl: addresses of records, editor and registry, and the things they name."""
import io
from typing import Final

from django.utils import timezone

from tests import make
from tests.crawl_routes import Route, may, of, public, signed
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.modules.practices.models import FieldReading, Practice, PracticeArrival, PracticeImport, PracticeRevision
from ventanilla.modules.practices.services.records import PracticeDraft, create_practices, newest
from ventanilla.modules.practices.services.remarks import comment

HEADS: Final = frozenset({"north_1_head", "north_head", "head", "stranger"})  # who documents practices of some unit
READERS: Final = frozenset({"north_head", "head"})  # who reads those of the north directorate
WRITERS: Final = frozenset({"north_head"})
_P: Final = "practicas/<int:pk>/"
ROUTES: Final[dict[str, Route]] = {
    "practicas/": signed(), "practicas/tablero/": signed(), "practicas/comparar/": signed(),
    "practicas/nueva/": may(HEADS), "practicas/importar/": may(HEADS), "practicas/importar/<int:pk>/quitar/": of(WRITERS, "{arrival}"),
    _P: of(READERS, "{practice}"), f"{_P}formulario.<str:kind>": of(READERS, "{practice}", "json"),
    **{f"{_P}{p}/": of(WRITERS, "{practice}") for p in ("editar", "comentar", "revisiones", "generacion", "lecturas", "original")},
    f"{_P}editar/<slug:section>/": of(WRITERS, "{practice}", "identificacion"),
    f"{_P}presencia/<slug:section>/": of(WRITERS, "{practice}", "identificacion"),
    f"{_P}lecturas/<int:reading>/": of(WRITERS, "{practice}", "{reading}"),
    f"{_P}lecturas/otro/<int:number>/": of(WRITERS, "{practice}", "2"),
    "practicas/comentarios/<int:pk>/atendido/": of(WRITERS, "{remark}"),
    "buenas-practicas/": public(), "buenas-practicas/datos/<str:name>": public("practicas.csv"),
    "buenas-practicas/<uuid:uuid>/": public("{registered}"),
    "buenas-practicas/<uuid:uuid>/formulario.<str:kind>": public("{registered}", "json"),
}


def things(w: make.World) -> dict[str, str]:
    """A draft of the north directorate that came from a file and waits for a decision, and a public practice of the south."""
    values = {"nombre": "Citas en línea", "objetivo": "Atender sin filas"}
    practice = create_practices(actor=w.north_head, drafts=[PracticeDraft(w.north, "2024", values, "imported")])[0]
    remark = comment(actor=w.north_head, practice=practice, key="objetivo", text="¿Y la meta?")
    reading = FieldReading.objects.create(
        imported=_import(w, newest(practice)), key="objetivo", raw="Atender sin filas", decision="pending",
        alternatives=[{"value": "Atender sin filas", "why": "Está en la celda"}, {"value": None, "why": "La celda está tachada"}])
    return {"practice": str(practice.pk), "remark": str(remark.pk), "reading": str(reading.pk), "registered": str(_registered(w).uuid),
            "arrival": str(_arrival(w).pk)}


def _import(w: make.World, revision: PracticeRevision) -> PracticeImport:
    version = store(actor=w.north_head, files=[FileDraft("formulario.txt", io.BytesIO(b"1.1. Nombre\tCitas"))])[0]
    process(version.pk)
    return PracticeImport.objects.create(
        institution=w.institution, revision=revision, document=version.document, filename="formulario.txt",
        digest=version.blob.sha256, generation="2024", person=w.north_head, at=timezone.now(),
        others=[{"number": 2, "name": "Archivo", "generation": "2024", "place": "2-9", "practice": None, "left": False}])


def _arrival(w: make.World) -> PracticeArrival:
    version = store(actor=w.north_head, files=[FileDraft("escaneado.png", io.BytesIO(b"\x89PNG\r\n\x1a\n"))])[0]
    return PracticeArrival.objects.create(institution=w.institution, unit=w.north, version=version, filename="escaneado.png",
                                          person=w.north_head, at=timezone.now())


def _registered(w: make.World) -> Practice:
    practice = create_practices(actor=w.south_head, drafts=[PracticeDraft(w.south, "2024", {"nombre": "Archivo en orden"})])[0]
    revision, now = newest(practice), timezone.now()
    PracticeRevision.objects.filter(pk=revision.pk).update(sealed_at=now, digest="0" * 64)
    Practice.objects.filter(pk=practice.pk).update(current=revision, state="registered", public=True, registered_at=now)
    return practice
