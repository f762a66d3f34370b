"""What a practice rests on, piece by piece: section III and the plan as rows with the day on which each ends; the norms that are watched.

The day is stored, the state is computed: nothing has to be counted again when a day passes. `records.refresh_columns` writes the rows.
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.modules.practices.models import LegalBasis, Norm, Practice
from ventanilla.modules.practices.rules import norms as rules
from ventanilla.modules.practices.rules.citations import citations
from ventanilla.modules.practices.rules.plans import Plan, plan_of, plans

Values = Mapping[str, Any]
SOON: Final = timedelta(days=60)
"""So long before a basis ends its owner is told."""
CITED: Final = ("fundamento_juridico", "fundamento_administrativo")
PLANNED: Final = ("plan_eje", "plan_estrategia", "plan_linea")
MOST: Final = 60
"""Citations kept of one practice."""


def state_on(until: date | None, day: date) -> str:
    """"ended", "ending" (within SOON) or "" of a basis, or of a practice by the first of its bases that ends, on a local day."""
    if until is None:
        return ""
    return "ended" if until < day else "ending" if until < day + SOON else ""


def bases_of(values: Values, norms: Sequence[rules.Norm]) -> list[LegalBasis]:
    """The unsaved rows of what a form says: citations in order, then the plan. `watched`: it does not say that they are not in force."""
    found: list[LegalBasis] = []
    if values.get("fundamento") is not False:
        for name in CITED:
            found += [_cited(name, one, norms) for one in citations(str(values.get(name) or ""))]
    if plan := _plan(values):
        found.append(LegalBasis(field="plan", norm=plan.name, key=f"plan {plan.id}", until=plan.until, known_by="plan",
                                replaced_by=_next(plan), text="\n".join(str(values[k]) for k in PLANNED if values.get(k))[:4000]))
    for position, one in enumerate(found := [*found[:MOST - 1], *found[-1:]] if len(found) > MOST else found):
        one.position = position
        one.watched = one.field == "plan" or values.get("fundamento_vigente") is not False
    return found


def _cited(field: str, one: Any, norms: Sequence[rules.Norm]) -> LegalBasis:
    key = rules.norm_key(one.norm)
    row = LegalBasis(field=field, norm=one.norm[:300], key=key, gazette=one.gazette, published=one.published, text=one.text[:4000],
                     articles=[[a.number, list(a.fractions)] for a in one.articles], stated_until=one.until)
    _dated(row, norms)
    return row


def _dated(row: LegalBasis, norms: Sequence[rules.Norm]) -> None:
    """Say of a citation until when it is in force, and from where that is known."""
    norm = rules.norm_of(row.key, row.published, norms)
    known = [(day, how) for day, how in ((row.stated_until, "text"), (norm.until if norm else None, "norm")) if day]
    row.until, row.known_by = min(known) if known else (None, "norm" if norm else "")
    row.replaced_by = norm.replaced_by if norm and row.known_by == "norm" else ""


def _plan(values: Values) -> Plan | None:
    """The plan that the form names, else the one whose axes it writes; none where only its printed title stands."""
    said = " ".join(str(values.get(key) or "") for key in PLANNED).strip()
    if not said:
        return None
    return next((one for one in plans() if one.id == values.get("plan")), None) or plan_of(said)


def _next(plan: Plan) -> str:
    """The plan to be cited once this one ended."""
    return next((one.name for one in plans() if plan.until and one.since > plan.until), "")


def norms_of(institution_id: int) -> list[rules.Norm]:
    """The norms known there: the program's, and the institution's own, which go before one of the same name and day."""
    own = list(Norm.objects.filter(institution_id=institution_id))
    return [*(rules.Norm(n.name, n.published, n.since, n.until, n.replaced_by, n.source) for n in own), *not_taken(own)]


def not_taken(own: Iterable[Norm]) -> list[rules.Norm]:
    """The program's norms in whose place no row of the institution stands."""
    taken = {(n.key, day) for n in own for day in (n.published, n.corrects)}
    return [n for n in rules.known_norms() if (n.key, n.published) not in taken]


_SAME: Final = ("field", "norm", "key", "articles", "gazette", "published", "text", "stated_until", "until", "known_by", "replaced_by",
                "watched")


def write_bases(rows: Sequence[tuple[Practice, Values]]) -> None:
    """Write the bases of practices from what they say, where that changed, and set `basis_until` on the given rows (the caller saves)."""
    known: dict[int, list[LegalBasis]] = {}
    for one in LegalBasis.objects.filter(practice__in=[p.pk for p, _v in rows]).order_by("position"):
        known.setdefault(one.practice_id, []).append(one)
    tables = {i: norms_of(i) for i in {p.institution_id for p, _v in rows}}
    fresh: list[LegalBasis] = []
    stale: list[int] = []
    for practice, values in rows:
        found, before = bases_of(values, tables[practice.institution_id]), known.get(practice.pk, [])
        if [_told(b) for b in found] != [_told(b) for b in before]:
            stale.append(practice.pk)
            fresh += found
        for one in found:
            one.practice, one.institution_id = practice, practice.institution_id
        _set(practice, min((b.until for b in found if b.watched and b.until), default=None))
    if stale:
        LegalBasis.objects.filter(practice__in=stale).delete()
        LegalBasis.objects.bulk_create(fresh, batch_size=500)


