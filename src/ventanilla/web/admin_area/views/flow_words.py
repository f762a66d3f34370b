"""Own words for states and steps: the flows, the words of one beside the standard ones, and what was changed."""
import json
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import FlowWord
from ventanilla.core.cases.services.naming import LONGEST, name_flow, usual_words
from ventanilla.core.cases.words import STATE, STEP, every_flow
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.lib.flow import Flow
from ventanilla.web.admin_area.pages import Cell, FormPage, Table, form_page, page
from ventanilla.web.admin_area.words import verb_words

CHANGES = 200


class WordsForm(forms.Form):
    """One text for each state and step; empty is the standard word."""

    def __init__(self, *args: Any, flow: Flow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for (kind, code), usual in usual_words(flow).items():
            widget = forms.TextInput(attrs={"placeholder": usual, "autocomplete": "off"})
            self.fields[f"{kind}.{code}"] = forms.CharField(label=usual, required=False, max_length=LONGEST, widget=widget)

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The states and the steps, each called by its standard word."""
        return [(title, [self[name] for name in self.fields if name.startswith(f"{kind}.")])
                for kind, title in ((STATE, _("Estados")), (STEP, _("Pasos")))]


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Administración"), reverse("admin_area:home"))]


def _flow(slug: str) -> tuple[str, Flow]:
    """What the flow is the life of, and the flow; 404 for another."""
    if slug not in every_flow():
        raise Http404
    title, flow = every_flow()[slug]
    return str(title), flow


@page(cap.ADMIN_CATALOGUES)
def flows(request: HttpRequest, person: Person) -> HttpResponse:
    """Every kind of matter, and how many words of its own the institution has for it."""
    counts: dict[str, int] = {}
    for slug in FlowWord.objects.filter(institution=person.institution).values_list("flow", flat=True):
        counts[slug] = counts.get(slug, 0) + 1
    rows: list[list[Cell]] = [[{"text": str(title), "url": reverse("admin_area:flow_words", args=[slug])}, len(flow.states),
                               len({s.name for s in flow.steps}), counts.get(slug) or ""] for slug, (title, flow) in every_flow().items()]
    table = Table(_("Palabras de estados y pasos"), [_("De qué"), _("Estados"), _("Pasos"), _("Con palabra propia")], rows)
    return render(request, "admin_area/flow_words_all.html", {"table": table, "crumbs": _crumbs()})


@page(cap.ADMIN_CATALOGUES)
def words(request: HttpRequest, person: Person, slug: str) -> HttpResponse:
    """The words of one flow."""
    title, flow = _flow(slug)
    rows = FlowWord.objects.filter(institution=person.institution, flow=slug)
    form = WordsForm(request.POST or None, flow=flow, initial={f"{r.kind}.{r.code}": r.label for r in rows})

    def save(data: dict[str, Any]) -> str:
        given = {(kind, code): word for name, word in data.items() for kind, _dot, code in (name.partition("."),)}
        name_flow(actor=person, institution=person.institution, flow=slug, given=given)
        return reverse("admin_area:flow_words", args=[slug])

    return form_page(request, FormPage(
        title=title, form=form, save=save, done=_("Las palabras quedaron guardadas: ya se leen así en todas partes."),
        sub=_("Lo que deje vacío se llama como siempre. Los códigos de la API y las direcciones no cambian."),
        crumbs=[*_crumbs(), (_("Palabras de estados y pasos"), reverse("admin_area:flows"))], back=reverse("admin_area:flows"),
        template="admin_area/flow_words.html", extra={"history": reverse("admin_area:flow_history", args=[slug])}))


@page(cap.ADMIN_CATALOGUES)
def history(request: HttpRequest, person: Person, slug: str) -> HttpResponse:
    """Who changed which word, newest first."""
    title, flow = _flow(slug)
    rows = Entry.objects.filter(institution_id=person.institution_id, subject=f"flow:{slug}").order_by("-id")[:CHANGES]
    names = {p.pk: p.name for p in Person.objects.filter(pk__in={e.actor_id for e in rows if e.actor_id})}
    usual = {f"{kind}.{code}": word for (kind, code), word in usual_words(flow).items()}
    changes = [{"at": e.at, "what": verb_words(e.verb, e.institution_id), "who": names.get(e.actor_id or 0, _("El sistema")),
                "fields": _fields(json.loads(e.detail or "{}"), usual)} for e in rows]
    return render(request, "admin_area/history.html", {"label": title, "changes": changes,
                                                       "back": reverse("admin_area:flow_words", args=[slug])})


def _fields(detail: dict[str, dict[str, str]], usual: dict[str, str]) -> list[tuple[str, str, str]]:
    """Of each word: what it is for, and how it was called before and after."""
    before, after = detail.get("before") or {}, detail.get("after") or {}
    return [(usual.get(name, name), before.get(name) or usual.get(name, ""), word or usual.get(name, "")) for name, word in after.items()]
