"""What the service desk keeps of people, and until when the service of a ticket says that it must be kept."""
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.privacy import words as w
from ventanilla.core.privacy.registry import (
    GONE,
    Erasing,
    PersonalData,
    register_hold,
    register_not_personal,
    register_personal,
    years_after,
)
from ventanilla.core.privacy.services.erasing import empty
from ventanilla.core.workdays.services import dates_of_reader
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.models import Service, Ticket

PART = lazy("Mesa de servicio")
_WORK = lazy("Atender lo que se pide y dejar constancia de cómo se atendió")
_CATALOGUES = {
    "Team": ("name",), "ServiceLevel": ("name",), "ServiceFamily": ("name",), "Service": ("name", "summary", "keep_source"),
    "Offering": ("name",),
    "OfferingVersion": ("name", "description", "includes", "requirements", "legal_basis", "approvals", "tasks", "routing"),
    "NotificationRule": ("name", "condition"), "RuleText": ("subject", "body"), "AssignmentRule": ("name", "condition"),
    "CIType": ("attributes",), "Blackout": ("name", "reason"), "ChangeModel": ("name", "plan", "back_out", "impact_text"),
    "ArticleVersion": ("title", "body"), "Cause": ("name",), "HoldReason": ("text",), "CannedAnswer": ("title", "text"),
    "Mailbox": ("address", "name", "user"), "MajorMessage": ("headline", "text")}
_TECHNICAL = {
    "Escalated": ("done",), "ImportedLog": ("counts", "problems"), "FeatureCount": ("feature",), "Tile": ("narrowed",),
    "Clearance": ("collisions",), "MailMessage": ("reason",), "Ticket": ("external_key",), "CILoad": ("filename", "undo"),
    "Candidate": ("evidence",), "Merge": ("kept",)}


def register() -> None:
    """Called once from the module's `ready()`."""
    for flow in FLOWS:
        register_hold(flow.slug, held_by_service)
    register_personal(*_tickets(), *_texts(), *_people())
    register_not_personal({f"servicedesk.{model}": w.all_of(w.CATALOGUE, *fields) for model, fields in _CATALOGUES.items()})
    register_not_personal({f"servicedesk.{model}": w.all_of(w.TECHNICAL, *fields) for model, fields in _TECHNICAL.items()})


def held_by_service(case: Case) -> str:
    """Why a closed ticket must be kept: the years of its service run still."""
    service = Service.objects.filter(pk__in=Ticket.objects.filter(case=case).values("service_id"), keep_years__isnull=False).first()
    if service is None or service.keep_years is None or case.closed_at is None:
        return ""
    until = years_after(timezone.localdate(case.closed_at), service.keep_years)
    return "" if until <= timezone.localdate() else _("Los tickets de «%(service)s» se conservan hasta el %(day)s: %(source)s") % {
        "service": service, "day": dates_of_reader().long_date(until), "source": service.keep_source}


def _ticket(row: Any) -> str:
    return reverse("ticket", args=[row.pk])


def _tickets() -> tuple[PersonalData, ...]:
    return (
        PersonalData(
            "servicedesk.ticket", "servicedesk.Ticket", PART, lazy("Solicitudes e incidentes"),
            {"requester_name": lazy("Quién pide"), "requester_email": lazy("Su correo"), "beneficiary_name": lazy("Para quién es"),
             "beneficiary_email": lazy("Su correo"), "description": lazy("Descripción"), "solution": lazy("Solución")}, w.REQUESTERS, _WORK,
            w.FACULTIES, lazy("Mientras está en trámite; después, los años que fije su servicio, y hasta que se cancele a petición"),
            looked=("requester_name", "requester_email", "beneficiary_name", "beneficiary_email", "description", "solution"), case="case",
            title=lambda row: str(row.case.subject), url=_ticket, correct=_ticket, erase=_forget_ticket),
        PersonalData(
            "servicedesk.mail", "servicedesk.MailMessage", PART, lazy("Correos que llegaron a la mesa"),
            {"sender": lazy("Correo"), "sender_name": lazy("Nombre"), "subject": lazy("Asunto"), "detail": lazy("Por qué no se registró")},
            w.REQUESTERS, _WORK, w.FACULTIES, w.WITH_CASE, looked=("sender", "sender_name", "subject"), case="case",
            title=lambda row: str(row.subject)[:120], erase=_forget_mail),
    )


