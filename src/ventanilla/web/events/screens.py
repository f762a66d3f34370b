"""Pages of notices: the centre by day, what each kind does, the bell's number, and the ticket of the live stream."""
from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ventanilla.core.notices.kinds import DIGEST, KINDS, NONE, NOW, kind_of
from ventanilla.core.notices.models import Notice
from ventanilla.core.notices.services import choose, mark_read, preferences_of
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.web.events import tickets
from ventanilla.web.events.reads import notices_of, unread_count

PAGE: Final = 50
View = Callable[..., HttpResponse]


def for_person(view: View) -> View:
    """Signed in, and with an active person; 404 for an account without one."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if person_of(request) is None:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(asked)


def person_of(request: HttpRequest) -> Any:
    """Who asks (`CurrentPerson` sets it)."""
    person: Person | None = getattr(request, "person", None)
    return person


@require_GET
@for_person
def centre(request: HttpRequest) -> HttpResponse:
    """The notices of the person, 50 a page, by day; `ver=todos`, `tipo=<kind>`, `antes=<id>`."""
    person = person_of(request)
    rows, following = _page(request, person)
    kind = request.GET.get("tipo", "")
    shown = "todos" if request.GET.get("ver") == "todos" else "sin-leer"
    days = [(day, list(group)) for day, group in groupby(rows, key=lambda n: timezone.localdate(n.created_at))]
    return render(request, "events/centre.html", {
        "days": days, "kind_of": kind_of, "kinds": KINDS.values(), "kind": kind if kind in KINDS else "",
        "tabs": _tabs(person, shown, kind), "shown": shown, "count": len(rows), "today": timezone.localdate(),
        "following": f"?{urlencode({'ver': shown, 'tipo': kind, 'antes': following})}" if following else ""})


def _page(request: HttpRequest, person: Person) -> tuple[list[Notice], int]:
    found = notices_of(person)
    if request.GET.get("ver") != "todos":
        found = found.filter(read_at=None)
    if (kind := request.GET.get("tipo", "")) in KINDS:
        found = found.filter(kind=kind)
    if (before := whole(request.GET.get("antes"))) is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[:PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else 0


def _tabs(person: Person, shown: str, kind: str) -> list[dict[str, Any]]:
    unread = unread_count(person)
    count = str(unread) if unread < 100 else _("más de 99")
    named = (("sin-leer", _("Sin leer"), count), ("todos", _("Todos"), None))
    return [{"label": label, "url": f"?{urlencode({'ver': slug, 'tipo': kind})}", "current": slug == shown,
             "count": number} for slug, label, number in named]


@require_POST
@for_person
def read(request: HttpRequest) -> HttpResponse:
    """Mark as read: those ticked (`aviso`), or all of them. Then back to the list."""
    chosen = _uuids(request.POST.getlist("aviso"))
    changed = mark_read(actor=person_of(request), uuids=None if request.POST.get("todos") else chosen)
    if changed:
        messages.success(request, _("Se marcaron como leídos: %(n)s.") % {"n": changed})
    return redirect("events:centre")


@require_GET
@for_person
def open_notice(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open what the notice is about, and count it as read. 404 for another's."""
    person = person_of(request)
    notice = notices_of(person).filter(uuid=uuid).first()
    if notice is None:
        raise Http404
    mark_read(actor=person, uuids=[uuid])
    safe = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None) and notice.url.startswith("/")
    return HttpResponseRedirect(notice.url) if safe else redirect("events:centre")


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:500]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@for_person
def preferences(request: HttpRequest) -> HttpResponse:
    """What each kind of notice does: in the centre, and by mail now, in the daily digest, or not."""
    person = person_of(request)
    if request.method == "POST":
        choose(actor=person, choices={slug: (f"centro-{slug}" in request.POST, request.POST.get(f"correo-{slug}", NONE))
                                      for slug in KINDS})
        messages.success(request, _("Se guardaron sus preferencias de avisos."))
        return redirect("events:preferences")
    chosen = preferences_of(person)
    ways = ((NONE, _("No enviar")), (DIGEST, _("Resumen diario")), (NOW, _("Al momento")))
    return render(request, "events/preferences.html", {
        "rows": [(kind, *chosen[kind.slug]) for kind in KINDS.values()], "ways": ways})


@require_GET
@for_person
def badge(request: HttpRequest) -> HttpResponse:
    """The bell's number, which the live stream asks again for."""
    return JsonResponse({"unread": unread_count(person_of(request))}, headers={"Cache-Control": "no-store"})


@require_GET
def ticket(request: HttpRequest) -> HttpResponse:
    """A ticket for the events port; 401 (not a sign-in page) when the session has ended."""
    person = person_of(request)
    if person is None:
        return JsonResponse({}, status=401)
    return JsonResponse({"ticket": tickets.issue(person)}, headers={"Cache-Control": "no-store"})


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The script of the shared worker, at an address that does not change (one worker for all open pages)."""
    path = finders.find("built/events.worker.js")
    if path is None and not staticfiles_storage.exists("built/events.worker.js"):
        raise Http404
    with (open(path, "rb") if isinstance(path, str) else staticfiles_storage.open("built/events.worker.js")) as script:
        return HttpResponse(script.read(), content_type="text/javascript; charset=utf-8",
                            headers={"Cache-Control": "no-cache"})
