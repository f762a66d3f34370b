"""The log of the institution and the history of one record. Neither shows personal payloads."""
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.finding import find_people
from ventanilla.lib.numbers import whole
from ventanilla.web.admin_area.pages import page
from ventanilla.web.admin_area.registry import catalogues
from ventanilla.web.admin_area.words import detail_words, thing_words, verb_words, verbs_said
from ventanilla.web.ui.formats import long_date

PAGE = 50
TRACKED = {"unit": ("orgs", "Unit"), "person": ("orgs", "Person"), "role": ("orgs", "Role"), "calendar": ("workdays", "Calendar")}
NAMED = TRACKED | {"institution": ("orgs", "Institution")}


@page(cap.AUDIT)
def log(request: HttpRequest, person: Person) -> HttpResponse:
    """Entries, newest first, by who, what and when. Pages by key."""
    found = list(asked_for(person, request.GET, whole(request.GET.get("antes", ""))).order_by("-id")[:PAGE + 1])
    return render(request, "admin_area/log.html", {
        "entries": lines(person, found[:PAGE]), "asked": _asked(request.GET), "crumbs": [(_("Administración"), reverse("admin_area:home"))],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None, "query": urlencode(_asked(request.GET))})


def _asked(said: Mapping[str, str]) -> dict[str, str]:
    return {k: said.get(k, "").strip()[:100] for k in ("verbo", "persona", "sobre", "desde", "hasta")}


def asked_for(person: Person, said: Mapping[str, str], before: int | None = None) -> QuerySet[Entry]:
    """The entries that the page, or its file, is asked for; with `before`, older ones than that."""
    rows = _filtered(Entry.objects.filter(institution_id=person.institution_id), _asked(said), person)
    return rows if before is None else rows.filter(pk__lt=before)


def lines(person: Person, found: Sequence[Entry]) -> list[dict[str, Any]]:
    """What entries say, in words."""
    names = _names({e.actor_id for e in found} | {e.acting_for_id for e in found})
    things = _things(person, [e.subject for e in found])
    return [{**_line(e, names), "about": things.get(e.subject) or thing_words(e.subject)} for e in found]


def _filtered(rows: QuerySet[Entry], asked: dict[str, str], person: Person) -> QuerySet[Entry]:
    if asked["verbo"]:
        said = verbs_said(asked["verbo"], person.institution_id)
        rows = rows.filter(verb__in=said) if said else rows.filter(verb__startswith=asked["verbo"])
    if asked["sobre"]:
        rows = rows.filter(subject=asked["sobre"])
    if asked["persona"]:
        who = find_people(Person.objects.filter(institution=person.institution), asked["persona"])
        rows = rows.filter(actor_id__in=list(who.values_list("pk", flat=True)[:500]))
    for name, lookup, days in (("desde", "at__gte", 0), ("hasta", "at__lt", 1)):
        if day := _day(asked[name]):
            rows = rows.filter(**{lookup: _midnight(day + timedelta(days=days))})
    return rows


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1900 < day.year < 9000 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware here


def _names(ids: Iterable[int | None]) -> dict[int, str]:
    return {p.pk: p.name for p in Person.objects.filter(pk__in={i for i in ids if i})}


def _things(person: Person, subjects: Iterable[str]) -> dict[str, str]:
    """What entries are about, by name; matters keep their number (the log opens none)."""
    wanted: dict[str, set[int]] = {}
    for kind, _sep, pk in (s.partition(":") for s in subjects):
        if (number := whole(pk)) is not None:
            wanted.setdefault(kind, set()).add(number)
    accounts = {f"user:{p.user_id}": p.name for p in Person.objects.filter(
        institution=person.institution, user__in=wanted.get("user", ()))}
    return accounts | {f"{kind}:{row.pk}": row.name for kind, path in NAMED.items() if kind in wanted
                               for row in apps.get_model(*path).objects.filter(_of(person, kind), pk__in=wanted[kind])}


def _of(person: Person, kind: str) -> Q:
    return Q(pk=person.institution_id) if kind == "institution" else Q(institution=person.institution_id)


def _line(entry: Entry, names: dict[int, str]) -> dict[str, Any]:
    detail = json.loads(entry.detail or "{}")
    return {"id": entry.pk, "at": entry.at, "who": names.get(entry.actor_id or 0, _("El sistema")),
            "acting_for": names.get(entry.acting_for_id or 0, ""), "what": verb_words(entry.verb, entry.institution_id), "verb": entry.verb,
            "subject": entry.subject, "detail": [(detail_words(k), _short(v)) for k, v in detail.items() if v not in (None, "", [], {})]}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + "…"


