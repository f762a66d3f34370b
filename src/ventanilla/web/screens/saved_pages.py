"""The pages on which saved views are kept: all of a list, and one of them with its name and with whom it is shared."""
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.numbers import whole
from ventanilla.web.screens import saved
from ventanilla.web.screens.models import SavedView
from ventanilla.web.screens.screen import Screen
from ventanilla.web.screens.views import found

AREAS: Final = "-areas"
ASKED: Final = 8000
"""Characters of a query that are looked at; too long a one is refused, not cut."""


class ViewForm(forms.Form):
    """Name of a view, and with whom it is shared."""

    nombre = forms.CharField(label=lazy("Nombre de la vista"), max_length=saved.NAME,
                             error_messages={"required": lazy("Escriba cómo se llamará la vista.")})
    con = forms.ChoiceField(label=lazy("Quién la ve"), required=False, help_text=lazy(
        "Las demás personas la usan y la copian; sólo usted la cambia. Cada quien ve con ella lo que ya puede consultar. Leerán su nombre "
        "y lo que busca y filtra: no escriba ahí datos personales."))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.pk: (unit, below) for unit, below in saved.sharing(person)}
        self.fields["con"].choices = [("", _("Sólo yo")), *self._offered()]  # type: ignore[attr-defined]

    def _offered(self) -> list[tuple[str, str]]:
        named = {"unit": _("Quienes trabajan en «%(unit)s»"), "below": _("Quienes trabajan en «%(unit)s» y en lo que depende de ella")}
        return [(f"{pk}{AREAS if below else ''}", named["below" if below else "unit"] % {"unit": unit.name})
                for pk, (unit, has) in self.units.items() for below in (False, True)[:2 if has else 1]]

    def shared(self) -> tuple[Unit | None, bool]:
        """With whom, once it is valid."""
        chosen = self.cleaned_data["con"]
        unit, _below = self.units.get(whole(chosen.removesuffix(AREAS)) or 0, (None, False))
        return unit, chosen.endswith(AREAS)


def shared_as(view: SavedView) -> str:
    """What the form says of whom a view is shared with."""
    return f"{view.unit_id or ''}{AREAS if view.below and view.unit_id else ''}"


def views_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The views that the person has of a list, to put in order; POST: keep the filters, order and columns of the list under a name."""
    screen, person = found(request, slug)
    if request.method == "POST":
        return _save(request, screen, person)
    rows = saved.views_of(person, slug)
    kept = saved.kept_of(request, rows, "")
    others = [view for view in kept.views if not view.mine]
    return render(request, "screens/views.html", {
        "screen": screen, "kept": kept, "mine": [view for view in kept.views if view.mine], "others": others, "left": saved.left(others),
        "led": frozenset(view.pk for view in others if saved.may_lead(person, view))})


def _save(request: HttpRequest, screen: Screen, person: Person) -> HttpResponse:
    query = request.POST.get("consulta", "")[:ASKED]
    form = ViewForm(request.POST, person=person)
    if form.is_valid():
        try:
            view = saved.keep(person, screen.slug, form.cleaned_data["nombre"], query)
            unit, below = form.shared()
            if unit is not None:
                saved.rename(view, view.name, unit, below=below)
            messages.success(request, _("La vista «%(name)s» quedó guardada.") % {"name": view.name})
            return redirect(f"{screen.address}?{view.asked}")
        except saved.Refused as refused:
            form.add_error("nombre", str(refused))
    return _form_page(request, screen, form, query=query)


def _form_page(request: HttpRequest, screen: Screen, form: ViewForm, view: SavedView | None = None, query: str = "") -> HttpResponse:
    back = view.asked if view else saved.cleaned(query)
    return render(request, "screens/view.html", {"screen": screen, "form": form, "view": view, "query": query,
                                                 "back": f"{screen.address}?{back}"}, status=422 if form.errors else 200)


def view_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A view of one's own: its name, and with whom it is shared."""
    screen, person = found(request, slug)
    view = _own(person, slug, pk)
    form = ViewForm(request.POST if request.method == "POST" else None, person=person,
                    initial={"nombre": view.name, "con": shared_as(view)})
    if request.method == "POST" and form.is_valid():
        unit, below = form.shared()
        try:
            saved.rename(view, form.cleaned_data["nombre"], unit, below=below)
            messages.success(request, _("La vista «%(name)s» quedó guardada.") % {"name": view.name})
            return redirect(f"{screen.address}?{view.asked}")
        except saved.Refused as refused:
            form.add_error("nombre", str(refused))
    return _form_page(request, screen, form, view)


