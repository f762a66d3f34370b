"""What the core's own tables keep of people. Modules and pages declare theirs beside their code."""
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.audit.models import Entry, Personal
from ventanilla.core.audit.services import erase_personal
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case
from ventanilla.core.notices.models import Mail, MailState
from ventanilla.core.privacy import words as w
from ventanilla.core.privacy.registry import (
    Asked,
    Erasing,
    PersonalData,
    Words,
    excerpt,
    held_case,
    register_not_personal,
    register_personal,
)
from ventanilla.core.privacy.services.erasing import empty, hide_in
from ventanilla.core.questionnaires.models import FieldValue, Response, ResponseState

ORGS, CASES, NOTICES = lazy("Personas y cuentas"), lazy("Asuntos"), lazy("Avisos y correo")
FORMS, FILES, LOG, PRIVACY = lazy("Formularios y encuestas"), lazy("Archivos"), lazy("Bitácora"), lazy("Datos personales")


def register() -> None:
    """Called once from the app's `ready()`."""
    register_personal(*_orgs(), *_cases(), *_rest())
    register_not_personal(_not_personal())


def _record(row: Any) -> str:
    """The page of a case, or of what hangs from it."""
    case = row if isinstance(row, Case) else row.case
    return kind_of(case.kind).detail_url(case.pk)


def _step_label(row: Any) -> str:
    """What a step of the history is called on the screen; steps of turns have no flow of their kind, and keep their name."""
    return next((str(step.label) for step in kind_of(row.case.kind).flow.steps if step.name == row.verb), str(row.verb))


def _orgs() -> tuple[PersonalData, ...]:
    return (
        PersonalData(
            "orgs.person", "orgs.Person", ORGS, lazy("Personas de la institución"),
            {"given_name": lazy("Nombre"), "surname_1": lazy("Primer apellido"), "surname_2": lazy("Segundo apellido"),
             "email": lazy("Correo"), "phone": lazy("Teléfono"), "sort_key": lazy("Nombre para ordenar")}, w.STAFFED,
            lazy("Saber quién atiende cada asunto, turnarle y avisarle"), w.STAFF, w.POST, looked=("given_name+surname_1+surname_2",
                                                                                                   "email"),
            url=lambda row: reverse("directory:person", args=[row.pk]), correct=lambda row: reverse("admin_area:edit_person",
                                                                                                    args=[row.pk]),
            shown=lambda row, _asked: ((lazy("Nombre"), row.name), (lazy("Correo"), row.email), (lazy("Teléfono"), row.phone)),
            held=_serving, erase=empty(email="", phone=""),
            stays=lazy("El nombre queda en los actos oficiales en que intervino; el correo y el teléfono se cancelaron.")),
        PersonalData(
            "orgs.user", "orgs.User", ORGS, lazy("Cuentas"), {"email": lazy("Correo con que entra")}, w.STAFFED,
            lazy("Comprobar quién entra"), w.STAFF, w.ACCOUNT, looked=("email",), owner="persons__institution_id",
            kept=lazy("Es la llave con que entra: se bloquea la cuenta en Administración, y el correo queda como constancia de sus actos")),
        PersonalData(
            "orgs.absence", "orgs.Absence", ORGS, lazy("Ausencias"), {"reason": lazy("Motivo")}, w.STAFFED,
            lazy("Que otra persona atienda mientras tanto"), w.STAFF, w.POST, looked=("reason",), owner="person__institution_id",
            title=lambda row: str(row.person), related=("person",), erase=empty(reason="")),
    )


def _serving(row: Any) -> str:
    return _("Es una persona servidora pública en funciones: su nombre, cargo y contacto de trabajo son públicos.") if row.active else ""


def _cases() -> tuple[PersonalData, ...]:
    return (
        PersonalData(
            "cases.case", "cases.Case", CASES, lazy("Asuntos"), {"subject": lazy("Asunto")}, w.NAMED,
            lazy("Saber de qué trata cada asunto"), w.FACULTIES, w.SERIES, looked=("subject",), case="self", url=_record,
            title=lambda row: str(row.subject), erase=hide_in("subject")),
        *w.texts(CASES, lazy("Decir qué se pide y qué se responde"), [
            w.Text("cases.Turn", lazy("Instrucciones de turnos"), {"text": lazy("Instrucción")}, "case"),
            w.Text("cases.Answer", lazy("Respuestas"), {"text": lazy("Respuesta"), "verdict_reason": lazy("Evaluación")}, "turn__case"),
            w.Text("cases.Note", lazy("Notas"), {"text": lazy("Nota")}, "case")]),
        PersonalData(
            "cases.move", "cases.Move", CASES, lazy("Historia de los asuntos"), {"reason": lazy("Motivo"), "detail": lazy("Detalle")},
            w.NAMED, lazy("Saber quién hizo qué y por qué"), w.DUTY, w.WITH_CASE, looked=("reason", "detail"), case="case",
            title=_step_label, kept=w.UNCHANGING, shown=_excerpts("reason", "detail")),
        PersonalData(
            "cases.pause", "cases.Pause", CASES, lazy("Pausas de plazos"), {"reason": lazy("Motivo")}, w.NAMED,
            lazy("Explicar por qué no corrió un plazo"), w.DUTY, w.WITH_CASE, kept=w.UNCHANGING),
        PersonalData(
            "cases.searchrow", "cases.SearchRow", CASES, lazy("Índice de búsqueda"), {"title": lazy("Título"), "body": lazy("Palabras")},
            w.NAMED, lazy("Encontrar un asunto por sus palabras"), w.FACULTIES, w.WITH_CASE, kept=w.COPIED),
    )