@page(*cap.ADMINISTERING)
def history(request: HttpRequest, person: Person, kind: str, pk: int) -> HttpResponse:
    """How one record came to be what it is: values before and after, by trigger; else the log's entries of it."""
    label, back = _owned(person, kind, pk)
    if kind in TRACKED:
        changes = _versions(*TRACKED[kind], pk)
    else:
        rows = Entry.objects.filter(institution_id=person.institution_id, subject=f"{kind}:{pk}").order_by("-id")[:200]
        names = _names({e.actor_id for e in rows})
        changes = [{"at": e.at, "what": verb_words(e.verb, e.institution_id), "who": names.get(e.actor_id or 0, _("El sistema")),
                    "fields": _before_after(json.loads(e.detail or "{}"))} for e in rows]
    return render(request, "admin_area/history.html", {"label": label, "changes": changes, "back": back})


def _owned(person: Person, kind: str, pk: int) -> tuple[str, str]:
    """Name of the record and where it is kept; 404 when it is not the person's to see."""
    reach = reach_of(person)
    needs = {"calendar": cap.ADMIN_CALENDARS}.get(kind, cap.ADMIN_ORGS)
    kept = next((c for c in catalogues() if c.slug == kind), None)
    model: Any = apps.get_model(*TRACKED[kind]) if kind in TRACKED else kept.model if kept else None
    rows = kept.rows(person.institution_id) if kept else model and model._default_manager.filter(institution_id=person.institution_id)
    row = rows.filter(pk=pk).first() if model else None
    keeps = kept.kept_by(person).filter(pk=pk).exists() if kept else reach.can(needs)
    if not row or not (keeps or reach.can(cap.AUDIT)):
        raise Http404
    names = {"unit": "unit", "person": "person", "calendar": "calendar", "role": "role"}
    back = (reverse(f"admin_area:{names[kind]}", args=[pk]) if kind in names
            else reverse("admin_area:catalogue_row", args=[kind, pk]))
    return str(row), back if keeps else reverse("admin_area:log")


_SKIP = {"sort_key", "path", "uuid", "id", "institution", "slug", "user"}
_TITLES = {"parent": lazy("Depende de"), "unit": lazy("Unidad"), "successor": lazy("La sustituye"),
           "capabilities": lazy("Facultades")}


def _versions(app: str, model: str, pk: int) -> list[dict[str, Any]]:
    """Changes between neighbouring events, newest first."""
    events: Any = apps.get_model(app, f"{model}Event")
    fields = [f for f in events._meta.fields if not f.name.startswith("pgh_") and f.name not in _SKIP]
    found, before = [], None
    for event in events._default_manager.filter(pgh_obj_id=pk).order_by("pgh_id")[:500]:
        now = {f: _readable(f, getattr(event, f.attname)) for f in fields}
        changed = [(_title(f), "" if before is None else _plain(before[f]), _plain(v))
                   for f, v in now.items() if (before is None and v not in (None, "", [])) or (before is not None and before[f] != v)]
        if changed:
            found.append({"at": event.pgh_created_at, "what": _("Se creó") if before is None else _("Cambió"), "who": "",
                          "fields": changed})
        before = now
    return found[::-1]


def _readable(field: Any, value: Any) -> Any:
    """Names instead of keys: of units, of choices, of capabilities."""
    if value and field.is_relation:
        return str(field.related_model._default_manager.filter(pk=value).first() or value)
    if field.name == "capabilities" and value:
        return [cap.LABELS.get(c, c) for c in value]
    return dict(field.choices).get(value, value) if field.choices else value


def _title(field: Any) -> str:
    name = str(_TITLES.get(field.name, field.verbose_name))
    return name[:1].upper() + name[1:]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Sí") if value else _("No")
    if isinstance(value, date):
        return long_date(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _before_after(detail: dict[str, Any]) -> list[tuple[str, str, str]]:
    before, after = detail.get("before") or {}, detail.get("after") or {}
    if not isinstance(after, dict):
        return [("", str(before), str(after))]
    return [(k, _plain(before.get(k)) if isinstance(before, dict) else "", _plain(v)) for k, v in after.items()]
