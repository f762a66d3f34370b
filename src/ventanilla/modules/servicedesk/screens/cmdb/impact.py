"""The impact page: which items fail (or what one needs), on which day, with what out already; the answer in four ways."""
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.audit.services import record as log
from ventanilla.core.exports.spreadsheets import csv_lines
from ventanilla.core.exports.tables import Column, Table
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import listed
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem
from ventanilla.modules.servicedesk.screens.cmdb.drawing import draw, level_of, words_of
from ventanilla.modules.servicedesk.screens.cmdb.picking import picked
from ventanilla.modules.servicedesk.screens.cmdb.places import places
from ventanilla.modules.servicedesk.screens.cmdb.record import day_of, odd_day
from ventanilla.modules.servicedesk.services.cmdb.impacts import Hurt, ImpactReport, impact_of, to_tell
from ventanilla.web.admin_area.pages import page

LISTED, ALL, ASKED = 40, 2000, 50
"""Rows of the table at first and when all are asked for (the file has every one), and items of one question."""
TONES = {"down": "bad", "degraded": "wait", "single": "bad", "needed": ""}


@page(cap.CMDB_READ, cap.CMDB_WRITE)
def impact_page(request: HttpRequest, person: Person) -> HttpResponse:
    """The question is in the address, so that an answer can be kept and sent."""
    asked, out = _ids(request, "ci"), _ids(request, "fuera")
    if added := _added(request, person, asked, out):
        return redirect(added)
    direction, day = ("down" if request.GET.get("sentido") == "baja" else "up"), day_of(request)
    if request.GET.get("mantenimiento"):
        rows = ConfigurationItem.objects.visible_to(person).filter(state="maintenance").exclude(pk__in=asked)
        out = [*out, *rows.values_list("pk", flat=True)[:1000]]
    context: dict[str, Any] = {"direction": direction, "day": day, "today": timezone.localdate(), "asked": [], "out": [], "report": None,
                               "maintenance": bool(request.GET.get("mantenimiento")), "places": places(person), "odd_day": odd_day(request)}
    if asked:
        report = impact_of(person, asked, day, direction=direction, without=out)  # type: ignore[arg-type]
        if request.GET.get("formato") == "csv":
            return _file(person, report)
        context |= _answer(request, report, out)
    return render(request, "servicedesk/cmdb/impact.html", context)


def _ids(request: HttpRequest, name: str) -> list[int]:
    return list(dict.fromkeys(pk for v in request.GET.getlist(name) if (pk := whole(v)) is not None))[:ASKED]


def _added(request: HttpRequest, person: Person, asked: list[int], out: list[int]) -> str:
    """The address with the items that were written added to it; empty when none was."""
    found = False
    for name, rows in (("otro", asked), ("otro_fuera", out)):
        if text := request.GET.get(name, "").strip():
            found = True
            try:
                rows.append(picked(person, text, name).pk)
            except Refused as refusal:
                messages.error(request, refusal.message)
    return address(request, asked, out) if found else ""


def address(request: HttpRequest, asked: Sequence[int], out: Sequence[int]) -> str:
    """This question with these items."""
    kept = [(k, request.GET[k]) for k in ("sentido", "dia", "mantenimiento") if request.GET.get(k)]
    pairs = [*(("ci", i) for i in dict.fromkeys(asked)), *(("fuera", i) for i in dict.fromkeys(out)), *kept]
    return f"{reverse('cmdb_impact')}?{urlencode(pairs)}"


def _answer(request: HttpRequest, report: ImpactReport, out: list[int]) -> dict[str, Any]:
    ids = _ids(request, "ci")
    given = _ids(request, "fuera")
    outside = ConfigurationItem.objects.filter(institution_id=request.person.institution_id).in_bulk(given)  # type: ignore[attr-defined]
    most = ALL if request.GET.get("todos") else LISTED
    return {
        "report": report, "sentence": sentence(report), "outside": outside_words(report), "picture": draw(report),
        "rows": rows_of(report, most),
        "more": max(0, len(report.hurt) - most),
        "whole": f"{address(request, ids, given)}&todos=1#tabla" if most == LISTED else "",
        "told": to_tell(report) if report.direction == "up" else [],
        "asked": [(n, address(request, [i for i in ids if i != n.id], given)) for n in (*report.roots, *report.outside)],
        "out": [(outside[i], address(request, ids, [o for o in given if o != i])) for i in given if i in outside],
        "csv": f"{address(request, ids, given)}&formato=csv", "returning": [report.nodes[i] for i in sorted(report.returning)]}