def _excerpts(*names: str) -> Any:
    """Of texts that nobody may change: only the part in which the person stands."""
    def shown(row: Any, asked: Asked) -> list[tuple[Any, str]]:
        return [(lazy("Texto"), excerpt(_plain(getattr(row, name)), asked)) for name in names]
    return shown


def _plain(value: Any) -> str:
    """What a column says, as text: of data only what they say, without their names and signs."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return " · ".join(filter(None, map(_plain, parts)))
    return "" if value is None else str(value)


def _rest() -> tuple[PersonalData, ...]:
    return (*_log(), *_notices(), *_forms(), *_files(), *_privacy())


def _log() -> tuple[PersonalData, ...]:
    return (
        PersonalData(
            "audit.personal", "audit.Personal", LOG, lazy("Parte personal de la bitácora"),
            {"data": lazy("Lo que se escribió al actuar"), "salt": lazy("Sal de su huella")}, w.NAMED,
            lazy("Demostrar qué se hizo y que nadie lo alteró"), w.DUTY, w.WITH_CASE, looked=("data",), every=_entries,
            title=lambda row: _("Registro %(n)s de la bitácora") % {"n": row.entry_id}, shown=_excerpts("data"), held=_logged,
            erase=_erase_entries),
    )


def _entries(institution_id: int) -> QuerySet[Any]:
    return Personal.objects.filter(entry_id__in=Entry.objects.filter(institution_id=institution_id).values("id"))


def _logged(row: Any) -> str:
    """What is logged of a case is kept as the case is."""
    case_id = Entry.objects.filter(pk=row.entry_id).values_list("case_id", flat=True).first()
    return held_case(Case.objects.filter(pk=case_id or 0).first())


def _erase_entries(rows: Sequence[Any], erasing: Erasing) -> None:
    ids = sorted(row.entry_id for row in rows)
    erase_personal(actor=erasing.actor, entry_ids=ids, institution_id=erasing.actor.institution_id, reason=erasing.folio)


def _notices() -> tuple[PersonalData, ...]:
    return (
        PersonalData(
            "notices.notice", "notices.Notice", NOTICES, lazy("Avisos"), {"title": lazy("Título"), "body": lazy("Texto")}, w.NAMED,
            lazy("Avisar a quien atiende de lo que cambia"), w.STAFF, lazy("Mientras exista la cuenta de quien lo recibió"),
            looked=("title", "body"), related=("person",), title=lambda row: _("Aviso a %(who)s") % {"who": row.person},
            shown=_excerpts("title", "body"), erase=hide_in("title", "body")),
        PersonalData(
            "notices.mail", "notices.Mail", NOTICES, lazy("Correos que salieron"),
            {"to": lazy("Para"), "subject": lazy("Asunto"), "text": lazy("Texto"), "html": lazy("Texto con formato"),
             "from_name": lazy("De parte de"), "from_address": lazy("Buzón"), "reply_to": lazy("Responder a")}, w.NAMED,
            lazy("Hacer llegar avisos y respuestas por correo"), w.FACULTIES, w.WITH_CASE, looked=("to", "subject", "text"), every=_mails,
            title=lambda row: str(row.subject)[:120], held=_waiting,
            shown=lambda row, asked: ((lazy("Para"), row.to), (lazy("Asunto"), row.subject), *_excerpts("text")(row, asked)),
            erase=empty(to="", subject="", text="", html="", reply_to="")),
    )


def _mails(institution_id: int) -> QuerySet[Any]:
    """Those to people of the institution, and those about its cases to who has no account (`thread` names the case)."""
    about = RawSQL(r"EXISTS (SELECT 1 FROM cases_case c WHERE c.institution_id = %s"
                   r" AND c.id = (substring(notices_mail.thread from '^<asunto-(\d+)@'))::bigint)", (institution_id,))
    return Mail.objects.annotate(about=about).filter(Q(person__institution_id=institution_id) | Q(person=None, about=True))


def _waiting(row: Any) -> str:
    return _("El correo todavía espera salir.") if row.state == MailState.QUEUED else ""


def _forms() -> tuple[PersonalData, ...]:
    return (
        PersonalData(
            "questionnaires.response", "questionnaires.Response", FORMS, lazy("Respuestas a formularios y encuestas"),
            {"values": lazy("Lo que se respondió"), "void_reason": lazy("Por qué se anuló")}, w.ANSWERED,
            lazy("Atender lo que se pide y mejorar el servicio"), w.ASKED, w.WITH_CASE, looked=("values",), case="case",
            related=("instrument",), title=lambda row: str(row.instrument), shown=_excerpts("values"), erase=_forget_answers),
        PersonalData(
            "questionnaires.value", "questionnaires.FieldValue", FORMS, lazy("Respuestas en columnas"), {"text": lazy("Valor")}, w.ANSWERED,
            lazy("Filtrar y contar respuestas"), w.ASKED, w.WITH_CASE, kept=w.COPIED),
    )


def _forget_answers(rows: Sequence[Any], erasing: Erasing) -> None:
    """An answer of the person goes whole; extra data of a matter lose only the person's words."""
    for row in rows:
        if row.role == "answer":
            Response.objects.filter(pk=row.pk).update(values={}, respondent=None, state=ResponseState.VOID, void_reason=erasing.folio)
            FieldValue.objects.filter(response=row).delete()
        else:
            Response.objects.filter(pk=row.pk).update(values=erasing.asked.hidden_in(row.values))
            for cell in FieldValue.objects.filter(response=row, text__isnull=False):
                FieldValue.objects.filter(pk=cell.pk).update(text=erasing.asked.hidden(cell.text or "")[:200])


