"""Gathering, ticking, erasing and opposing, across the modules, with a person who stands in each of them."""
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from ventanilla.core.audit.models import Entry, Personal
from ventanilla.core.audit.personal import recorded_erasures
from ventanilla.core.cases.models import Case, Move, SearchRow
from ventanilla.core.notices.models import Preference
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.privacy.models import Finding, Opposition, SubjectRequest
from ventanilla.core.privacy.registry import GONE, Asked
from ventanilla.core.privacy.services import erasing, gathering, opposition, reports
from ventanilla.core.privacy.tests.making import HOLDER, Office, office
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchiveFile, ArchiveSeries, Correspondent, Letter
from ventanilla.modules.correspondence.services.registration import LetterDraft, Sender

pytestmark = pytest.mark.django_db
ASKED = Asked.of("María José Núñez Ríos\nNúñez Ríos María José", "maria@example.org", "")


@pytest.fixture
def o() -> Office:
    return office()


def letter(o: Office, **extra: Any) -> Case:
    """A letter of the person to the root unit."""
    draft = LetterDraft(o.w.root, o.w.oficio, f"Queja de {HOLDER.upper()}", Sender("citizen", "", HOLDER), **extra)
    return letters.register(actor=o.w.head, drafts=[draft])[0]


def archived(o: Office, case: Case, years: int | None, closed: bool = True) -> ArchiveFile:
    """The letter concluded and in a file of a series that is kept so many years, closed long ago."""
    series = ArchiveSeries.objects.get(institution=o.w.institution)
    ArchiveSeries.objects.filter(pk=series.pk).update(keep_years=years)
    file = letters.open_file(actor=o.w.head, unit=o.w.root, title="Quejas", series=series)
    letters.conclude(actor=o.w.head, case=case, reason="Se atendió")
    letters.archive(actor=o.w.head, case=Case.objects.get(pk=case.pk), draft=letters.PlaceDraft(file, 1))
    if closed:
        ArchiveFile.objects.filter(pk=file.pk).update(closed=timezone.localdate() - timedelta(days=400))
    return file


def keys(found: list[gathering.Gathered]) -> set[str]:
    return {f.key for g in found for f in g.rows if not f.reserved}


def test_words_are_hidden_however_they_are_written() -> None:
    text = "Vino MARIA JOSE  NUÑEZ RIOS (maria@example.org); Núñez Ríos, María José firmó. Mariana Núñez no."
    assert ASKED.hidden(text) == f"Vino {GONE} ({GONE}); {GONE} firmó. Mariana Núñez no."
    assert Asked.of("Ana", "", "").hidden("Anabel y Ana") == f"Anabel y {GONE}"
    assert ASKED.hidden_in({"a": [text, 3], "b": None}) == {"a": [ASKED.hidden(text), 3], "b": None}


def test_the_person_is_found_in_every_module_and_only_in_their_institution(o: Office) -> None:
    case, other = letter(o), office()
    letter(other)
    notify(recipients=[o.w.staff.pk], draft=NoticeDraft("turn", f"Escribió {HOLDER}", "k:1"))
    row = o.proven("access")
    found = o.gather(row, ASKED)
    slugs = {g.source.slug for g in found}
    assert {"correspondence.letter", "correspondence.correspondent", "cases.case", "audit.personal", "notices.notice"} <= slugs
    assert f"correspondence.letter:{case.pk}" in keys(found)
    assert all(f.pk in set(g.source.rows(o.w.institution.pk).values_list("pk", flat=True)) for g in found for f in g.rows)
    entry = Entry.objects.filter(verb="privacy.search").latest("pk")
    assert "Núñez" not in entry.detail and "Núñez" in Personal.objects.get(entry_id=entry.pk).data


def test_nothing_is_gathered_before_identity_is_proven_nor_by_anybody_else(o: Office) -> None:
    row = o.request("access")
    with pytest.raises(Refused, match="identidad"):
        o.gather(row, ASKED)
    proven = o.proven("access")
    for person in (o.w.head, o.w.admin, o.w.north_head):
        with pytest.raises(NotAllowed):
            o.gather(proven, ASKED, person)
    with pytest.raises(Refused):
        o.gather(proven, Asked())


def test_a_matter_under_reserve_says_only_its_unit_and_cannot_be_ticked(o: Office) -> None:
    case = letter(o, level=2)
    row = o.proven("access")
    found = next(g for g in o.gather(row, ASKED) if g.source.slug == "correspondence.letter").rows
    assert [(f.reserved, f.facts, f.unit, f.url) for f in found] == [(True, [], "Dirección General", "")]
    assert case.folio not in found[0].title
    assert gathering.tick(actor=o.officer, request=row, asked=ASKED, ticked=[f"correspondence.letter:{case.pk}"], offered=[]) == 0


def test_forged_ticks_are_not_taken(o: Office) -> None:
    other = office()
    theirs, row = letter(other), o.proven("access")
    ticked = [f"correspondence.letter:{theirs.pk}", "nada:1", "cases.pause:1", "correspondence.letter:x", "correspondence.letter:²"]
    assert gathering.tick(actor=o.officer, request=row, asked=ASKED, ticked=ticked, offered=ticked) == 0


def ticked(o: Office, *rights: str, only: str = "") -> SubjectRequest:
    """A granted request with everything that was found ticked."""
    from ventanilla.core.privacy.services import requests

    row = o.proven(*rights)
    found = keys(o.gather(row, ASKED))
    wanted = {k for k in found if k.startswith(only)}
    gathering.tick(actor=o.officer, request=row, asked=ASKED, ticked=wanted, offered=found)
    requests.resolve(actor=o.officer, request=row, text="Procede")
    return SubjectRequest.objects.select_related("case").get(pk=row.pk)