def rows_of(report: ImpactReport, most: int) -> list[dict[str, Any]]:
    """Rows of the table: the item, what happens to it, and the sentences of its reason."""
    rows = report.hurt[:most]
    units = dict(Unit.objects.filter(pk__in={h.node.unit_id for h in rows if h.node.unit_id}).values_list("pk", "name"))
    return [{"node": h.node, "level": level_of(h), "words": words_of(level_of(h)), "tone": TONES[level_of(h)], "wave": h.wave,
             "unit": units.get(h.node.unit_id or 0, ""), "why": reasons(report, h)} for h in rows]


def reasons(report: ImpactReport, hurt: Hurt) -> list[str]:
    """The path as sentences: "Sistema A se ejecuta en Servidor 1 (grupo Nodos: necesita 2 de 3)"."""
    return [link.text for link in report.path(hurt.node.id)]


def sentence(report: ImpactReport) -> str:
    """The answer in words."""
    names = listed([n.name for n in report.roots[:3]]) + (_(" y %(n)s más") % {"n": len(report.roots) - 3} if len(report.roots) > 3 else "")
    if not report.roots:
        return _nobody(report)
    if report.direction == "down":
        return _needs(report, names)
    down, weak = report.count("down"), report.count("degraded")
    if not report.hurt:
        return _if_fails(report, names) % _("nada más se afecta")
    parts = [ngettext("%(n)s elemento deja de funcionar", "%(n)s elementos dejan de funcionar", down) % {"n": f"{down:,}"}] if down else []
    parts += [ngettext("%(n)s queda sin respaldo", "%(n)s quedan sin respaldo", weak) % {"n": f"{weak:,}"}] if weak else []
    services = [h.node.name for h in report.hurt if h.level == "down" and h.node.icon == "briefcase"]
    tail = _(" Servicios que se caen: %(s)s.") % {"s": listed(services[:5])} if services else ""
    return _if_fails(report, names) % listed(parts) + tail


def _if_fails(report: ImpactReport, names: str) -> str:
    """The sentence with a place for what happens."""
    words = ngettext("Si falla %(names)s, %(what)s.", "Si fallan %(names)s, %(what)s.", len(report.roots))
    return words % {"names": names.replace("%", "%%"), "what": "%s"}


def _nobody(report: ImpactReport) -> str:
    """Nothing that was asked about is in service."""
    if not report.outside:
        return ""
    if report.day < timezone.localdate():
        return _("Ese día no estaba en servicio: no afectaba a nadie.")
    return _("No está en servicio: nada depende de él ahora. Si va a ponerlo en uso, pregunte después de registrarlo «En uso».")


def outside_words(report: ImpactReport) -> str:
    """Which of the items asked about do not count, and when."""
    if not report.outside:
        return ""
    words = _("Fuera de servicio ese día: %(names)s.") if report.day < timezone.localdate() else _("Hoy no están en servicio: %(names)s.")
    return words % {"names": listed([n.name for n in report.outside])}


def _needs(report: ImpactReport, names: str) -> str:
    single = sum(1 for h in report.hurt if h.single)
    if not report.hurt:
        return _("%(names)s no depende de nada registrado.") % {"names": names}
    text = ngettext("%(names)s depende de %(n)s elemento", "%(names)s depende de %(n)s elementos", len(report.hurt)) % {
        "names": names, "n": f"{len(report.hurt):,}"}
    return text + (ngettext("; la falla de %(k)s de ellos basta para detenerlo.", "; la falla de cualquiera de %(k)s basta para detenerlo.",
                            single) % {"k": single} if single else _("; ninguno es indispensable por sí solo."))


def _file(person: Person, report: ImpactReport) -> HttpResponse:
    """The whole table as CSV; the log says who took it."""
    log("cmdb.impact_export", actor=person, institution_id=person.institution_id, subject="cmdb:impact",
        detail={"items": [n.id for n in report.roots], "rows": len(report.hurt)})
    columns = [Column(_("Elemento")), Column(_("Inventario")), Column(_("Tipo")), Column(_("Efecto")), Column(_("Criticidad"), "int"),
               Column(_("Pasos"), "int"), Column(_("Unidad")), Column(_("Por qué"))]
    rows = ([r["node"].name, r["node"].code, r["node"].type, r["words"], r["node"].criticality, r["wave"], r["unit"], "; ".join(r["why"])]
            for r in rows_of(report, len(report.hurt)))
    response = HttpResponse(b"".join(csv_lines(Table(_("Impacto"), columns, rows))), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="impacto.csv"'
    return response