def _files() -> tuple[PersonalData, ...]:
    signed = lazy("Un documento recibido o firmado no se altera: se conserva y se da de baja completo, con su serie documental")
    purpose = lazy("Tener a la vista lo que se recibió y lo que se respondió")
    return (
        PersonalData(
            "documents.page", "documents.Page", FILES, lazy("Páginas de archivos"),
            {"text": lazy("Texto reconocido"), "packed_words": lazy("Lugar de cada palabra")}, w.NAMED, purpose, w.FACULTIES, w.SERIES,
            looked=("text",), owner="version__document__institution_id", case="version__document__attachment__case",
            related=("version__document",), title=lambda row: _("%(file)s, página %(n)s") % {"file": row.version.document, "n": row.number},
            shown=lambda _row, _asked: (), kept=signed),
        PersonalData(
            "documents.document", "documents.Document", FILES, lazy("Títulos de archivos"), {"title": lazy("Título")}, w.NAMED, purpose,
            w.FACULTIES, w.SERIES, looked=("title",), case="attachment__case", kept=signed),
        PersonalData(
            "documents.version", "documents.DocumentVersion", FILES, lazy("Nombres de archivos"),
            {"filename": lazy("Nombre con que llegó"), "problem_details": lazy("Por qué no se pudo leer")}, w.NAMED, purpose, w.FACULTIES,
            w.SERIES, kept=signed),
        PersonalData(
            "documents.pending", "documents.PendingFile", FILES, lazy("Archivos de formularios sin terminar"),
            {"filename": lazy("Nombre con que llegó")}, w.STAFFED, lazy("No pedir otra vez el archivo cuando falta corregir un dato"),
            w.STAFF, lazy("Un día"), kept=lazy("Se borran solos")),
        PersonalData(
            "exports.job", "exports.ExportJob", FILES, lazy("Archivos que se pidieron"),
            {"params": lazy("Filtros"), "path": lazy("Dónde está"), "error": lazy("Por qué no salió")}, w.STAFFED,
            lazy("Entregar una lista a quien la pidió"), w.STAFF, lazy("El archivo, siete días"), kept=lazy("Se borran solos")),
    )


