"""Articles: written, reviewed by another, published as versions that never change, found by whom they are for, useful or not."""
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from tests.pages import as_, text

from ventanilla.core.cases.models import Case, SearchRow
from ventanilla.core.cases.search import Wanted, search
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk_verbs
from ventanilla.modules.servicedesk.models import Article, ArticleVersion, ArticleVote, HelpOffer, Liaison
from ventanilla.modules.servicedesk.services import TicketDraft, knowledge, open_ticket
from ventanilla.modules.servicedesk.services.knowledge import ArticleDraft
from ventanilla.modules.servicedesk.services.knowledge.deflecting import deflection, helped, note_help
from ventanilla.modules.servicedesk.services.knowledge.helping import suggest
from ventanilla.modules.servicedesk.services.knowledge.reviewing import remind
from ventanilla.modules.servicedesk.services.solving import to_known_error
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
BODY = "## Qué hacer\n\n1. Apague la impresora.\n2. **Espere** un minuto."


def form(n: int) -> UUID:
    return UUID(f"7f1c1f86-1111-4111-8111-11111111111{n}")


@pytest.fixture
def d() -> Desk:
    return made()


def article(d: Desk, title: str = "No puedo imprimir a color", *, published: bool = True, body: str = BODY, **extra: Any) -> Article:
    version = knowledge.save_draft(actor=d.agent, draft=ArticleDraft(title, body, **extra))
    if published:
        knowledge.submit(actor=d.agent, version=version)
        knowledge.publish(actor=d.engineer, version=version)
    return Article.objects.get(pk=version.article_id)


def finds(person: Person, words: str) -> list[int]:
    return [h.ref for h in search(person, Wanted(words)).hits if h.kind == "article"]