def _forget_ticket(rows: Sequence[Ticket], erasing: Erasing) -> None:
    """Who asked without an account goes; in the texts only the person's words go."""
    for row in rows:
        values: dict[str, Any] = {name: erasing.asked.hidden(getattr(row, name)) for name in ("description", "solution")}
        for who in ("requester", "beneficiary"):
            if erasing.asked.within(getattr(row, f"{who}_name")) or erasing.asked.within(getattr(row, f"{who}_email")):
                values |= {f"{who}_name": GONE, f"{who}_email": ""}
        Ticket.objects.filter(pk=row.pk).update(**values)


def _forget_mail(rows: Sequence[Any], erasing: Erasing) -> None:
    for row in rows:
        empty(sender="cancelado@invalid.example", sender_name=GONE, subject=erasing.asked.hidden(row.subject))([row], erasing)


def _texts() -> tuple[PersonalData, ...]:
    reason = {"reason": lazy("Motivo")}
    return tuple(w.texts(PART, _WORK, [
        w.Text("servicedesk.Approval", lazy("Autorizaciones"), reason, "case"),
        w.Text("servicedesk.ChecklistItem", lazy("Listas de pasos"), {"text": lazy("Paso")}, "case"),
        w.Text("servicedesk.TimeEntry", lazy("Tiempo dedicado"), {"text": lazy("En qué")}, "case"),
        w.Text("servicedesk.Problem", lazy("Problemas"), {"root_cause": lazy("Causa"), "workaround": lazy("Solución temporal")}, "case"),
        w.Text("servicedesk.ProblemStep", lazy("Planes de problemas"), {"text": lazy("Paso")}, "case"),
        w.Text("servicedesk.KnownError", lazy("Errores conocidos"), {
            "symptoms": lazy("Síntomas"), "root_cause": lazy("Causa"), "workaround": lazy("Solución temporal")}, "case"),
        w.Text("servicedesk.Change", lazy("Cambios"), {
            "impact_text": lazy("Impacto"), "plan": lazy("Plan"), "back_out": lazy("Cómo se deshace"), "review": lazy("Revisión")}, "case"),
        w.Text("servicedesk.Clearance", lazy("Avances con choque"), reason, "case"),
        w.Text("servicedesk.Merge", lazy("Uniones de tickets"), reason, "case"),
        w.Text("servicedesk.ArticleVote", lazy("Opiniones de artículos"), reason, owner="article__institution_id"),
        w.Text("servicedesk.Candidate", lazy("Candidatos"), reason),
    ]))


def _people() -> tuple[PersonalData, ...]:
    keeping = lazy("Saber a cargo de quién está cada equipo y sistema")
    return (
        PersonalData(
            "servicedesk.liaison", "servicedesk.Liaison", PART, lazy("Enlaces"),
            {"request_letter": lazy("Oficio de solicitud"), "change_letter": lazy("Oficio de cambio")}, w.STAFFED,
            lazy("Saber quién pide por cada unidad"), w.STAFF, w.POST, looked=("request_letter", "change_letter"), related=("person",),
            title=lambda row: str(row.person), kept=w.OFFICIAL),
        PersonalData(
            "servicedesk.paper", "servicedesk.LiaisonPaper", PART, lazy("Oficios de enlaces"), {"number": lazy("Número")}, w.STAFFED,
            lazy("Constancia del nombramiento"), w.STAFF, w.POST, kept=w.OFFICIAL),
        *w.texts(PART, keeping, [w.Text("servicedesk.ConfigurationItem", lazy("Elementos de configuración"), {
            "name": lazy("Nombre"), "code": lazy("Clave"), "serial": lazy("Número de serie"), "notes": lazy("Notas")})]),
        PersonalData(
            "servicedesk.itemdata", "servicedesk.ConfigurationItem", PART, lazy("Datos de elementos de configuración"),
            {"attributes": lazy("Atributos"), "redundancy": lazy("Respaldos"), "sort_key": lazy("Nombre para ordenar")}, w.NAMED, keeping,
            w.FACULTIES, lazy("Mientras exista el elemento"), kept=lazy("Son datos de equipos; se corrigen en su página")),
        PersonalData(
            "servicedesk.itemversion", "servicedesk.CIVersion", PART, lazy("Historia de elementos de configuración"),
            {"facts": lazy("Cómo estaba"), "reason": lazy("Motivo")}, w.NAMED, keeping, w.FACULTIES, lazy("Mientras exista el elemento"),
            kept=w.UNCHANGING),
    )