def _privacy() -> tuple[PersonalData, ...]:
    kept = lazy("Es la constancia de que se ejerció un derecho y de cómo se respondió")
    purpose = lazy("Atender el acceso, la rectificación, la cancelación y la oposición")
    return (
        PersonalData(
            "privacy.request", "privacy.SubjectRequest", PRIVACY, lazy("Solicitudes de datos personales"),
            {"holder": lazy("Persona titular"), "representative": lazy("Representante"), "email": lazy("Correo"),
             "details": lazy("Qué pide"), "identity": lazy("Cómo se acreditó"), "resolution": lazy("Respuesta"),
             "fulfilment": lazy("Cómo se cumplió"), "terms": lazy("Palabras con que se buscó")}, lazy("Quien ejerce sus derechos"), purpose,
            w.ASKED, w.SERIES, looked=("holder", "representative", "email"), case="case", url=_record,
            shown=lambda row, _asked: ((lazy("Persona titular"), row.holder), (lazy("Correo"), row.email)), title=lambda row: ", ".join(
                row.rights_words), kept=kept),
        PersonalData(
            "privacy.identity", "privacy.IdentityFile", PRIVACY, lazy("Copias de una identificación"),
            {"name": lazy("Nombre del archivo"), "content": lazy("La copia")}, lazy("Quien ejerce sus derechos"),
            lazy("Comprobar quién pide los datos antes de entregarlos"), w.ASKED,
            lazy("Los días que fija la institución, desde que consta la identidad o termina la solicitud"),
            owner="request__institution_id", kept=lazy("Se borra sola")),
        PersonalData(
            "privacy.search", "privacy.PersonSearch", PRIVACY, lazy("Búsquedas de una persona"),
            {"terms": lazy("Palabras con que se busca")}, lazy("Quien ejerce sus derechos"), purpose, w.ASKED,
            lazy("Hasta la búsqueda siguiente o el fin de la solicitud"), owner="request__institution_id", kept=lazy("Se borra sola")),
        PersonalData(
            "privacy.finding", "privacy.Finding", PRIVACY, lazy("Lo que se encontró de la persona"),
            {"reason": lazy("Por qué se conserva")},
            lazy("Quien ejerce sus derechos"), purpose, w.ASKED, w.SERIES, kept=kept),
        PersonalData(
            "privacy.opposition", "privacy.Opposition", PRIVACY, lazy("Oposiciones"), {"email": lazy("Correo")},
            lazy("Quien se opuso a recibir encuestas y avisos"), lazy("No volver a escribirle"), w.ASKED,
            lazy("Mientras no pida lo contrario"),
            looked=("email",), title=lambda row: _("Oposición"), kept=lazy("Sin este dato no se podría respetar la oposición")),
    )


def _not_personal() -> dict[str, dict[str, Words]]:
    return {
        "audit.Entry": w.all_of(lazy("La parte personal está aparte (audit.Personal)"), "subject", "detail", "digest"),
        "audit.Seal": w.all_of(w.TECHNICAL, "hash"), "audit.Head": w.all_of(w.TECHNICAL, "hash"),
        "audit.Sending": w.all_of(w.TECHNICAL, "digest"),
        "orgs.Institution": w.all_of(w.INSTITUTIONAL, "name", "short_name", "tokens", "policy"),
        "orgs.InstitutionLogo": w.all_of(w.INSTITUTIONAL, "png"),
        "orgs.Unit": w.all_of(w.INSTITUTIONAL, "code", "name", "short_name", "sort_key"), "orgs.UnitCode": w.all_of(w.INSTITUTIONAL,
                                                                                                                    "code"),
        "orgs.Post": w.all_of(w.INSTITUTIONAL, "title"), "orgs.Role": w.all_of(w.CONFIGURED, "name"),
        "workdays.Calendar": w.all_of(w.CATALOGUE, "name"), "workdays.CalendarVersion": w.all_of(w.CATALOGUE, "note", "day_count"),
        "workdays.DayException": w.all_of(w.CATALOGUE, "name"),
        "notices.Notice": w.all_of(w.TECHNICAL, "mail"), "notices.Preference": w.all_of(w.TECHNICAL, "mail"),
        "notices.Mark": w.all_of(w.TECHNICAL, "name", "snapshot", "target"),
        "cases.Move": w.all_of(w.TECHNICAL, "from_state", "to_state"), "cases.Instruction": w.all_of(w.CATALOGUE, "text"),
        "cases.RoutingRule": w.all_of(w.CATALOGUE, "reason"), "cases.FlowWord": w.all_of(w.CATALOGUE, "code"),
        "questionnaires.Instrument": w.all_of(w.CATALOGUE, "name"), "questionnaires.InstrumentVersion": w.all_of(w.CATALOGUE, "definition"),
        "questionnaires.Response": w.all_of(w.TECHNICAL, "token_digest"), "questionnaires.FieldValue": w.all_of(w.TECHNICAL, "key"),
        "privacy.PrivacyNotice": w.all_of(w.INSTITUTIONAL, "simplified", "integral", "changes"),
        "privacy.PrivacyDesk": w.all_of(w.INSTITUTIONAL, "contact", "source"), "privacy.SubjectRequest": w.all_of(w.TECHNICAL,
                                                                                                                  "key_digest"),
    }