def test_it_is_published_by_another_and_its_versions_never_change(d: Desk) -> None:
    version = knowledge.save_draft(actor=d.engineer, draft=ArticleDraft("No puedo imprimir", BODY))
    with pytest.raises(Refused, match="revisión"):
        knowledge.publish(actor=d.agent, version=version)
    knowledge.submit(actor=d.engineer, version=version)
    with pytest.raises(NotAllowed):
        knowledge.publish(actor=d.engineer, version=version)
    with pytest.raises(NotAllowed):
        knowledge.publish(actor=d.asker, version=version)
    row = knowledge.publish(actor=d.agent, version=version)
    assert (row.current_id, finds(d.asker, "imprimir")) == (version.pk, [row.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleVersion.objects.filter(pk=version.pk).update(body="otra cosa")
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleVersion.objects.filter(pk=version.pk).delete()
    second = knowledge.save_draft(actor=d.agent, article=row, draft=ArticleDraft("No puedo imprimir en red", "Otra", audience="desk"))
    assert second.number == 2 and finds(d.asker, "imprimir") == [row.pk] and finds(d.asker, "red") == []
    knowledge.submit(actor=d.agent, version=second)
    knowledge.send_back(actor=d.engineer, version=second, reason="Falta el paso dos")
    knowledge.submit(actor=d.agent, version=second)
    knowledge.publish(actor=d.engineer, version=second)
    version.refresh_from_db()
    assert version.state == "retired" and finds(d.asker, "imprimir") == [] and finds(d.agent, "red") == [row.pk]
    knowledge.retire(actor=d.agent, article=row, reason="Ya no hay impresoras")
    assert finds(d.agent, "imprimir") == [] and not SearchRow.objects.filter(kind="article").exists()


def test_each_audience_finds_its_own_and_who_leaves_it_no_longer(d: Desk) -> None:
    for audience in ("everybody", "liaisons", "desk"):
        article(d, f"Contraseña {audience}", audience=audience)
    seen = {who: sorted(str(Article.objects.get(pk=i)) for i in finds(getattr(d, who), "contraseña"))
            for who in ("asker", "asker_head", "agent", "engineer")}
    assert seen["asker"] == seen["asker_head"] == ["Contraseña everybody"] and len(seen["agent"]) == len(seen["engineer"]) == 3
    now = timezone.now()
    liaison = Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.asker, state="active", requested_at=now,
                                     validated_at=now, agreement_at=now.date(), trained_at=now.date())
    assert len(finds(d.asker, "contraseña")) == len(knowledge.readable(d.asker)) == 2
    Liaison.objects.filter(pk=liaison.pk).update(state="ended", ended_at=now)
    assert len(finds(d.asker, "contraseña")) == len(knowledge.readable(d.asker)) == 1
    d.second.memberships.all().delete()
    d.second.memberships.create(person=d.asker)
    assert len(finds(d.asker, "contraseña")) == len(knowledge.readable(d.asker)) == 3
    d.second.active = False
    d.second.save()
    assert len(finds(d.asker, "contraseña")) == len(knowledge.readable(d.asker)) == 1
    assert finds(made().asker, "contraseña") == []


def test_who_may_not_read_it_gets_the_same_404_everywhere(d: Desk) -> None:
    row = article(d, "CANARIO interno", audience="desk")
    asker = as_(d.asker)
    for name in ("article", "article_read", "article_edit", "article_versions"):
        assert asker.get(reverse(name, args=[row.pk])).status_code == asker.get(reverse(name, args=[987654])).status_code == 404
    for name, more in (("article_opinion", []), ("article_solved", []), ("article_step", ["publicar"]), ("article_reason", ["retirar"])):
        assert asker.post(reverse(name, args=[row.pk, *more]), {"uuid": form(1), "sirve": "si"}).status_code == 404
    for url in (reverse("help"), reverse("help") + "?q=CANARIO", reverse("help_suggestions") + "?subject=CANARIO+interno", "/listas/articulos/"):
        assert "CANARIO interno" not in text(asker.get(url)).replace('value="CANARIO', "")
    assert asker.get(reverse("article_new")).status_code == 404 and asker.post(reverse("article_preview")).status_code == 404
    assert "CANARIO interno" in text(as_(d.agent).get("/listas/articulos/"))


def test_the_editor_shows_what_will_be_read_and_nothing_dangerous(d: Desk) -> None:
    agent = as_(d.agent)
    data = {"title": "Correo lleno", "body": "# Uno\n\n<script>alert(1)</script> [malo](javascript:alert(1)) **bien**\n\n![x](http://a/b.png)",
            "audience": "everybody", "summary": "", "words": ""}
    shown = text(agent.post(reverse("article_new"), data | {"ver": "1"}))
    assert "<h2>Uno</h2>" in shown and "<strong>bien</strong>" in shown and Article.objects.count() == 0
    alone = text(agent.post(reverse("article_preview"), data))
    assert "<strong>bien</strong>" in alone and "<script" not in alone and 'href="javascript' not in alone and "<img" not in alone
    assert agent.post(reverse("article_new"), data | {"title": ""}).status_code == 422
    assert agent.post(reverse("article_new"), data).status_code == 302
    row = Article.objects.get()
    page = reverse("article", args=[row.pk])
    assert "Es un borrador" in text(agent.get(page)) and as_(d.asker).get(page).status_code == 404
    assert "Correo lleno" in text(agent.get(reverse("article_edit", args=[row.pk])))

    def step(who: Person, name: str, **more: str) -> str:
        return text(as_(who).post(reverse("article_step", args=[row.pk, name]), more, follow=True))
    assert "en revisión" in step(d.agent, "revisar")
    assert "Se publicó" in step(d.engineer, "publicar")
    assert "Correo lleno" in text(as_(d.asker).get(page))
    agent.post(reverse("article_edit", args=[row.pk]), data | {"body": "# Uno\n\nBorre correos **viejos**"})
    both = text(agent.get(reverse("article_versions", args=[row.pk])))
    assert "<ins>" in both and "<del>" in both and "Versión 2" in both
    assert "Escriba por qué" in step(d.agent, "retirar") and "se retiró" in step(d.agent, "retirar", reason="Ya no aplica")
    assert as_(d.asker).get(page).status_code == 404


def test_a_known_error_or_a_resolved_ticket_becomes_a_draft_in_one_step(d: Desk) -> None:
    problem = open_ticket(actor=d.agent, draft=TicketDraft("Nómina no abre", kind="problem", team=d.first, requester=d.agent))
    error = to_known_error(actor=d.agent, problem=problem, symptoms="Se queda en blanco", workaround="Abrir en ventana privada")
    agent = as_(d.agent)
    shown = text(agent.post(reverse("article_from", args=[error.pk]), follow=True))
    assert "ventana privada" in shown and "datos personales" in shown
    row = Article.objects.get()
    assert (row.origin_id, row.audience) == (error.pk, "desk")
    agent.post(reverse("article_from", args=[error.pk]))
    assert Article.objects.count() == 1
    case = d.ticket()
    assert "todavía no tiene solución" in text(agent.post(reverse("article_from", args=[case.pk]), follow=True))
    desk_verbs.take(actor=d.agent, case=case)
    desk_verbs.resolve(actor=d.agent, case=Case.objects.get(pk=case.pk), cause=d.cause, solution="Se vació la memoria")
    assert "Se vació la memoria" in text(agent.post(reverse("article_from", args=[case.pk]), follow=True))
    assert as_(d.asker).post(reverse("article_from", args=[case.pk])).status_code == 404


def test_help_fits_what_is_typed_in_other_words_and_slips(d: Desk) -> None:
    right = article(d, "No puedo imprimir a color", words="impresora, tóner, salen hojas en blanco")
    article(d, "Cambiar la contraseña del correo", words="clave, olvidé mi contraseña")
    article(d, "Pedir una cuenta de acceso", words="usuario nuevo, alta")
    for typed in ("la impresora no imprime", "no puedo inprimir", "las hojas salen blancas", "imprim"):
        assert [s.article.pk for s in suggest(d.asker, typed) if s.article][:1] == [right.pk], typed
    assert suggest(d.asker, "x") == [] and suggest(d.asker, "reservar el auditorio") == []
    found = suggest(d.asker, "impresora", "Desde ayer la impresora del segundo piso, junto a la escalera, saca hojas blancas; ya la apagué.")
    assert found[0].article == right
    problem = open_ticket(actor=d.agent, draft=TicketDraft("Nómina no abre", kind="problem", team=d.first, requester=d.agent))
    error = to_known_error(actor=d.agent, problem=problem, symptoms="Pantalla en blanco al abrir nómina", workaround="Usar otra ventana")
    assert [s.case for s in suggest(d.agent, "el sistema de nómina no abre")] == [error]
    assert suggest(d.asker, "el sistema de nómina no abre") == []


def test_what_helps_ends_without_a_ticket_and_is_counted(d: Desk) -> None:
    row = article(d)
    asker, slug = as_(d.asker), d.version.offering.slug
    given = {"subject": "no puedo imprimir", "uuid": form(1), "slug": slug}
    assert row.current and row.current.title in text(asker.get(reverse("help_suggestions"), given))
    assert "Esto me sirvió" in text(asker.get(reverse("article_read", args=[row.pk]), {"uuid": form(1), "slug": slug}))
    sent = asker.post(reverse("article_solved", args=[row.pk]), {"uuid": form(1), "slug": slug})
    assert sent.status_code == 302 and Case.objects.filter(kind="request").count() == 0
    asker.post(reverse("article_solved", args=[row.pk]), {"uuid": form(1), "slug": slug})
    asker.get(reverse("help_suggestions"), given | {"uuid": form(2)})
    d.ticket(uuid=form(2))
    note_help(d.asker, form(3), opened=[row.pk], shown=[row.pk])
    now = timezone.now()
    found = deflection(d.world.institution, now - timedelta(hours=1), now + timedelta(hours=1))
    assert (found.shown, found.opened, found.helped, found.saved, found.asked) == (3, 2, 1, 1, 1)
    assert found.rate == pytest.approx(1 / 3)
    with pytest.raises(NotAllowed):
        helped(actor=d.agent, form=form(3), article=row)
    assert HelpOffer.objects.get(uuid=form(1)).version_id == d.version.pk
    assert ArticleVote.objects.get().helpful
    text(asker.post(reverse("article_opinion", args=[row.pk]), {"sirve": "no", "falta": "Es otra marca"}, follow=True))
    assert [(v.helpful, v.reason) for v in ArticleVote.objects.all()] == [(False, "Es otra marca")]
    assert asker.get(reverse("help_suggestions"), {"subject": "no puedo imprimir", "uuid": "nada"}).status_code == 200


def test_the_owner_is_told_before_the_review_date_once(d: Desk) -> None:
    today = timezone.localdate()
    row = article(d, review_on=today + timedelta(days=5))
    article(d, "Otro", review_on=today + timedelta(days=50))
    assert remind(today) == remind(today + timedelta(days=1)) == 1
    notice = Notice.objects.get(person=d.agent, dedupe__startswith="article:")
    assert notice.url == reverse("article", args=[row.pk]) and "Toca revisar" in notice.title


def test_the_help_page_lists_by_family_the_most_useful_first(d: Desk) -> None:
    family = d.version.offering.service.family
    first, second = article(d, "Aaa", family=family, body="Nada"), article(d, "Zzz impresora", family=family)
    knowledge.vote(actor=d.asker, article=second, helpful=True)
    shown = text(as_(d.asker).get(reverse("help")))
    assert family.name in shown and shown.index("Zzz impresora") < shown.index("Aaa")
    found = text(as_(d.asker).get(reverse("help"), {"q": "impresora"}))
    assert "Zzz" in found and "Aaa" not in found
    assert "Nada de la ayuda coincide" in text(as_(d.asker).get(reverse("help"), {"q": "helicóptero"}))
    assert first.pk != second.pk


def test_what_still_holds_is_confirmed_without_a_new_version(d: Desk) -> None:
    today = timezone.localdate()
    row = article(d, review_on=today + timedelta(days=3))
    agent, page = as_(d.agent), reverse("article", args=[row.pk])
    assert "Sigue vigente" in text(agent.get(page)) and "Sigue vigente" not in text(as_(d.asker).get(page))
    done = text(agent.post(reverse("article_step", args=[row.pk, "vigente"]), follow=True))
    row.refresh_from_db()
    assert "sigue vigente; toca revisarlo otra vez el" in done and row.review_on == today + timedelta(days=180)
    assert row.versions.count() == 1 and "Sigue vigente" not in text(agent.get(page))
    assert as_(d.asker).post(reverse("article_step", args=[row.pk, "vigente"])).status_code == 404
    with pytest.raises(Refused, match="publicado"):
        knowledge.confirm(actor=d.agent, article=article(d, "Borrador", published=False))


def test_a_review_date_lies_ahead_and_publishing_a_due_article_is_its_review(d: Desk) -> None:
    today = timezone.localdate()
    with pytest.raises(Refused) as refusal:
        article(d, review_on=today)
    assert refusal.value.field == "review_on"
    row = article(d, review_on=today + timedelta(days=30))
    Article.objects.filter(pk=row.pk).update(review_on=today - timedelta(days=1))
    row.refresh_from_db()
    version = knowledge.save_draft(actor=d.agent, article=row, draft=ArticleDraft("No puedo imprimir", BODY, review_on=row.review_on))
    knowledge.submit(actor=d.agent, version=version)
    assert knowledge.publish(actor=d.engineer, version=version).review_on == today + timedelta(days=180)


def test_when_the_owner_left_who_published_it_is_told_and_answers_for_it(d: Desk) -> None:
    today = timezone.localdate()
    row = article(d, review_on=today + timedelta(days=5))
    Person.objects.filter(pk=d.agent.pk).update(active=False)
    assert remind(today) == 1 and Notice.objects.filter(person=d.engineer, dedupe__startswith="article:").exists()
    assert knowledge.confirm(actor=d.engineer, article=row).owner == d.engineer
