"""Help while somebody asks: what fits the words typed, counted by the form's key, and tickets that may say the same."""
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.api.knowledge import article_of
from ventanilla.modules.servicedesk.api.shaping import CHANGES, READS, ticket_of
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.services.catalogue import offered_to
from ventanilla.modules.servicedesk.services.hints import Alike, Asked, alike
from ventanilla.modules.servicedesk.services.knowledge import readable
from ventanilla.modules.servicedesk.services.knowledge.deflecting import helped, note_help
from ventanilla.modules.servicedesk.services.knowledge.helping import suggest
from ventanilla.modules.servicedesk.services.naming import items_of
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.schemas import CaseOut

router = Router(tags=["Mesa: ayuda"])
DESK = Bearer(scopes.READ, works_somewhere)


class Typing(Schema):
    """What is typed so far. `form`: the uuid that the ticket will have if it is sent, so that help is compared with tickets."""

    subject: str = Field("", max_length=300)
    description: str = Field("", max_length=2000)
    form: UUID | None = None
    offering: str | None = Field(None, max_length=80)


class SuggestionOut(Schema):
    """An article, or a known error (a ticket), that may answer; `words` that it shares, `score` 0 to 1."""

    kind: Literal["article", "known_error"]
    uuid: UUID
    title: str
    summary: str
    words: list[str]
    score: float


class HelpIn(Schema):
    """Beside which form the article was opened, and whether it answered (then the form is not sent)."""

    form: UUID
    offering: str | None = Field(None, max_length=80)
    solved: bool = False


class AlikeOut(Schema):
    """A ticket that may say the same, and why."""

    ticket: CaseOut
    score: float
    words: list[str]
    same_item: bool
    same_unit: bool


class AlikeAsked(Schema):
    """What is typed so far, and of which unit."""

    subject: str = Field("", max_length=300)
    description: str = Field("", max_length=1500)
    unit: UUID | None = None


def _version(person: Person, slug: str | None) -> OfferingVersion | None:
    return offered_to(person).filter(offering__slug=slug).first() if slug else None


@router.get("/help-suggestions", response={200: list[SuggestionOut], **READS}, auth=Bearer(scopes.KNOWLEDGE_READ),
            operation_id="suggest_help", summary="Artículos y errores conocidos que responden a lo que se escribe")
def suggestions(request: HttpRequest, asked: Query[Typing]) -> Any:
    """The best four. With `form`, the articles count as shown beside it."""
    person = actor(request)
    found = suggest(person, asked.subject, asked.description)
    if asked.form and found:
        note_help(person, asked.form, version=_version(person, asked.offering), shown=[s.article.pk for s in found if s.article])
    return [{"kind": "article" if s.article else "known_error", "uuid": s.article.uuid if s.article else s.case.uuid if s.case else None,
             "title": s.title, "summary": s.summary, "words": list(s.words), "score": round(s.score, 3)} for s in found]


@router.post("/articles/{uuid}/help", response={204: None, **CHANGES}, auth=Bearer(scopes.KNOWLEDGE_READ), operation_id="note_help",
             summary="Anotar que se abrió junto a un formulario, o que sirvió y no hace falta un ticket")
def help_given(request: HttpRequest, uuid: UUID, data: HelpIn) -> Any:
    """Counts once a form; `solved` is a vote too. 404 for another person's form."""
    person = actor(request)
    row = readable(person).get(pk=article_of(person, uuid).pk)
    version = _version(person, data.offering)
    if data.solved:
        helped(actor=person, form=data.form, article=row, version=version)
    else:
        note_help(person, data.form, version=version, shown=[row.pk], opened=[row.pk])
    return 204, None


def _alike(found: list[Alike]) -> list[dict[str, Any]]:
    return [{"ticket": shapes.case_out(a.case), "score": round(a.score, 3), "words": list(a.words), "same_item": a.same_item,
             "same_unit": a.same_unit} for a in found]


@router.get("/similar-tickets", response={200: list[AlikeOut], **READS}, auth=DESK, operation_id="find_similar_tickets",
            summary="Tickets que pueden decir lo mismo que lo que se escribe (sólo la mesa de servicio)")
def typing(request: HttpRequest, asked: Query[AlikeAsked]) -> Any:
    """The likeliest five that the person may read."""
    person = actor(request)
    unit = shapes.unit_of(person, asked.unit).pk if asked.unit else None
    return _alike(alike(person, Asked(f"{asked.subject} {asked.description}".strip(), unit)))


@router.get("/tickets/{uuid}/similar", response={200: list[AlikeOut], **READS}, auth=DESK,
            operation_id="list_similar_tickets", summary="Tickets que pueden decir lo mismo que éste (sólo la mesa de servicio)")
def beside(request: HttpRequest, uuid: UUID) -> Any:
    """The likeliest five that the person may read."""
    person = actor(request)
    case = ticket_of(person, uuid)
    text = f"{case.subject} {case.ticket.description[:1500]}"
    return _alike(alike(person, Asked(text, case.ticket.unit_id, items_of([case.pk]).get(case.pk, ()), besides=case.pk)))