@require_POST
def change_view(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A view of one's own holds the filters, order and columns of the page."""
    screen, person = found(request, slug)
    view = _own(person, slug, pk)
    try:
        saved.change(view, request.POST.get("consulta", "")[:ASKED])
        messages.success(request, _("Los cambios quedaron en la vista «%(name)s».") % {"name": view.name})
    except saved.Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{screen.address}?{view.asked}")


@require_POST
def open_view(request: HttpRequest, slug: str) -> HttpResponse:
    """The list opens with the view of that number (`vista`) for this person; without one, whole."""
    _screen, person = found(request, slug)
    number = whole(request.POST.get("vista", ""))
    view = _seen(person, slug, number) if number else None
    saved.open_with(person, slug, view)
    messages.success(request, _("Desde ahora la lista se abre con la vista «%(name)s».") % {"name": view.name} if view else
                     _("Desde ahora la lista se abre completa."))
    return redirect("screen_save_view", slug)


@require_POST
def move_view(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A view of one's own goes to that place (`lugar`, from 0)."""
    _screen, person = found(request, slug)
    view = _own(person, slug, pk)
    saved.move(person, slug, view, whole(request.POST.get("lugar", "")) or 0)
    return redirect("screen_save_view", slug)


@require_POST
def copy_view(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A shared view becomes also one of one's own."""
    screen, person = found(request, slug)
    try:
        made = saved.copy(person, _seen(person, slug, pk))
    except saved.Refused as refused:
        messages.error(request, str(refused))
        return redirect("screen_save_view", slug)
    messages.success(request, _("La vista «%(name)s» ya es también suya: puede cambiarla.") % {"name": made.name})
    return redirect(f"{screen.address}?{made.asked}")


@require_POST
def lead_view(request: HttpRequest, slug: str, pk: int, step: str) -> HttpResponse:
    """Who answers for the unit takes a shared view over whose author left it (`tomar`), or shares one no longer (`retirar`)."""
    _screen, person = found(request, slug)
    view = _seen(person, slug, pk)
    if view.mine or not saved.may_lead(person, view) or step not in ("tomar", "retirar"):
        raise Http404
    if step == "retirar":
        saved.withdraw(view)
        messages.success(request, _("La vista «%(name)s» ya no se comparte.") % {"name": view.name})
    elif saved.left([view]):
        saved.take(person, view)
        messages.success(request, _("La vista «%(name)s» está ahora a su cargo.") % {"name": view.name})
    else:
        messages.error(request, _("Quien hizo la vista «%(name)s» sigue trabajando en la unidad: cópiela.") % {"name": view.name})
    return redirect("screen_save_view", slug)


@require_POST
def drop_view(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Forget a saved view of one's own."""
    _screen, person = found(request, slug)
    saved.drop(person, slug, pk)
    return redirect("screen_save_view", slug)


def _seen(person: Person, slug: str, pk: int) -> SavedView:
    for view in saved.named(saved.views_of(person, slug)):
        if view.pk == pk:
            return view
    raise Http404


def _own(person: Person, slug: str, pk: int) -> SavedView:
    view = _seen(person, slug, pk)
    if not view.mine:
        raise Http404
    return view
