"""The stack in one go: a row for each scan with what was read, corrected in place, and all ticked ones registered together.

A folder of hundreds is looked over page by page: a page that is left is kept, and what is ticked on all of them is one run.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import WAITING, DocumentVersion
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.forms_stack import FOLDED, SEEN, Offered, RowForm, SharedForm, offered
from ventanilla.modules.correspondence.models import Correspondent, StackRow, StackRun, Upload
from ventanilla.modules.correspondence.screens.proposed import Proposed, proposals_of, read_of
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.screens.stack_drafts import Typed, keep_page, key_of, saved, tidy
from ventanilla.modules.correspondence.services.duplicates import registered_already
from ventanilla.modules.correspondence.services.stack_runs import AT_ONCE, MOST, RowDraft, begin_run, perform_run, problems_of
from ventanilla.modules.correspondence.services.uploads import REGISTRABLE, keys_of, stack_of, stack_read, with_versions
from ventanilla.web.ui.refusals import blame

PAGE = 50
"""Rows of a page: with some twenty controls each they stay well below the fields that one request may have."""


@dataclass(frozen=True)
class Row:
    """A scan with its form and what a person should know before ticking it."""

    upload: Upload
    version: DocumentVersion
    form: RowForm
    proposed: Mapping[str, Proposed]
    twin: Case | None
    problem: str

    @property
    def seen(self) -> list[tuple[Any, Proposed | None]]:
        """Fields of the row, each with its proposal when that is doubtful."""
        return [(self.form[name], self._doubt(name)) for name in SEEN]

    @property
    def folded(self) -> list[tuple[Any, Proposed | None]]:
        """The same for what stands under "Más datos"."""
        return [(self.form[name], self._doubt(name)) for name in FOLDED]

    @property
    def unfolded(self) -> bool:
        """Whether something under "Más datos" asks to be looked at."""
        return any(doubt or bound.errors for bound, doubt in self.folded)

    def _doubt(self, name: str) -> Proposed | None:
        found = self.proposed.get(name)
        return found if found and not found.sure else None


def many(request: HttpRequest) -> HttpResponse:
    """The rows of the stack; sent, another page of them, or a run that registers what is ticked on all pages."""
    person = person_of(request)
    if not reach_of(person).can(cap.REGISTER):
        raise Http404
    if request.method == "POST":
        return _sent(request, person)
    tidy(person)
    typed = saved(person)
    return _page(request, person, SharedForm(initial=typed.shared), typed)


def _sent(request: HttpRequest, person: Person) -> HttpResponse:
    if run := _known(person, request.POST.get("uuid", "")):
        return redirect("letter_stack_run", run.uuid)
    keep_page(person, _number(request), request.POST)
    if wanted := whole(request.POST.get("ir"), 3):
        return redirect(f"{reverse('letter_stack_many')}?{urlencode({'pagina': wanted})}")
    shared, typed = SharedForm(request.POST), saved(person)
    if shared.is_valid() and (run := _begun(request, person, shared, typed)):
        return redirect("letter_stack_run", run.uuid)
    return _page(request, person, shared, typed)


def _number(request: HttpRequest) -> int:
    return whole(request.GET.get("pagina"), 3) or 1


def _known(person: Person, key: str) -> StackRun | None:
    """The run of this very form, when it was sent before."""
    keys = keys_of(key)
    return StackRun.objects.filter(uuid__in=keys, person=person).first() if keys else None


def _page(request: HttpRequest, person: Person, shared: SharedForm, typed: Typed) -> HttpResponse:
    """One page: the rows that were sent, else those of its number."""
    stack = stack_read(person)
    page = Paginator(stack.filter(reads__in=REGISTRABLE)[:MOST], PAGE).get_page(_number(request))
    sent = keys_of(",".join(request.POST.getlist("rows")))
    rows = _rows(person, list(stack.filter(uuid__in=sent, reads__in=REGISTRABLE)) if sent else list(page), shared, typed)
    here = {r.upload.uuid for r in rows}
    counted = stack.aggregate(every=Count("pk"), reading=Count("pk", filter=Q(reads__in=WAITING)))
    known = Correspondent.objects.filter(institution_id=person.institution_id, active=True).exclude(organisation="")
    return render(request, "correspondence/stack_many.html", {
        "shared": shared, "rows": rows, "page": page, "reading": counted["reading"], "most": MOST, "draft": key_of(page.number),
        "left": counted["every"] - counted["reading"] - page.paginator.count, "elsewhere": len(set(typed.ticked) - here),
        "units": offered(person.institution).units,
        "organisations": dict.fromkeys(known.order_by("-uses").values_list("organisation", flat=True)[:100]),
    }, status=422 if shared.is_bound else 200)


def _rows(person: Person, uploads: Sequence[Upload], shared: SharedForm, typed: Typed) -> list[Row]:
    pairs, choices = with_versions(uploads), offered(person.institution)
    twins, problems = registered_already(person, uploads), problems_of(uploads)
    return [_row(pair, shared, typed, choices, (twins.get(pair[0].pk), problems.get(pair[0].pk, ""))) for pair in pairs]


def _row(pair: tuple[Upload, DocumentVersion], shared: SharedForm, typed: Typed, choices: Offered, told: tuple[Case | None, str]) -> Row:
    upload, version = pair
    kept = typed.rows.get(upload.uuid)
    read = {name: found["value"] for name, found in read_of(upload).items() if found.get("likely")}
    initial = {"sheets": max(1, version.page_count), **read, "chosen": _plain(upload) and told == (None, "")}
    if kept is not None:
        initial = {name: values[0] if values else "" for name, values in kept.items()}
    form = RowForm(typed.data(upload.uuid) if shared.is_bound else None, prefix=str(upload.uuid), offered=choices, usual=shared.usual,
                   initial=initial)
    return Row(upload, version, form, proposals_of(form, upload, (kept or {}).get("confirmed", ())), *told)


def _plain(upload: Upload) -> bool:
    """Read so well that it is ticked at once: subject and sender are there, and nothing that stands in a field is doubtful."""
    read = {name: found["confidence"] for name, found in read_of(upload).items() if found.get("likely")}
    return "subject" in read and bool({"organisation", "signatory"} & set(read)) and min(read.values()) >= Proposed.SURE


def _begun(request: HttpRequest, person: Person, shared: SharedForm, typed: Typed) -> StackRun | None:
    """The run of what is ticked on every page that was looked at."""
    common = {**shared.cleaned_data, "received_at": shared.cleaned_data["received_at"].isoformat()}
    uuid, _usual = common.pop("uuid"), common.pop("direction")
    chosen = list(stack_read(person).filter(uuid__in=typed.ticked, reads__in=REGISTRABLE))
    drafts = [_draft(row, common) for row in _rows(person, chosen, shared, typed)]
    try:
        run = begin_run(actor=person, uuid=uuid, rows=drafts)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        blame(shared, refusal)
        return None
    _told(request, len(typed.ticked) - len(chosen))
    if len(drafts) <= AT_ONCE:
        perform_run(run.pk)
    return run


def _draft(row: Row, common: dict[str, Any]) -> RowDraft:
    return RowDraft(row.upload, row.form.facts() | common if row.form.is_valid() else {}, row.form.problem())


def _told(request: HttpRequest, gone: int) -> None:
    if gone > 0:
        messages.warning(request, ngettext("%(n)s documento ya no estaba por registrar.", "%(n)s documentos ya no estaban por registrar.",
                                           gone) % {"n": gone})


@require_safe
def run_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of each document, what failed first; htmx asks again until the run is over. Only for who began it."""
    person = person_of(request)
    run = StackRun.objects.filter(uuid=uuid, person=person).first()
    if run is None:
        raise Http404
    context = {"run": run, "page": _results(run, _number(request)), "left": stack_of(person).count(), **_counted(run)}
    name = "correspondence/stack_run_rows.html" if getattr(request, "htmx", False) else "correspondence/stack_run.html"
    return render(request, name, context)


def _results(run: StackRun, number: int) -> Page[StackRow]:
    rows = run.rows.select_related("case__series", "case__unit", "upload").order_by(ExpressionWrapper(Q(problem=""), BooleanField()), "pk")
    return Paginator(rows, PAGE).get_page(number)


def _counted(run: StackRun) -> dict[str, Any]:
    counts = run.rows.aggregate(every=Count("pk"), done=Count("case"), failed=Count("pk", filter=~Q(problem="")))
    title = _("Registro de %(n)s documentos") % {"n": counts["every"]} if counts["every"] != 1 else _("Registro de 1 documento")
    return {**counts, "title": title}
