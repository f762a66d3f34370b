"""Webhooks against a real receiver: signed, tried again, once each, never to a private address."""
import hashlib
import hmac
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Move
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.web.api import guard, services, webhooks
from ventanilla.web.api.models import Delivery, Subscription
from ventanilla.web.api.sent import SentEvent
from ventanilla.web.api.urls import api

pytestmark = pytest.mark.django_db


class Receiver:
    """A server on a free loopback port that keeps what it got and answers from `answers`."""

    def __init__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers), body))
                status, headers = outer.answers.pop(0) if outer.answers else (200, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.got, self.answers = [], []
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/aviso"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receivers():
    made = [Receiver(), Receiver()]
    yield made
    for one in made:
        one.close()


@pytest.fixture
def w(receivers, settings):
    settings.OUTGOING_ALLOWED = frozenset({f"127.0.0.1:{receivers[0].port}"})
    return make.world()


def moves():
    return list(Move.objects.select_related("case").order_by("id"))


def subscribe(w, receiver, *events):
    return services.subscribe(actor=w.admin, url=receiver.url, events=events or ["*"])


def test_a_delivery_is_signed_and_holds_no_subject(w, receivers):
    subscription = subscribe(w, receivers[0], "letter.*")
    case = make.letter(w, subject="Nombre de una persona")
    webhooks.enqueue(moves())
    webhooks.enqueue(moves())
    assert webhooks.deliver_waiting() == 1
    headers, body = receivers[0].got[0]
    stamp = headers["Ventanilla-Signature"].split(",")[0].removeprefix("t=")
    expected = hmac.new(subscription.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Ventanilla-Signature"] == f"t={stamp},v1={expected}"
    assert json.loads(body)["case"]["uuid"] == str(case.uuid) and b"persona" not in body
    assert Delivery.objects.get().state == "delivered" and len(receivers[0].got) == 1


def test_the_reference_says_what_is_sent(w, receivers):
    subscribe(w, receivers[0], "letter.*")
    make.turn(make.letter(w), w.head, w.north)
    webhooks.enqueue(moves())
    assert webhooks.deliver_waiting() == 2
    told = api.as_written()["webhooks"]["event"]["post"]
    for headers, body in receivers[0].got:
        event = SentEvent.model_validate_json(body)
        assert json.loads(event.model_dump_json()).keys() == json.loads(body).keys() and event.event == headers["Ventanilla-Event"]
        assert set(json.loads(body)["case"]) == set(SentEvent.model_fields["case"].annotation.model_fields)
        assert {name for name in headers if name.startswith("Ventanilla-")} == {one["name"] for one in told["parameters"]}
    assert "HMAC-SHA256" in told["description"] and str(webhooks.MOST_ATTEMPTS) == "12" and "twelve" in told["description"]


def test_events_are_filtered_and_a_stopped_address_waits(w, receivers):
    subscription = subscribe(w, receivers[0], "letter.route")
    make.turn(make.letter(w), w.head, w.north)
    webhooks.enqueue(moves())
    assert list(Delivery.objects.values_list("event", flat=True)) == ["letter.route"]
    services.switch(actor=w.admin, subscription=subscription, active=False)
    assert webhooks.deliver_waiting() == 0 and not receivers[0].got


def test_its_events_are_chosen_again_and_what_waits_is_still_sent(w, receivers, client):
    row = subscribe(w, receivers[0], "letter.register")
    case = make.letter(w)
    webhooks.enqueue(moves())
    client.force_login(w.admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("api_pages:events", args=[row.uuid])
    assert 'value="letter.register" checked' in re.sub(r' id="[^"]*"', "", client.get(address).content.decode())
    assert client.post(address, {"events": []}).status_code == client.post(address, {"events": ["letter.nothing"]}).status_code == 422
    assert client.post(address, {"events": ["letter.route", "letter.answer"]}).url == reverse("api_pages:webhooks")
    row.refresh_from_db()
    assert row.events == ["letter.answer", "letter.route"]
    make.turn(case, w.head, w.north)
    webhooks.enqueue(moves())
    assert webhooks.deliver_waiting() == 2
    assert [headers["Ventanilla-Event"] for headers, _body in receivers[0].got] == ["letter.register", "letter.route"]
    entry = Entry.objects.get(verb="api.choose_events")
    assert entry.actor_id == w.admin.pk and "letter.register" in entry.detail
    services.choose_events(actor=w.admin, subscription=row, events=["letter.route", "letter.answer"])
    assert Entry.objects.filter(verb="api.choose_events").count() == 1, "nothing changed"
    with pytest.raises(NotAllowed):
        services.choose_events(actor=w.head, subscription=row, events=["*"])
    with pytest.raises(NotAllowed):
        services.choose_events(actor=make.world(slug="otra").admin, subscription=row, events=["*"])


def test_whatever_happens_to_a_letter_may_be_asked_for(w, receivers):
    """Also the read receipt of a turn for information."""
    told = make.turn(make.letter(w), w.head, w.north, purpose="information")[0]
    spine.acknowledge(actor=w.north_head, turn=told)
    happened = {f"letter.{verb}" for verb in Move.objects.values_list("verb", flat=True)}
    assert "letter.acknowledge" in happened and not webhooks.unknown_events(w.institution.pk, happened)
    subscribe(w, receivers[0], "letter.acknowledge")
    webhooks.enqueue(moves())
    assert webhooks.deliver_waiting() == 1


def test_the_api_does_what_the_page_does(w, receivers):
    admin, other = Program(w.admin), Program(make.world(slug="otra").admin)
    assert admin.no("POST", "/webhooks", {"url": receivers[1].url, "events": ["*"]}) == (422, "url")
    assert admin.no("POST", "/webhooks", {"url": receivers[0].url, "events": ["letter.nothing"]}) == (422, "events")
    made = admin.ok("POST", "/webhooks", {"url": receivers[0].url, "events": ["letter.*"]})
    path = f"/webhooks/{made['uuid']}"
    told = admin.ok("GET", path)
    assert "secret" not in told and admin.ok("GET", "/webhooks") == [told] == [{k: made[k] for k in told}]
    tag = admin.send("GET", path)["ETag"]
    assert admin.ok("PATCH", path, {"events": ["letter.register"]}, **{"If-Match": tag})["events"] == ["letter.register"]
    assert admin.no("PATCH", path, {"active": False}, **{"If-Match": tag})[0] == 412
    make.letter(w)
    webhooks.enqueue(moves())
    secret = admin.ok("POST", f"{path}/secret")["secret"]
    assert secret == Subscription.objects.get().secret != made["secret"]
    [delivery] = admin.ok("GET", f"{path}/deliveries")
    assert (delivery["event"], delivery["state"]) == ("letter.register", "queued")
    again = f"{path}/deliveries/{delivery['uuid']}/again"
    assert admin.ok("PATCH", path, {"active": False})["active"] is False and admin.no("POST", again)[0] == 409
    assert admin.ok("PATCH", path, {"active": True})["active"] and admin.send("POST", again).status_code == 204
    assert Program(w.head).no("GET", "/webhooks")[0] == 404
    for method, where in (("GET", path), ("PATCH", path), ("POST", f"{path}/secret"), ("GET", f"{path}/deliveries"), ("POST", again)):
        assert other.no(method, where, {})[0] == 404, where


def test_an_error_is_tried_again_later_with_the_same_id(w, receivers):
    subscribe(w, receivers[0])
    make.letter(w)
    webhooks.enqueue(moves())
    receivers[0].answers = [(500, {})]
    assert webhooks.deliver_waiting() == 0
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.status) == ("queued", 1, 500) and row.next_at > timezone.now()
    Delivery.objects.update(next_at=timezone.now())
    assert webhooks.deliver_waiting() == 1
    assert receivers[0].got[0][0]["Ventanilla-Delivery"] == receivers[0].got[1][0]["Ventanilla-Delivery"]


def test_a_new_secret_signs_also_what_waits_and_is_shown_once(w, receivers, client):
    old = subscribe(w, receivers[0])
    make.letter(w)
    webhooks.enqueue(moves())
    client.force_login(w.admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.post(reverse("api_pages:renew", args=[old.uuid])).content.decode()
    new = Subscription.objects.get().secret
    assert new != old.secret and new in page and new not in client.get(reverse("api_pages:webhooks")).content.decode()
    assert webhooks.deliver_waiting() == 1
    headers, body = receivers[0].got[0]
    stamp = int(headers["Ventanilla-Signature"].split(",")[0].removeprefix("t="))
    assert headers["Ventanilla-Signature"] == webhooks.signature(new, stamp, body)
    with pytest.raises(NotAllowed):
        services.renew_secret(actor=w.head, subscription=old)


def test_nothing_is_sent_again_to_a_stopped_address_and_it_is_said(w, receivers, client):
    row = subscribe(w, receivers[0], "letter.*")
    make.letter(w)
    webhooks.enqueue(moves())
    services.switch(actor=w.admin, subscription=row, active=False)
    client.force_login(w.admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.post(reverse("api_pages:again", args=[Delivery.objects.get().uuid]), follow=True).content.decode()
    assert "reanúdela primero" in page and "letter.*" not in page.split('id="last"')[0].split("<details")[0]


def test_a_redirect_is_not_followed(w, receivers):
    subscribe(w, receivers[0])
    make.letter(w)
    webhooks.enqueue(moves())
    receivers[0].answers = [(307, {"Location": receivers[1].url})]
    assert webhooks.deliver_waiting() == 0
    assert receivers[1].got == [] and "redirige" in Delivery.objects.get().problem


def test_another_loopback_port_is_refused_when_subscribing_and_when_connecting(w, receivers, settings):
    with pytest.raises(Refused):
        subscribe(w, receivers[1])
    subscription = subscribe(w, receivers[0])
    type(subscription).objects.update(url=receivers[1].url)  # as if its name had moved
    make.letter(w)
    webhooks.enqueue(moves())
    assert webhooks.deliver_waiting() == 0
    assert receivers[1].got == [] and Delivery.objects.get().status is None


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.1.1", "::1", "::ffff:10.0.0.1",
                                     "fd00::1", "0.0.0.0", "100.64.0.1", "224.0.0.1", "2002:7f00:1::"])
def test_private_addresses_by_any_name(address, monkeypatch):
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("8.8.8.8", 443)), (0, 0, 0, "", (address, 443))])
    with pytest.raises(guard.PrivateAddress):
        guard.public_address("bonito.example.org", 443)


def test_the_address_checked_is_the_one_connected_to(monkeypatch):
    asked = []
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda *a, **k: asked.append(a) or [(0, 0, 0, "", ("8.8.4.4", 443))])
    assert guard.public_address("bonito.example.org", 443) == "8.8.4.4" and len(asked) == 1


def test_only_who_administers_subscribes(w, receivers):
    with pytest.raises(NotAllowed):
        services.subscribe(actor=w.head, url=receivers[0].url, events=["*"])
    assert guard.check_url("ftp://example.org/x") and guard.check_url("http://usuario:clave@example.org/")
