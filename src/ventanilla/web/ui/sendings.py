"""Forms sent again: the same key with the same in it is the same thing, with something else in it nothing is done and the person is told.

Whoever goes back in the browser and writes the next thing over the last one would else be given the last one's success, and lose the next.
What was sent is kept with the log line of its verb (`core/audit/sendings.py`); here it is said what is being sent, and asked what was
sent before: one statement for each form with a key of its own. Verbs of a form whose key sent something else are refused (`AlreadySent`)
where they write their line; forms with a key (`Keyed`) say so before, beside whatever else is wrong with them.
"""
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.audit import sendings
from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.services.turns import told_again
from ventanilla.core.documents.problems import FileRefused
from ventanilla.core.documents.services import hand_over
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import AlreadySent
from ventanilla.lib.spanish import long_moment
from ventanilla.web.ui import errors
from ventanilla.web.ui.returning import FORMS, OWN_UPLOADS, PENDING, REMOVE, key_of

BROWSERS_OWN: Final = 8
"""The version of the keys that a browser gives to forms without one (assets/js/holding.js): steps and settings, of which each counts."""
NO_MATTER: Final = frozenset({"csrfmiddlewaretoken", "uuid"})
Teller = Callable[[Person, Entry], str]
_tellers: list[Teller] = []


def register_teller(teller: Teller) -> None:
    """Let a module say in its own words what a form did before; it gives "" for what is not its own (called from `apps.ready()`)."""
    if teller not in _tellers:
        _tellers.append(teller)


class SentForms:
    """Middleware, below `ReturnedFiles`: what was kept of a form's files is part of what is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """For forms with a key, what became of them is looked at."""
        with sendings.receiving():
            response = self.get_response(request)
            form = sendings.received()
            return _judged(request, response, form) if form else response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _named: Any) -> None:
        """Before the view. A key that sent something else is replaced: what comes back is another form, with the files of this one."""
        key = own_key(request, view)
        if key is None:
            return
        person = _person(request)
        whose = person.pk if person else sendings.NOBODY
        form = sendings.Form(whose, uuid5(key, request.path), digest_of(request, key), _refusal(person))
        if (before := sendings.before(form.person_id, form.key)) and before.digest != form.digest:
            form.before = before
            _renewed(request, person, key)
        sendings.begin(form)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Where no form says it, a page does."""
        return _page(request, exception.message) if isinstance(exception, AlreadySent) else None


def own_key(request: HttpRequest, view: Callable[..., HttpResponse]) -> UUID | None:
    """The key of a form that a person sent: neither what a page sends by itself and again (it saves while one types) nor a program's."""
    if request.method != "POST" or request.content_type not in FORMS or getattr(view, OWN_UPLOADS, False):
        return None
    by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" and "X-Held-For" not in request.headers
    if by_script or request.path.startswith("/api/") or getattr(view, "csrf_exempt", False):
        return None
    key = key_of(request)
    return key if key and key.version != BROWSERS_OWN else None


def _person(request: HttpRequest) -> Person | None:
    return getattr(request, "person", None)


def _renewed(request: HttpRequest, person: Person | None, key: UUID) -> None:
    """Another key, as if the page had brought it; the first one stays known, for who answers the browser."""
    fresh = uuid4()
    request.sent_key = key  # type: ignore[attr-defined]
    posted = QueryDict(mutable=True)
    posted.update(request.POST)
    posted["uuid"] = str(fresh)
    request.POST = posted  # type: ignore[assignment]
    if person:
        hand_over(actor=person, key=key, to=fresh)


def digest_of(request: HttpRequest, key: UUID) -> bytes:
    """Digest of what stands in the form, and of its files: name and content, chosen now or kept from before.

    By the installation's secret and the form's key, so that whoever reads the table cannot try what might have stood in it, nor see who
    wrote the same.
    """
    said = {name: [text.strip().replace("\r\n", "\n") for text in texts if text.strip()] for name, texts in request.POST.lists()
            if name not in NO_MATTER and not name.endswith((PENDING, REMOVE))}
    files = sorted((name, file.name or "", _content(file)) for name, given in request.FILES.lists() for file in given if file)
    text = json.dumps([str(key), sorted((n, t) for n, t in said.items() if t), files])
    return salted_hmac("ventanilla.sendings", text, algorithm="sha256").digest()


def _content(file: "UploadedFile[Any]") -> str:
    found = ""
    with suppress(FileRefused):  # whoever reads it is told why it cannot be had
        found = hashlib.file_digest(file.file, "sha256").hexdigest()  # type: ignore[arg-type]
        file.seek(0)
    return found


def _judged(request: HttpRequest, response: HttpResponse, form: sendings.Form) -> HttpResponse:
    """A form that came back frees its key; one that passed without doing anything was done before, or met another sending of it."""
    if response.status_code >= 400:
        if form.written and response.status_code < 500:
            sendings.let_go(form)
    elif not form.kept and not form.before:
        found = sendings.before(form.person_id, form.key)
        if found and found.digest != form.digest:
            list(messages.get_messages(request))  # the success of the other one
            return _page(request, str(form.refusal(found)))
    return response


def _page(request: HttpRequest, text: str) -> HttpResponse:
    return errors.page(request, 422, _("Este formulario ya se había enviado"), text)


def _refusal(person: Person | None) -> Callable[[sendings.Before], AlreadySent]:
    return lambda found: AlreadySent(_words(person, found))


def _words(person: Person | None, found: sendings.Before) -> str:
    """When it was sent and what came of it, as far as the person may see that."""
    entry = Entry.objects.filter(pk=found.entry_id).first() if person else None
    if person and entry and (text := next(filter(None, (tell(person, entry) for tell in (*_tellers, _routed, _opened))), "")):
        return text
    return _("Este formulario ya se envió el %(day)s, con otros datos. Ahora no se guardó nada. Si es otro, envíelo de nuevo.") % {
        "day": long_moment(timezone.localtime(found.at))}


def _routed(_person: Person, entry: Entry) -> str:
    turns = json.loads(entry.detail).get("turns") if entry.verb.endswith("route") else None
    return told_again(turns) if turns else ""


def _opened(person: Person, entry: Entry) -> str:
    case = Case.objects.visible_to(person).filter(pk=entry.case_id).first() if entry.case_id else None
    if case is None or not case.folio:
        return ""
    text = _("Este formulario ya se envió el %(day)s, con otros datos; lo de entonces está en %(folio)s. Ahora no se guardó nada. Si es "
             "otro, envíelo de nuevo.")
    return text % {"day": long_moment(timezone.localtime(entry.at)), "folio": case.folio}


def told_before() -> str:
    """What a form with a key says when the key sent something else before; empty when it did not."""
    form = sendings.received()
    return str(form.refusal(form.before)) if form and form.before else ""


class KeyField(forms.UUIDField):
    """The key of what a form makes; a broken one is told, and replaced in the form that comes back."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was sent, or a new key."""
        try:
            return self.to_python(data) or uuid4()
        except forms.ValidationError:
            return uuid4()


class Keyed(forms.Form):
    """A form that can be sent twice and counts once, and says so when something else was sent with its key."""

    uuid = KeyField(widget=forms.HiddenInput, initial=uuid4, label=lazy("Formulario"), error_messages=dict.fromkeys(
        ("required", "invalid"), lazy("llegó incompleto y no se guardó nada. Lo que escribió sigue aquí: envíelo otra vez.")))

    def full_clean(self) -> None:
        """As Django does it, and then what was sent before."""
        super().full_clean()
        if self.is_bound and (text := told_before()):
            self.add_error(None, text)
