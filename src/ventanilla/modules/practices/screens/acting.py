"""One page for every verb with a small form: it shows the form, does it, and tells why when it may not."""
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.web.inbox.onward import Onward
from ventanilla.web.ui.refusals import blame


@dataclass(frozen=True)
class Act:
    """A verb on a page. `run` takes the cleaned data and says what was done; `back` is where it returns to; `said` explains before."""

    title: str
    back: str
    run: Callable[[dict[str, Any]], str]
    label: str = ""
    sub: str = ""
    said: str = ""
    crumbs: list[tuple[str, str]] = field(default_factory=list)
    danger: bool = False


def act(request: HttpRequest, given: Act, form_class: type[forms.Form], **known: Any) -> HttpResponse:
    """Show the form of the verb, or do it. What is not allowed is a 404."""
    form = form_class(request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None, **known)
    if request.method == "POST" and form.is_valid():
        try:
            onward = Onward(request, given.back)
            onward.tell(given.run(form.cleaned_data))
            return redirect(given.back)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    return render(request, "practices/act.html", {"act": given, "form": form}, status=422 if form.is_bound else 200)
