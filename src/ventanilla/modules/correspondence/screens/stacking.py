"""The stack in one go: a row for each scan with what was read, corrected in place, and all ticked ones registered together."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import WAITING, DocumentVersion
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.forms_stack import FOLDED, SEEN, RowForm, SharedForm
from ventanilla.modules.correspondence.models import Correspondent, LetterType, StackRun, Upload
from ventanilla.modules.correspondence.screens.proposed import Proposed, proposals_of, read_of
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.duplicates import registered_already
from ventanilla.modules.correspondence.services.stack_runs import AT_ONCE, MOST, RowDraft, begin_run, perform_run, problems_of
from ventanilla.modules.correspondence.services.uploads import REGISTRABLE, keys_of, stack_of, with_versions
from ventanilla.web.ui.drafts import discard, keep
from ventanilla.web.ui.models import Draft
from ventanilla.web.ui.refusals import blame

DRAFT = "letter-stack"
LOOKED_AT = 400
"""Scans of the stack that are looked through for those that can be registered."""


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
    """The rows of the stack; sent, a run that registers the ticked ones."""
    person = person_of(request)
    if not reach_of(person).can(cap.REGISTER):
        raise Http404
    posted = request.method == "POST"
    shared = SharedForm(request.POST if posted else None)
    if posted and (run := _known(person, request.POST.get("uuid", ""))):
        return redirect("letter_stack_run", run.uuid)
    waiting = _waiting(request, person)
    rows = _rows(request, person, waiting)
    if posted and shared.is_valid() and (run := _begun(request, person, shared, rows)):
        return redirect("letter_stack_run", run.uuid)
    if not posted:
        _tidy(person, rows)
    left = stack_of(person).count() - len(rows)
    reading = sum(v.state in WAITING for _u, v in waiting)
    known = Correspondent.objects.filter(institution_id=person.institution_id, active=True).exclude(organisation="")
    return render(request, "correspondence/stack_many.html", {
        "shared": shared, "rows": rows, "left": left, "reading": reading, "most": MOST, "at_once": AT_ONCE,
        "organisations": dict.fromkeys(known.order_by("-uses").values_list("organisation", flat=True)[:100]),
    }, status=422 if posted else 200)


def _known(person: Person, key: str) -> StackRun | None:
    """The run of this very form, when it was sent before."""
    keys = keys_of(key)
    return StackRun.objects.filter(uuid__in=keys, person=person).first() if keys else None


def _waiting(request: HttpRequest, person: Person) -> list[tuple[Upload, DocumentVersion]]:
    """The scans that were sent as rows, else the oldest of the stack."""
    stack = stack_of(person)
    if request.method == "POST":
        stack = stack.filter(uuid__in=keys_of(",".join(request.POST.getlist("rows"))))
    return with_versions(list(stack[:LOOKED_AT]))


def _rows(request: HttpRequest, person: Person, waiting: list[tuple[Upload, DocumentVersion]]) -> list[Row]:
    ready = [(u, v) for u, v in waiting if v.state in REGISTRABLE][:MOST]
    uploads = [u for u, _v in ready]
    twins, problems = registered_already(person, uploads), problems_of(uploads)
    types = list(LetterType.objects.filter(institution=person.institution, active=True).values_list("pk", "name"))
    return [_row(request, pair, types, (twins.get(pair[0].pk), problems.get(pair[0].pk, ""))) for pair in ready]


def _row(request: HttpRequest, pair: tuple[Upload, DocumentVersion], types: list[tuple[int, str]], told: tuple[Case | None, str]) -> Row:
    upload, version = pair
    prefix, posted = str(upload.uuid), request.method == "POST"
    read = {name: found["value"] for name, found in read_of(upload).items() if found.get("likely")}
    initial = {"sheets": max(1, version.page_count), **read, "chosen": _plain(upload) and told == (None, "")}
    form = RowForm(request.POST if posted else None, prefix=prefix, types=types, initial=initial)
    confirmed = request.POST.getlist(f"{prefix}-confirmed")
    return Row(upload, version, form, proposals_of(form, upload, confirmed), *told)


def _plain(upload: Upload) -> bool:
    """Read so well that it is ticked at once: subject and sender are there, and nothing that stands in a field is doubtful."""
    read = {name: found["confidence"] for name, found in read_of(upload).items() if found.get("likely")}
    return "subject" in read and bool({"organisation", "signatory"} & set(read)) and min(read.values()) >= Proposed.SURE


def _begun(request: HttpRequest, person: Person, shared: SharedForm, rows: list[Row]) -> StackRun | None:
    common = {**shared.cleaned_data, "received_at": shared.cleaned_data["received_at"].isoformat()}
    uuid = common.pop("uuid")
    chosen = [r for r in rows if request.POST.get(f"{r.upload.uuid}-chosen")]
    drafts = [RowDraft(r.upload, r.form.facts() | common if r.form.is_valid() else {}, r.form.problem()) for r in chosen]
    try:
        run = begin_run(actor=person, uuid=uuid, rows=drafts)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        blame(shared, refusal)
        return None
    _told(request, len(request.POST.getlist("rows")) - len(rows))
    keep(person, DRAFT, _typed(request, rows))
    if len(drafts) <= AT_ONCE:
        perform_run(run.pk)
    return run


def _told(request: HttpRequest, gone: int) -> None:
    if gone > 0:
        messages.warning(request, ngettext("%(n)s documento ya no estaba por registrar.", "%(n)s documentos ya no estaban por registrar.",
                                           gone) % {"n": gone})


def _typed(request: HttpRequest, rows: list[Row]) -> dict[str, list[str]]:
    """What was typed into the rows; it comes back for those that were not ticked or could not be registered."""
    mine = tuple(f"{r.upload.uuid}-" for r in rows)
    return {name: [str(v) for v in values] for name, values in request.POST.lists() if name.startswith(mine)}


def _tidy(person: Person, rows: list[Row]) -> None:
    """The draft forgets rows that do not wait any more, and goes when nothing of it is left."""
    draft = Draft.objects.filter(person=person, key=DRAFT).first()
    if draft is None:
        return
    waiting = set(keys_of(",".join(str(r.upload.uuid) for r in rows)))
    left = {name: values for name, values in draft.data.items() if len(name) < 37 or set(keys_of(name[:36])) & waiting}
    if not any(len(name) > 36 for name in left):
        discard(person, DRAFT)
    elif left != draft.data:
        keep(person, DRAFT, left)


@require_safe
def run_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of each document; htmx asks again until the run is over. Only for who began it."""
    person = person_of(request)
    run = StackRun.objects.filter(uuid=uuid, person=person).first()
    if run is None:
        raise Http404
    rows = list(run.rows.select_related("case__series", "case__unit", "upload").order_by("pk"))
    done, failed = sum(r.case_id is not None for r in rows), sum(bool(r.problem) for r in rows)
    title = _("Registro de %(n)s documentos") % {"n": len(rows)} if len(rows) != 1 else _("Registro de 1 documento")
    context = {"run": run, "rows": rows, "done": done, "failed": failed, "title": title, "left": stack_of(person).count()}
    name = "correspondence/stack_run_rows.html" if getattr(request, "htmx", False) else "correspondence/stack_run.html"
    return render(request, name, context)