@pytest.mark.parametrize(("years", "closed", "why"), [(None, True, "no dice"), (5, True, "se conserva hasta"), (0, False, "sigue abierto")])
def test_what_its_series_keeps_is_blocked_with_the_reason(o: Office, years: int | None, closed: bool, why: str) -> None:
    case = letter(o)
    archived(o, case, years, closed)
    row = ticked(o, "cancellation", only="correspondence.letter")
    erasing.cancel_findings(actor=o.officer, request=row, folio=row.case.folio)
    finding = row.findings.get()
    assert finding.outcome == "kept" and why in finding.reason
    assert Letter.objects.get(pk=case.pk).signatory == HOLDER


def test_an_open_matter_is_blocked(o: Office) -> None:
    letter(o)
    row = ticked(o, "cancellation", only="correspondence.letter")
    erasing.cancel_findings(actor=o.officer, request=row, folio=row.case.folio)
    assert "en trámite" in row.findings.get().reason


def test_what_may_go_goes_everywhere_and_the_log_still_verifies(o: Office) -> None:
    case = letter(o)
    archived(o, case, 1)
    row = ticked(o, "cancellation")
    erasing.cancel_findings(actor=o.officer, request=row, folio=row.case.folio)
    kept = Letter.objects.get(pk=case.pk)
    assert kept.signatory == GONE and kept.correspondent is None
    assert "NÚÑEZ" not in Case.objects.get(pk=case.pk).subject
    assert not Correspondent.objects.filter(institution=o.w.institution, name__icontains="Núñez").exists()
    assert not any(ASKED.within(f"{r.title} {r.body}") for r in SearchRow.objects.filter(case=case))
    for source in ("correspondence.letter", "correspondence.correspondent"):
        assert set(row.findings.filter(source=source).values_list("outcome", flat=True)) == {"erased"}
    logged = dict(row.findings.filter(source="audit.personal").values_list("ref", "outcome"))
    erased = {pk for pk, outcome in logged.items() if outcome == "erased"}
    own = set(Entry.objects.filter(pk__in=logged, case_id=row.pk).values_list("pk", flat=True))
    assert erased and own == set(logged) - erased, "all but what this request itself wrote, which is still in process"
    assert not Personal.objects.filter(entry_id__in=erased).exists()
    assert recorded_erasures(sorted(erased)) == erased, "the log says which parts were erased on request"
    assert Move.objects.filter(case=row.pk, verb="erase").count() == 1


def test_killed_halfway_nothing_is_erased_and_then_it_can_be_done_once(o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = letter(o)
    archived(o, case, 1)
    row = ticked(o, "cancellation")

    def die(*_given: Any) -> None:
        raise KeyboardInterrupt
    monkeypatch.setattr("ventanilla.core.privacy.services.erasing.forget_in_search", die)  # after the first table was erased
    with pytest.raises(KeyboardInterrupt):
        erasing.cancel_findings(actor=o.officer, request=row, folio=row.case.folio)
    connection.check_constraints()
    assert Letter.objects.get(pk=case.pk).signatory == HOLDER and set(row.findings.values_list("outcome", flat=True)) == {"pending"}
    monkeypatch.undo()
    for _n in range(2):
        erasing.cancel_findings(actor=o.officer, request=row, folio=row.case.folio)
    assert Move.objects.filter(case=row.pk, verb="erase").count() == 1, "the second time changes nothing"


def test_cancelling_is_confirmed_by_the_folio_and_only_where_it_was_asked_and_granted(o: Office) -> None:
    row = o.granted("cancellation")
    with pytest.raises(Refused, match="folio"):
        erasing.cancel_findings(actor=o.officer, request=row, folio="ARCO/9999/2026")
    access = o.granted("access")
    with pytest.raises(Refused):
        erasing.cancel_findings(actor=o.officer, request=access, folio=access.case.folio)
    waiting = o.proven("cancellation")
    with pytest.raises(Refused):
        erasing.cancel_findings(actor=o.officer, request=waiting, folio=waiting.case.folio)


def test_the_report_holds_what_was_ticked_with_its_purpose(o: Office) -> None:
    case = letter(o)
    row = ticked(o, "access", only="correspondence.letter")
    text = reports.access_report(actor=o.officer, request=row, kind="json").decode()
    assert case.folio in text and HOLDER in text and "purpose" in text
    assert reports.access_report(actor=o.officer, request=row, kind="pdf").startswith(b"%PDF")
    assert Entry.objects.filter(verb="privacy.report").count() == 2


def test_opposition_stops_surveys_and_mail_until_it_is_lifted(o: Office) -> None:
    row = o.granted("opposition")
    marked = opposition.Opposed(["Maria@Example.org", "maria@example.org"], [o.w.staff], row.case.folio)
    for _n in range(2):
        opposition.oppose(actor=o.officer, request=row, opposed=marked)
    assert Opposition.objects.filter(institution=o.w.institution).count() == 2
    assert opposition.opposed_emails(o.w.institution.pk, ["MARIA@example.org", "otra@example.org"]) == {"maria@example.org"}
    assert opposition.opposed_people([o.w.staff.pk, o.w.head.pk]) == {o.w.staff.pk}
    made = notify(recipients=[o.w.staff.pk], draft=NoticeDraft("mention", "Le mencionan", "m:1"))
    assert made[0].mail == "none" and made[0].shown
    assert not notify(recipients=[o.w.staff.pk], draft=NoticeDraft("survey", "¿Cómo le atendimos?", "s:1"))[0].shown
    opposition.lift(actor=o.officer, request=row, reason="Lo pidió")
    assert opposition.opposed_emails(o.w.institution.pk, ["maria@example.org"]) == set()
    assert not Preference.objects.filter(person=o.w.staff).exists()
    assert Finding.objects.count() == 0
