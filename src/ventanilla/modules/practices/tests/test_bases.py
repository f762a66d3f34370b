"""Legal bases: parsed with the day on which they end, watched, told once, dated again when the table of norms changes."""
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.models import LegalBasis, NamedPerson, Norm, Practice
from ventanilla.modules.practices.rules.norms import known_norms
from ventanilla.modules.practices.services.bases import NormDraft, drop_norm, save_norm, state_on
from ventanilla.modules.practices.services.bases_telling import tell_ends
from ventanilla.modules.practices.services.deriving import derive_missing
from ventanilla.modules.practices.services.editing import save_section
from ventanilla.modules.practices.services.records import newest
from ventanilla.modules.practices.tests.life import registry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
OLD = 'Ley Orgánica de la Administración Pública del Estado de México, artículo 24, fracción LVII, publicada en la "Gaceta del Gobierno" el 14 de abril del 2023.'
GRANT = "Convenio de colaboración con la Universidad, vigente hasta el 15 de diciembre de 2026."
BOUND: dict[str, Any] = {"fundamento": True, "fundamento_juridico": OLD, "fundamento_administrativo": GRANT,
                         "plan": "2023-2029", "plan_eje": "Eje 1. Cero corrupción y gobierno del pueblo y para el pueblo"}


def rows(practice: Practice) -> list[tuple[str, date | None, str]]:
    return [(b.norm[:24], b.until, b.known_by) for b in practice.bases.all()]


def test_what_a_form_rests_on_is_known_with_its_end() -> None:
    r = registry()
    practice = r.practice(**BOUND)
    assert rows(practice) == [("Ley Orgánica de la Admin", date(2023, 9, 15), "norm"), ("Convenio de colaboración", date(2026, 12, 15), "text"),
                              ("Plan de Desarrollo del E", None, "plan")]
    first = practice.bases.all()[0]
    assert (first.cited, first.complete, first.replaced_by[:12]) == ("24 fracción LVII", True, "Ley Orgánica")
    assert practice.basis_until == date(2023, 9, 15)
    assert [state_on(day, TODAY) for day in (None, date(2026, 11, 20), TODAY, TODAY + timedelta(days=59), TODAY + timedelta(days=60))] == [
        "", "ended", "ending", "ending", ""]
    section = "fundamento"
    key = next(s.key for s in _sections() if any(f.key == section for f in s.fields))
    save_section(actor=r.author, practice=practice, section=key, raw={**BOUND, "fundamento_juridico": "Ley de Archivos."})
    practice.refresh_from_db()
    assert practice.basis_until == date(2026, 12, 15) and len(rows(practice)) == 3
    save_section(actor=r.author, practice=practice, section=key, raw={"fundamento": False, "fundamento_porque_no": "Es nueva."})
    practice.refresh_from_db()
    assert practice.basis_until is None and rows(practice) == []


def _sections() -> Any:
    from ventanilla.modules.practices.form import definition

    return definition("2024").sections


def test_a_form_that_says_it_is_not_in_force_is_not_watched() -> None:
    from ventanilla.modules.practices.services.records import PracticeDraft, create_practices

    r = registry()
    practice = create_practices(actor=r.author, drafts=[PracticeDraft(r.world.north, "2022", {
        "nombre": "Antigua", "fundamento": True, "fundamento_juridico": OLD, "fundamento_vigente": False})])[0]
    assert practice.bases.get().watched is False and Practice.objects.get(pk=practice.pk).basis_until is None


def test_owner_and_registry_are_told_once_before_and_once_after() -> None:
    r = registry()
    practice = r.practice(fundamento=True, fundamento_juridico=GRANT)
    assert tell_ends(date(2026, 10, 1)) == 0
    assert tell_ends(date(2026, 10, 17)) == 1 and tell_ends(date(2026, 10, 18)) == 0
    told = Notice.objects.filter(person=r.author, title__contains="por perder vigencia")
    assert told.count() == 1 and "15 de diciembre de 2026" in told.get().body
    case = r.presented(practice)
    from ventanilla.modules.practices.services import lifecycle

    lifecycle.take_review(actor=r.reviewer, case=case)
    assert tell_ends(date(2026, 12, 16)) == 1 and tell_ends(date(2026, 12, 17)) == 0
    ended = Notice.objects.filter(title__contains="ya no está vigente")
    assert set(ended.values_list("person_id", flat=True)) == {r.author.pk, r.reviewer.pk}
    assert ended.first().url == f"/practicas/{practice.pk}/#fundamento"  # type: ignore[union-attr]


