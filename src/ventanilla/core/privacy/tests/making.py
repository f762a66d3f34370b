"""Factories: an institution whose transparency unit attends requests, with an officer and a published notice."""
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from tests import make

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.privacy.models import PrivacyNotice, SubjectRequest
from ventanilla.core.privacy.registry import Asked
from ventanilla.core.privacy.services import notices
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.services.gathering import Gathered, gathered
from ventanilla.core.privacy.services.searching import begin_search

HOLDER = "María José Núñez Ríos"


@dataclass
class Office:
    """The world, the unit in charge and its officer."""

    w: make.World
    unit: Unit
    officer: Person

    def draft(self, *rights: str, **extra: Any) -> verbs.RequestDraft:
        """A request of the holder."""
        return verbs.RequestDraft(rights or ("access",), HOLDER, "Quiero saber qué datos míos tienen", **extra)

    def request(self, *rights: str, **extra: Any) -> SubjectRequest:
        """A registered request."""
        return verbs.register_request(actor=None, institution=self.w.institution, draft=self.draft(*rights, **extra)).request

    def proven(self, *rights: str, **extra: Any) -> SubjectRequest:
        """A request in process."""
        row = self.request(*rights, **extra)
        verbs.admit(actor=self.officer, request=row, identity="Credencial cotejada")
        return SubjectRequest.objects.select_related("case").get(pk=row.pk)

    def granted(self, *rights: str, **extra: Any) -> SubjectRequest:
        """A request that was granted."""
        row = self.proven(*rights, **extra)
        verbs.resolve(actor=self.officer, request=row, text="Procede")
        return SubjectRequest.objects.select_related("case").get(pk=row.pk)

    def publish(self, changes: str = "Se agregan encuestas", **text: Any) -> PrivacyNotice:
        """One more version of the notice, in force from today."""
        told = {"simplified": "Usamos sus datos para atenderle.", "integral": "# Responsable\n\nEl instituto.", "changes": changes,
                "valid_from": timezone.localdate(), **text}
        notices.save_notice(actor=None, institution=self.w.institution, text=notices.NoticeText(**told))
        made = notices.publish_notice(actor=None, institution=self.w.institution)
        self.w.institution.refresh_from_db()
        return made


    def gather(self, request: SubjectRequest, asked: Asked, officer: Person | None = None) -> list[Gathered]:
        """What a search by the officer finds, read to its end."""
        search = begin_search(actor=officer or self.officer, request=request, asked=asked, patience=60)
        return gathered(actor=officer or self.officer, search=search)


def office() -> Office:
    """The south's department attends requests; its officer has the standard role there."""
    w = make.world()
    officer = make.person(w.institution, w.south_1, "transparency", name="Oficial")
    verbs.choose_desk(actor=None, institution=w.institution, terms=verbs.DeskTerms(w.south_1, "Ventanilla 3", source="Ley de prueba"))
    return Office(w, w.south_1, officer)


