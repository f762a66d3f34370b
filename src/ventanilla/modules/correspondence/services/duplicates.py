"""Letters that may be the same one: same number, or same sender and a subject much alike. Says why."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.lib.spanish import fold, short_date
from ventanilla.modules.correspondence.models import Letter
from ventanilla.modules.correspondence.services.registration import number_key

ALIKE = 0.82
LOOK_BACK = timedelta(days=120)
CANDIDATES = 200


@dataclass(frozen=True)
class Duplicate:
    """A letter that may be the same, and the reasons, in Spanish."""

    case: Case
    reasons: tuple[str, ...]


def possible_duplicates(person: Person, *, number: str, organisation: str, subject: str, dated: str = "",
                        limit: int = 3) -> list[Duplicate]:
    """The likeliest ones among letters that the person may see, best first."""
    letters = Letter.objects.filter(case__in=Case.objects.visible_to(person).exclude(state="cancelled"))
    letters = letters.select_related("case__unit")
    found: dict[int, Duplicate] = {}
    for letter, reason in [*_by_number(letters, number), *_by_subject(letters, organisation, subject)]:
        known = found.get(letter.pk)
        found[letter.pk] = Duplicate(letter.case, (*(known.reasons if known else ()), reason))
    return sorted(found.values(), key=lambda d: (-len(d.reasons), -d.case.pk))[:limit]


def _by_number(letters, number: str) -> Iterator[tuple[Letter, str]]:  # type: ignore[no-untyped-def]
    key = number_key(number)
    if len(key) < 4:
        return
    for letter in letters.filter(number_key=key).order_by("-case_id")[:5]:
        yield letter, f"Mismo número de documento; llegó {_how(letter)} el {short_date(timezone.localtime(letter.case.received_at))}."


def _by_subject(letters, organisation: str, subject: str) -> Iterator[tuple[Letter, str]]:  # type: ignore[no-untyped-def]
    wanted = fold(subject).casefold().strip()
    if len(wanted) < 12:
        return
    recent = letters.filter(case__received_at__gte=timezone.now() - LOOK_BACK)
    if organisation:
        recent = recent.filter(organisation__iexact=organisation.strip())
    for letter in recent.order_by("-case_id")[:CANDIDATES]:
        likeness = SequenceMatcher(None, wanted, fold(letter.case.subject).casefold()).quick_ratio()
        if likeness >= ALIKE and SequenceMatcher(None, wanted, fold(letter.case.subject).casefold()).ratio() >= ALIKE:
            yield letter, f"Asunto casi igual; llegó {_how(letter)} el {short_date(timezone.localtime(letter.case.received_at))}."


def _how(letter: Letter) -> str:
    return {"paper": "en ventanilla", "courier": "por mensajería", "email": "por correo", "portal": "por la plataforma"}[letter.medium]