def test_the_table_of_norms_dates_again_what_cites_it() -> None:
    r = registry()
    practice = r.practice(fundamento=True, fundamento_juridico="Ley de Archivos y Administración de Documentos del Estado de México y Municipios, "
                          'publicada en la "Gaceta del Gobierno" el 26 de noviembre de 2020.')
    assert practice.basis_until is None
    draft = NormDraft("Ley de Archivos y Administración de Documentos", date(2020, 11, 26), date(2020, 11, 27), date(2026, 1, 31), "Ley nueva")
    for wrong in (r.author, registry().keeper):
        with pytest.raises(NotAllowed):
            save_norm(actor=wrong, institution=r.world.institution, draft=draft)
    row = save_norm(actor=r.keeper, institution=r.world.institution, draft=draft)
    assert Practice.objects.get(pk=practice.pk).basis_until == date(2026, 1, 31)
    assert LegalBasis.objects.get(practice=practice).replaced_by == "Ley nueva"
    with pytest.raises(Refused, match="ya está en la tabla"):
        save_norm(actor=r.keeper, institution=r.world.institution, draft=draft)
    own = NormDraft("Ley Orgánica de la Administración Pública del Estado de México", date(1981, 9, 17), date(1981, 9, 17))
    other = r.practice(nombre="Otra", fundamento=True, fundamento_juridico=OLD)
    assert other.basis_until == date(2023, 9, 15)
    save_norm(actor=r.keeper, institution=r.world.institution, draft=own)
    assert Practice.objects.get(pk=other.pk).basis_until is None, "the institution's own row goes before the program's"
    drop_norm(actor=r.keeper, norm=row)
    assert Practice.objects.get(pk=practice.pk).basis_until is None and Norm.objects.count() == 1


def test_dates_not_looked_up_in_the_gazette_say_so_until_somebody_confirms_or_corrects_them() -> None:
    r = registry()
    practice = r.practice(fundamento=True, fundamento_juridico=OLD)
    note, record, table = "fecha por confirmar en la Gaceta", reverse("practice", args=[practice.pk]), reverse("practice_norms")
    assert note in text(as_(r.author).get(record)) and text(as_(r.keeper).get(table)).count(note) >= len(known_norms())
    number, old = next((n, one) for n, one in enumerate(known_norms()) if one.published == date(1981, 9, 17))
    place = f"{reverse('practice_norm_new')}?norma={number}"
    assert old.source in text(as_(r.keeper).get(place))
    as_(r.keeper).post(place, {"name": old.name, "published": "1981-09-16", "since": "1981-09-17", "until": "2023-09-14",
                               "replaced_by": old.replaced_by, "source": "Gaceta del Gobierno, vista el 21 de noviembre de 2026"})
    assert Practice.objects.get(pk=practice.pk).basis_until == date(2023, 9, 14), "also when the day of publication was wrong"
    assert note not in text(as_(r.author).get(record)) and str(old.source) not in text(as_(r.keeper).get(table))
    drop_norm(actor=r.keeper, norm=Norm.objects.get())
    assert note in text(as_(r.author).get(record))
    assert as_(r.keeper).get(f"{reverse('practice_norm_new')}?norma=99").status_code == 200


def test_practices_from_before_are_looked_at_once() -> None:
    r = registry()
    practice = r.practice(**BOUND)
    NamedPerson.objects.all().delete()
    LegalBasis.objects.all().delete()
    Practice.objects.update(basis_until=None)
    assert derive_missing() == 1 and derive_missing() == 0
    assert Practice.objects.get(pk=practice.pk).basis_until == date(2023, 9, 15) and practice.named.count() == 2
    assert newest(practice).open


def test_the_mark_is_seen_in_record_list_board_and_table() -> None:
    r = registry()
    practice = r.practice(**BOUND | {"fundamento_administrativo": GRANT.replace("2026", "2126")})
    browser = as_(r.author)
    page = text(browser.get(reverse("practice", args=[practice.pk])))
    assert "Dejó de estar vigente el 15 de septiembre de 2023" in page and "Vigente hasta el 15 de diciembre de 2126" in page
    assert "Fundamento vencido" in page
    for query, there in (("fundamento=vencido", True), ("fundamento=por_vencer", False), ("fundamento=sin_vencer", False)):
        assert (practice.title in text(browser.get(f"/listas/practicas/?{query}"))) is there, query
    keeper = as_(r.keeper)
    table = text(keeper.get(reverse("practice_norms")))
    assert "Ley Orgánica de la Administración Pública" in table and "Plan de Desarrollo del Estado de México 2017-2023" in table
    sent = keeper.post(reverse("practice_norm_new"), {
        "name": "Ley de Prueba", "published": "2020-01-02", "since": "2020-01-01", "until": "", "replaced_by": "", "source": ""})
    assert sent.status_code == 422 and "no entra en vigor antes de publicarse" in sent.content.decode()
    keeper.post(reverse("practice_norm_new"), {
        "name": "Ley de Prueba", "published": "2020-01-02", "since": "2020-01-02", "until": "", "replaced_by": "", "source": "Gaceta"})
    norm = Norm.objects.get()
    assert "Ley de Prueba" in text(keeper.get(reverse("practice_norms")))
    keeper.post(reverse("practice_norm", args=[norm.pk]), {
        "name": "Ley de Prueba", "published": "2020-01-02", "since": "2020-01-02", "until": "2021-01-01", "replaced_by": "", "source": ""})
    assert Norm.objects.get().until == date(2021, 1, 1)
    keeper.post(reverse("practice_norm_drop", args=[norm.pk]))
    assert not Norm.objects.exists()
    for person in (r.author, r.reviewer):
        assert as_(person).get(reverse("practice_norms")).status_code == 404
