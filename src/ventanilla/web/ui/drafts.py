"""Drafts kept on the server, by person and form: shared counter computers keep nothing.

A view that saved a form calls `discard`, so that the draft does not come back.
"""

import json
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from ventanilla.core.orgs.models import Person
from ventanilla.web.ui.formats import clock, short_date
from ventanilla.web.ui.models import Draft

LIMIT_BYTES: Final = 256 * 1024
LIMIT_PER_PERSON: Final = 200
KEPT_DAYS: Final = 30


def keep(person: Person, key: str, data: dict[str, list[str]]) -> Draft:
    """Store the values of a form; the oldest drafts over the limit of 200 a person go."""
    draft, made = Draft.objects.update_or_create(person=person, key=key, defaults={"data": data})
    if made:
        old = Draft.objects.filter(person=person).order_by("-updated_at").values_list("pk", flat=True)
        Draft.objects.filter(pk__in=list(old[LIMIT_PER_PERSON : LIMIT_PER_PERSON * 2])).delete()
    return draft


def discard(person: Person | None, key: str) -> None:
    """Forget a draft; nothing happens when there is none."""
    if person:
        Draft.objects.filter(person=person, key=key).delete()


def forget_old(days: int = KEPT_DAYS) -> int:
    """Delete drafts untouched for `days`; returns how many."""
    return Draft.objects.filter(updated_at__lt=timezone.now() - timedelta(days=days)).delete()[0]


def values_of(body: bytes) -> dict[str, list[str]] | None:
    """{"name": ["value", …]} of the request's body, or None when it is anything else."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not all(_strings(v) for v in data.values()):
        return None
    return {k: [v.replace("\0", "") for v in values] for k, values in data.items()}


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


@method_decorator(never_cache, name="dispatch")
class DraftView(View):
    """GET, PUT and DELETE of one draft as JSON; 401 (never a redirect) when the session ended."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Only for somebody who signed in."""
        if getattr(request, "person", None) is None:
            return JsonResponse({"error": "signed out"}, status=401)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """The draft, or 204 when there is none."""
        draft = Draft.objects.filter(person=request.person, key=key).first()  # type: ignore[attr-defined]
        if draft is None:
            return HttpResponse(status=204)
        return JsonResponse(
            {"data": draft.data, "when": short_date(draft.updated_at), "clock": clock(draft.updated_at)}
        )

    def put(self, request: HttpRequest, key: str) -> HttpResponse:
        """Keep the values; 413 over 256 KB, 400 when it is not a form."""
        if len(request.body) > LIMIT_BYTES:
            return JsonResponse({"error": "too large"}, status=413)
        data = values_of(request.body)
        if data is None:
            return JsonResponse({"error": "not a form"}, status=400)
        draft = keep(request.person, key, data)  # type: ignore[attr-defined]
        return JsonResponse({"clock": clock(draft.updated_at)})

    def delete(self, request: HttpRequest, key: str) -> HttpResponse:
        """Forget it."""
        discard(request.person, key)  # type: ignore[attr-defined]
        return HttpResponse(status=204)
