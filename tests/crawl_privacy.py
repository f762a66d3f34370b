"""Personal data in the crawl: public pages, the editor of notices and the officer's desk; a notice, a request, and a row that was found."""
from typing import Final

from django.utils import timezone

from tests import make
from tests.crawl_routes import Route, api, may, of, public, signed
from tests.people import ADMINS, OFFICER
from ventanilla.core.orgs.models import Person
from ventanilla.core.privacy.models import Finding, IdentityFile, SubjectRequest
from ventanilla.core.privacy.services import notices
from ventanilla.core.privacy.services import requests as verbs

_R, _A, _V = "datos-personales/<int:pk>/", "administracion/aviso-de-privacidad/", "api/v1/subject-requests"
ROUTES: Final[dict[str, Route]] = {
    "privacidad/": public(), "privacidad/datos/": public(), "privacidad/seguimiento/": public(),
    "privacidad/seguimiento/<str:key>/": public("{key}"),
    **{f"privacidad/<slug:slug>/{p}": public("{slug}") for p in ("", "solicitud/", "cifras/")},
    "privacidad/<slug:slug>/versiones/<int:number>/": public("{slug}", "1"),
    "perfil/aviso-de-privacidad/": signed(),
    **{f"{_A}{p}": may(OFFICER) for p in ("", "borrador/", "borrador/vista/", "publicar/")},
    "administracion/datos-personales/": may(OFFICER | ADMINS),
    "datos-personales/": may(OFFICER), "datos-personales/nueva/": may(OFFICER),
    **{f"{_R}{p}": of(OFFICER, "{request}") for p in ("", "busqueda/", "cancelar/", "oponer/")},
    f"{_R}rectificado/<int:finding>/": of(OFFICER, "{request}", "{finding}"),
    f"{_R}informe.<str:kind>": of(OFFICER, "{request}", "json"),
    f"{_R}identificacion/": of(OFFICER, "{request}"),
    "datos-personales/identificacion/<uuid:uuid>": of(OFFICER, "{identity}"),
    f"{_V}": api(OFFICER),
    **{f"{_V}/<uuid>{p}": api(OFFICER, "{request_uuid}") for p in ("", "/report.json", "/report.pdf")},
    f"{_V}/<uuid>/steps/<step>": api(OFFICER, "{request_uuid}", "fulfil"),
    f"{_R}<slug:step>/": of(OFFICER, "{request}", "fulfil"),
}


def officer(w: make.World) -> Person:
    """Who attends the requests in the department of the south."""
    return make.person(w.institution, w.south_1, "transparency")


def things(w: make.World) -> dict[str, str]:
    """A published notice, and a request for all four rights that was granted, with a row that was ticked."""
    notices.save_notice(actor=None, institution=w.institution, text=notices.NoticeText(
        "Para atenderle.", "# Responsable", valid_from=timezone.localdate()))
    notices.publish_notice(actor=None, institution=w.institution)
    w.institution.refresh_from_db()
    verbs.choose_desk(actor=None, institution=w.institution, terms=verbs.DeskTerms(w.south_1, source="Ley"))
    made = verbs.register_request(actor=None, institution=w.institution, draft=verbs.RequestDraft(
        ("access", "rectification", "cancellation", "opposition"), "Ana Peña", "Todo"))
    row, who = made.request, w.people["officer"]
    verbs.admit(actor=who, request=row, identity="INE")
    finding = Finding.objects.create(request=row, source="orgs.person", ref=w.staff.pk, ticked_by=who, ticked_at=timezone.now())
    copy = IdentityFile.objects.create(request=row, name="ine.jpg", media_type="image/jpeg", content=b"\xff\xd8", at=timezone.now())
    verbs.resolve(actor=who, request=row, text="Procede")
    assert SubjectRequest.objects.filter(pk=row.pk).exists()
    return {"request": str(row.pk), "finding": str(finding.pk), "key": made.key, "request_uuid": str(row.case.uuid), "identity": str(copy.uuid)}