def _told(row: LegalBasis) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _SAME)


def _set(practice: Practice, until: date | None) -> None:
    if practice.basis_until != until:
        practice.basis_until, practice.basis_told = until, 0


@dataclass(frozen=True)
class NormDraft:
    """A norm to keep; days are local, `until` None: still in force. `corrects`: the day of the program's norm in whose place it stands."""

    name: str
    published: date
    since: date
    until: date | None = None
    replaced_by: str = ""
    source: str = ""
    corrects: date | None = None


@transaction.atomic
def save_norm(*, actor: Person, institution: Institution, draft: NormDraft, norm: Norm | None = None) -> Norm:
    """Keep a norm of the institution's table, and date again what cites it. Raises NotAllowed, Refused."""
    _keeper(actor, institution.pk)
    key = rules.norm_key(draft.name)
    _check(institution, draft, key, norm)
    before = norm.key if norm else key
    row = norm or Norm(institution=institution)
    row.name, row.key, row.published, row.since, row.until = draft.name.strip()[:300], key, draft.published, draft.since, draft.until
    row.replaced_by, row.source = draft.replaced_by.strip()[:300], draft.source.strip()[:300]
    row.corrects = draft.corrects or row.corrects
    row.person, row.at = actor, timezone.now()
    row.save()
    changed = date_again(institution.pk, {key, before})
    record("practices.norm", actor=actor, institution_id=institution.pk, subject=f"norm:{row.pk}",
           detail={"name": row.name, "published": row.published, "until": row.until, "practices": changed})
    return row


def _keeper(actor: Person, institution_id: int) -> None:
    if actor.institution_id != institution_id:
        raise NotAllowed
    require(actor, cap.PRACTICE_REGISTRY)


def _check(institution: Institution, draft: NormDraft, key: str, norm: Norm | None) -> None:
    if not key:
        raise Refused(_("Escriba el nombre de la norma."), "name")
    if draft.since < draft.published:
        raise Refused(_("Una norma no entra en vigor antes de publicarse."), "since")
    if draft.until and draft.until < draft.since:
        raise Refused(_("Terminaría antes de empezar: revise las fechas."), "until")
    others = Norm.objects.filter(institution=institution, key=key, published=draft.published)
    if (others.exclude(pk=norm.pk) if norm else others).exists():
        raise Refused(_("Esa norma, con esa fecha de publicación, ya está en la tabla."), "name")


@transaction.atomic
def drop_norm(*, actor: Person, norm: Norm) -> None:
    """Take a norm out of the institution's table; what cites it is dated again by the program's. Raises NotAllowed."""
    _keeper(actor, norm.institution_id)
    key, detail = norm.key, {"name": norm.name, "published": norm.published, "until": norm.until}
    norm.delete()
    changed = date_again(actor.institution_id, {key})
    record("practices.norm_drop", actor=actor, institution_id=actor.institution_id, subject=f"norm:{key}",
           detail={**detail, "practices": changed})


def date_again(institution_id: int, keys: Iterable[str]) -> int:
    """Say again until when the citations of these norms are in force; returns how many practices changed. Few statements, any number."""
    table, wanted = norms_of(institution_id), list(keys)
    rows = LegalBasis.objects.filter(institution_id=institution_id, key__in=wanted)
    for key, published, stated in rows.order_by().values_list("key", "published", "stated_until").distinct():
        sample = LegalBasis(key=key, published=published, stated_until=stated)
        _dated(sample, table)
        rows.filter(key=key, published=published, stated_until=stated).update(
            until=sample.until, known_by=sample.known_by, replaced_by=sample.replaced_by)
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, {"institution": institution_id, "keys": wanted, "now": timezone.now()})
        return int(cursor.rowcount)


_AGAIN: Final = """
UPDATE practices_practice p SET basis_until = f.until, basis_told = 0, updated_at = %(now)s
FROM (SELECT b.practice_id, min(b.until) FILTER (WHERE b.watched) AS until FROM practices_legalbasis b
      WHERE b.practice_id IN (SELECT c.practice_id FROM practices_legalbasis c
                              WHERE c.institution_id = %(institution)s AND c.key = ANY (%(keys)s)) GROUP BY 1) f
WHERE p.id = f.practice_id AND p.basis_until IS DISTINCT FROM f.until
"""
