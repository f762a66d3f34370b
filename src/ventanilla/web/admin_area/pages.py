"""How every page here works: who may open it, tables, and form pages with a preview of effects before saving."""
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.web.ui.returning import PENDING, REMOVE, key_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Person, P], HttpResponse]
Cell = str | int | dict[str, Any] | None


def page(*capabilities: str) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """The view receives the person. Without any of the capabilities (none named: any person) the answer is 404.

    Visitors are sent to sign in. NotAllowed from a verb is 404 too.
    """
    def wrap(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            person: Person | None = getattr(request, "person", None)
            if person is None:
                return redirect_to_login(request.get_full_path())
            if capabilities and not any(reach_of(person).can(c) for c in capabilities):
                raise Http404
            try:
                return view(request, person, *args, **kwargs)
            except NotAllowed as error:
                raise Http404 from error
        return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)
    return wrap


@dataclass(frozen=True)
class Table:
    """A table of a page: column titles and rows of cells (text, or a mapping with text, url, tone, code)."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""


@dataclass(frozen=True)
class Effect:
    """One line of a preview: a number and what follows."""

    count: int | str
    text: str


@dataclass
class FormPage:
    """A page with one form. `save` calls the verb and returns where to go; `effects` is asked before saving, and where there are none it
    is saved at once; `first` is what the button that asks says (else that it shows the effects)."""

    title: str
    form: forms.Form
    save: Callable[[dict[str, Any]], str]
    button: str = ""
    done: str = ""
    sub: str = ""
    crumbs: Sequence[tuple[str, str]] = ()
    back: str = ""
    effects: Callable[[dict[str, Any]], tuple[Sequence[Effect], Sequence[Table]]] | None = None
    first: str = ""
    danger: bool = False
    template: str = "admin_area/form.html"
    extra: dict[str, Any] | None = None


def form_page(request: HttpRequest, page: FormPage) -> HttpResponse:
    """Show the form; when it is sent and valid, preview (if asked) or save. A refusal stands at its field."""
    shown: dict[str, Any] = {}
    if request.method == "POST" and page.form.is_valid():
        try:
            if page.effects is None or _confirmed(request):
                return _saved(request, page)
            effects, tables = page.effects(page.form.cleaned_data)
            if not (effects or tables):
                return _saved(request, page)
            shown = {"effects": effects, "tables": tables, "seen": _digest(request)}
        except Refused as refused:
            page.form.add_error(refused.field if refused.field in page.form.fields else None, refused.message)
    context = {"page": page, "form": page.form, **shown, **(page.extra or {}),
               "multipart": page.form.is_multipart(), "form_key": key_of(request) or uuid4()}
    return render(request, page.template, context, status=422 if page.form.errors else 200)


def _saved(request: HttpRequest, page: FormPage) -> HttpResponseRedirect:
    target = page.save(page.form.cleaned_data)
    messages.success(request, page.done or _("Guardado."))
    return redirect(target)


def _confirmed(request: HttpRequest) -> bool:
    """Confirmed means: these very values were previewed."""
    return "confirm" in request.POST and request.POST.get("seen") == _digest(request)


def _digest(request: HttpRequest) -> str:
    sent = [(k, v) for k, vs in sorted(request.POST.lists()) for v in vs
            if k not in ("seen", "confirm", "csrfmiddlewaretoken", "uuid") and not k.endswith((PENDING, REMOVE))]
    # The browser gives each page's form a key of its own, and a file that was chosen is afterwards one that was kept.
    return hashlib.sha256(repr(sent).encode()).hexdigest()[:24]


def post_verb(request: HttpRequest, run: Callable[[], Any], done: str, back: str) -> HttpResponseRedirect:
    """Run a verb behind a button; its refusal is told on the page it came from."""
    try:
        run()
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(back)
