"""Legal bases on the pages: their state in the record, and the table of norms and plans that the registry keeps."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.modules.practices.forms_bases import NormForm
from ventanilla.modules.practices.models import LegalBasis, Norm, Practice
from ventanilla.modules.practices.rules.norms import Norm as NormRule
from ventanilla.modules.practices.rules.norms import known_norms, norm_key, norm_of
from ventanilla.modules.practices.rules.plans import plans
from ventanilla.modules.practices.screens.acting import Act, act
from ventanilla.modules.practices.screens.common import Panel, person_of
from ventanilla.modules.practices.services import bases
from ventanilla.web.ui.formats import long_date


@dataclass(frozen=True)
class Shown:
    """A basis as the record shows it: its mark in words, and the tone of the mark."""

    row: LegalBasis
    mark: str
    tone: str
    unconfirmed: bool = False


def shown(row: LegalBasis, day: date, norms: Sequence[NormRule] = ()) -> Shown:
    """What a mark says of a basis on a local day; whether the dates behind it were not looked up in the gazette."""
    if row.until is None:
        words, tone = (_("Vigente"), "good") if row.known_by else (_("Sin vigencia conocida"), "")
    else:
        ended = bases.state_on(row.until, day)
        text = _("Dejó de estar vigente el %(day)s") if ended == "ended" else _("Vigente hasta el %(day)s")
        words, tone = text % {"day": long_date(row.until)}, {"ended": "bad", "ending": "wait"}.get(ended, "good")
    norm = norm_of(row.key, row.published, norms) if row.known_by == "norm" else None
    return Shown(row, words if row.watched else _("El formulario dice que no está vigente"), tone if row.watched else "wait",
                 norm is not None and not norm.confirmed)


def basis_mark(practice: Practice, day: date | None = None) -> tuple[str, str]:
    """Words and tone of the mark beside a practice's state; ("", "") when nothing has to be said."""
    found = bases.state_on(practice.basis_until, day or timezone.localdate())
    return {"ended": (_("Fundamento vencido"), "bad"), "ending": (_("Fundamento por vencer"), "wait")}.get(found, ("", ""))


def bases_panel(person: Person, practice: Practice) -> Panel | None:
    """The bases of what the practice says now, for its institution."""
    if practice.institution_id != person.institution_id:
        return None
    day, table = timezone.localdate(), bases.norms_of(practice.institution_id)
    rows = [shown(row, day, table) for row in practice.bases.all()]
    if not rows:
        return None
    words, tone = basis_mark(practice, day)
    return Panel("practices/panel_bases.html", {"rows": rows, "mark": words, "tone": tone, "keeper": keeps(person, practice)}, "aside")


def keeps(person: Person, practice: Practice) -> bool:
    """Whether the person keeps the registry of its unit."""
    return reach_of(person).can(cap.PRACTICE_REGISTRY, practice.unit_id)


def keeper_of(request: HttpRequest) -> Person:
    """The person when they keep a registry, else 404."""
    person = person_of(request)
    if not reach_of(person).within(cap.PRACTICE_REGISTRY):
        raise Http404
    return person


def norms(request: HttpRequest) -> HttpResponse:
    """The institution's norms, those that the program brings, and the development plans; the ended ones say what to cite instead."""
    person = keeper_of(request)
    own = list(Norm.objects.filter(institution_id=person.institution_id).select_related("person"))
    known = [(known_norms().index(n), n) for n in bases.not_taken(own)]
    return render(request, "practices/norms.html", {"own": own, "known": known, "plans": plans(), "day": timezone.localdate()})


TRAIL: Any = ((noop("Buenas prácticas"), "practices"), (noop("Normas y planes"), "practice_norms"))


def norm(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a norm, or correct one; with `?norma=` confirm or correct one that the program brings."""
    person = keeper_of(request)
    row = get_object_or_404(Norm, pk=pk, institution_id=person.institution_id) if pk else None
    known = None if row else _named(request.GET.get("norma", ""))

    def run(data: dict[str, Any]) -> str:
        draft = bases.NormDraft(**data, corrects=known.published if known and norm_key(data["name"]) == known.key else None)
        bases.save_norm(actor=person, institution=person.institution, draft=draft, norm=row)
        return _("La norma quedó guardada, y se revisaron las prácticas que la citan.")

    title = _("Confirmar o corregir una norma") if known else _("Corregir una norma") if row else _("Agregar una norma")
    given = Act(title, reverse("practice_norms"), run, label=_("Guardar"), sub=row.name if row else "", said=_(
        "Cuando una norma deja de estar vigente, se marca cada práctica que la cita y se avisa a quien responde por ella."),
                crumbs=[*((_(label), reverse(name)) for label, name in TRAIL), (title, "")])
    return act(request, given, NormForm, norm=row or known)


def _named(number: str) -> NormRule | None:
    """The program's norm of that number in its table."""
    known, place = known_norms(), whole(number)
    return known[place] if place is not None and place < len(known) else None


@require_POST
def norm_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a norm out of the table."""
    person = keeper_of(request)
    bases.drop_norm(actor=person, norm=get_object_or_404(Norm, pk=pk, institution_id=person.institution_id))
    messages.success(request, _("La norma se quitó, y se revisaron las prácticas que la citan."))
    return redirect("practice_norms")
