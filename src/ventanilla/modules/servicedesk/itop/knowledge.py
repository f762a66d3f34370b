"""Known errors, help articles (iTop's FAQ), families of services and files of tickets as iTop's classes."""
import base64
from typing import Any, Final

from django.db.models import QuerySet

from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services.reading import open_version
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.itop.classes import Attribute, ItopClass, Seen, register
from ventanilla.modules.servicedesk.itop.profile import OF_KIND
from ventanilla.modules.servicedesk.itop.words import written
from ventanilla.modules.servicedesk.models import Article, ServiceFamily
from ventanilla.modules.servicedesk.services.knowledge.reading import readable
from ventanilla.web.api import scopes

A: Final = Attribute


def _errors(person: Person) -> QuerySet[Case]:
    return Case.objects.visible_to(person).filter(kind="known_error").select_related("known_error", "ticket__unit", "unit", "assignee")


def _problem(row: Case, seen: Seen) -> str:
    """The problem of which it was learnt, when the person sees it too."""
    return str(seen.problems.get(row.pk, 0))


def _root_cause(row: Case, seen: Seen) -> str:
    return row.known_error.root_cause if seen.staff(row) else ""


_ERROR: Final = {
    "id": A(lambda row, seen: str(row.pk), "pk", "key"), "name": A(lambda row, seen: row.subject, "subject"),
    "friendlyname": A(lambda row, seen: row.subject, "subject"), "error_code": A(lambda row, seen: str(row.folio), "folio"),
    "org_id": A(lambda row, seen: str(row.ticket.unit_id or 0), "ticket__unit", "key"),
    "org_name": A(lambda row, seen: row.ticket.unit.name if row.ticket.unit else "", "ticket__unit__name"),
    "symptom": A(lambda row, seen: row.known_error.symptoms, "known_error__symptoms"), "root_cause": A(_root_cause),
    "workaround": A(lambda row, seen: row.known_error.workaround, "known_error__workaround"),
    "solution": A(lambda row, seen: row.ticket.solution, "ticket__solution"), "problem_id": A(_problem),
}


def _article(person: Person) -> QuerySet[Article]:
    return readable(person)


def _family_name(row: Article, _seen: Seen) -> str:
    return row.family.name if row.family else ""


_FAQ: Final = {
    "id": A(lambda row, seen: str(row.pk), "pk", "key"), "title": A(lambda row, seen: row.current.title, "current__title"),
    "friendlyname": A(lambda row, seen: row.current.title, "current__title"),
    "summary": A(lambda row, seen: row.current.summary, "current__summary"),
    "description": A(lambda row, seen: row.current.body, "current__body"),
    "category_id": A(lambda row, seen: str(row.family_id or 0), "family", "key"), "category_name": A(_family_name, "family__name"),
    "key_words": A(lambda row, seen: row.current.words, "current__words"),
}


def _families(person: Person) -> QuerySet[ServiceFamily]:
    return ServiceFamily.objects.filter(institution_id=person.institution_id, active=True)


_FAMILY: Final = {"id": A(lambda row, seen: str(row.pk), "pk", "key"), "name": A(lambda row, seen: row.name, "name"),
                  "friendlyname": A(lambda row, seen: row.name, "name")}


def _files(person: Person) -> QuerySet[Attachment]:
    rows = Attachment.objects.readable_by(person).filter(case__kind__in=OF_KIND, case__in=Case.objects.visible_to(person))
    return rows.select_related("case__ticket", "document", "person")


def _contents(row: Attachment, seen: Seen) -> dict[str, str]:
    """The file as iTop writes it; one that cannot be handed out (not scanned yet, quarantined) says why and has no data."""
    version = seen.newest[row.document_id]
    found = {"data": "", "mimetype": "application/octet-stream", "filename": row.document.title}
    try:
        with open_version(version) as file:
            return {**found, "mimetype": version.blob.media_type, "data": base64.b64encode(file.read()).decode()}
    except DocumentError as problem:
        return {**found, "error": problem.message}


_FILE: Final = {
    "id": A(lambda row, seen: str(row.pk), "pk", "key"), "item_id": A(lambda row, seen: str(row.case_id), "case", "key"),
    "item_class": A(lambda row, seen: OF_KIND[row.case.kind].name),
    "item_org_id": A(lambda row, seen: str(row.case.ticket.unit_id or 0), "case__ticket__unit", "key"),
    "friendlyname": A(lambda row, seen: row.document.title, "document__title"),
    "creation_date": A(lambda row, seen: written(row.at, seen.zone) or "", "at", "moment"),
    "user_id": A(lambda row, seen: str(row.person_id or 0), "person", "key"), "contents": A(_contents),
}


def _class(name: str, rows: Any, fields: dict[str, Attribute], scope: str, names: Any) -> ItopClass:
    return ItopClass(name, rows, fields, lambda row: name, scope, names)


register(
    _class("KnownError", _errors, _ERROR, scopes.READ, lambda row: str(row.subject)),
    _class("FAQ", _article, _FAQ, scopes.KNOWLEDGE_READ, lambda row: str(row.current.title)),
    _class("FAQCategory", _families, _FAMILY, scopes.KNOWLEDGE_READ, lambda row: str(row.name)),
    _class("ServiceFamily", _families, _FAMILY, scopes.CATALOGUES, lambda row: str(row.name)),
    _class("Attachment", _files, _FILE, scopes.FILES_READ, lambda row: str(row.document.title)),
)
