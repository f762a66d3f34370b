"""The way in: what waits for the person, the registry in figures, and practices side by side."""
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import Practice, PracticeRevision, PracticeState
from ventanilla.modules.practices.screens.common import person_of
from ventanilla.modules.practices.screens.record import readable, said
from ventanilla.modules.practices.services.figures import figures
from ventanilla.modules.practices.services.permissions import units_of

MOST = 4


def home(request: HttpRequest) -> HttpResponse:
    """What the person is documenting, and the newest of the registry."""
    person = person_of(request)
    mine = Practice.objects.writable_by(person).filter(state__in=[PracticeState.DRAFT, PracticeState.OBSERVED, PracticeState.REJECTED])
    public = Practice.objects.published().select_related("unit").order_by("-registered_at", "-pk")
    return render(request, "practices/home.html", {
        "mine": list(mine.select_related("unit").order_by("-updated_at", "-pk")[:12]), "newest": list(public[:8]),
        "documents": bool(units_of(person)), "keeps": bool(reach_of(person).within(cap.PRACTICE_REGISTRY))})


def board(request: HttpRequest) -> HttpResponse:
    """The registry in figures; every mark leads to its rows."""
    found = figures()
    listed = reverse("screen", args=["practicas"])
    registered = {"estado": "registered"}
    return render(request, "practices/board.html", {
        "f": found,
        "tables": {name: [list(row[:2]) for row in getattr(found, name)] for name in ("categories", "agencies", "ages", "years")},
        "list_url": f"{listed}?{urlencode(registered)}",
        "category_urls": [f"{listed}?{urlencode(registered)}&{query}" for _l, _n, query in found.categories],
        "agency_urls": [f"{listed}?{urlencode(registered | {'dependencia': name})}" for _l, _n, name in found.agencies],
        "year_urls": [f"{listed}?{urlencode(registered)}&{query}" for _l, _n, query in found.years]})


def compare(request: HttpRequest) -> HttpResponse:
    """Up to MOST practices in columns, field by field; others are added by their name."""
    person = person_of(request)
    ids = [pk for p in dict.fromkeys(request.GET.getlist("p")) if (pk := whole(p)) is not None][:MOST]
    rows = {p.pk: p for p in Practice.objects.visible_to(person).filter(pk__in=ids).select_related("current", "unit")}
    chosen = [rows[i] for i in ids if i in rows]
    words = request.GET.get("q", "").strip()[:100]
    return render(request, "practices/compare.html", {
        "chosen": chosen, "parts": side_by_side(chosen, person), "q": words, "ids": [p.pk for p in chosen], "room": len(chosen) < MOST,
        "hits": _others(person, words, ids) if words else []})


def _others(person: Person, words: str, ids: list[int]) -> list[Practice]:
    rows = Practice.objects.visible_to(person).filter(title__icontains=words).exclude(pk__in=ids)
    return list(rows.order_by("title", "pk")[:10])


def side_by_side(chosen: list[Practice], person: Person) -> list[tuple[str, str, list[str]]]:
    """(section, label, what each says) of every field that any of them answers, by the newest generation among them."""
    if not chosen:
        return []
    newest = _newest_of(chosen)
    form = definition(max(r.generation for r in newest.values()))
    said_by = {p.pk: readable(person, p, newest[p.pk]) for p in chosen if p.pk in newest}
    found = []
    for section in form.sections:
        for one in section.fields:
            texts = [_text(newest[p.pk].generation, one.key, said_by[p.pk].get(one.key)) for p in chosen if p.pk in newest]
            if any(texts):
                found.append((section.title, one.label, texts))
    return found


def _text(generation: str, key: str, value: Any) -> str:
    one = definition(generation).fields.get(key)
    return said(one, value) if one and value is not None else ""


def _newest_of(chosen: list[Practice]) -> dict[int, PracticeRevision]:
    """Of public ones what is published, of others the newest revision; two queries."""
    rows = PracticeRevision.objects.filter(practice__in=[p.pk for p in chosen if not p.by_sealed]).order_by("practice_id", "number")
    return {r.practice_id: r for r in rows} | {p.pk: p.current for p in chosen if p.by_sealed and p.current}
