"""Looking at a package before it is installed, piece by piece, and installing what a person chose: all of it or nothing."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import canonical, record
from ventanilla.core.exports.packaging.bundle import Bundle
from ventanilla.core.exports.packaging.registry import Installing, PackagePart, Piece, exported, part_of, parts
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require

NEW, SAME, CONFLICT, LACKS, UNKNOWN, DIFFERS = "new", "same", "conflict", "lacks", "unknown", "differs"
KEEP, REPLACE, SKIP = "keep", "replace", "skip"
DEEP: Final = 6


@dataclass(frozen=True)
class Choices:
    """What a person decided, by "part:key": the unit (its number) of a piece that asks for one; keep or replace a conflict, or skip it."""

    units: Mapping[str, int] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """What would happen to a piece. `changes`: (where, what is here, what the package brings); `missing`: what it needs and nobody has."""

    piece: Piece
    verdict: str
    changes: tuple[tuple[str, str, str], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the part is called here."""
        part = part_of(self.piece.part)
        return str(part.label) if part else self.piece.part


def preview(*, actor: Person, institution: Institution, bundle: Bundle) -> list[Planned]:
    """What installing would do, in the order of installation; writes nothing. Raises NotAllowed."""
    _keeper(actor, institution)
    there = {p.ref: p for p in exported(institution, {p.part for p in bundle.pieces})}
    comes = {p.ref for p in bundle.pieces}
    return [_planned(piece, there, comes) for piece in _ordered(bundle.pieces)]


def _keeper(actor: Person, institution: Institution) -> None:
    if actor.institution_id != institution.pk:
        raise NotAllowed
    require(actor, cap.ADMIN_CATALOGUES)


def _ordered(pieces: Sequence[Piece]) -> Iterator[Piece]:
    known = [p.slug for p in parts()]
    for slug in known:
        yield from (p for p in pieces if p.part == slug)
    yield from (p for p in pieces if p.part not in known)


def _planned(piece: Piece, there: Mapping[str, Piece], comes: set[str]) -> Planned:
    part, found = part_of(piece.part), there.get(piece.ref)
    if part is None:
        return Planned(piece, UNKNOWN)
    if part.checked:
        changes = tuple(_differences(found.data if found else {}, piece.data))
        return Planned(piece, DIFFERS if changes else SAME, changes)
    if found:
        changes = tuple(_differences(found.data, piece.data))
        return Planned(piece, CONFLICT if changes else SAME, _told(part, found, piece) if changes and part.told else changes)
    missing = tuple(ref for ref in piece.needs if ref not in there and ref not in comes)
    return Planned(piece, LACKS if missing else NEW, _told(part, None, piece), missing)


def _told(part: PackagePart, here: Piece | None, brings: Piece) -> tuple[tuple[str, str, str], ...]:
    return tuple(part.told(here, brings)) if part.told else ()


def _differences(here: Any, brings: Any, where: str = "", deep: int = 0) -> Iterator[tuple[str, str, str]]:
    if isinstance(here, Mapping) and isinstance(brings, Mapping) and deep < DEEP:
        for name in dict.fromkeys((*here, *brings)):
            yield from _differences(here.get(name), brings.get(name), f"{where}.{name}".strip("."), deep + 1)
    elif canonical({"v": here}) != canonical({"v": brings}):
        yield where, _short(here), _short(brings)


def _short(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    text = value if isinstance(value, str) else canonical({"v": value})[5:-1]
    return text if len(text) <= 300 else f"{text[:297]}…"


@transaction.atomic
def install(*, actor: Person, institution: Institution, bundle: Bundle, choices: Choices) -> dict[str, list[str]]:
    """Install what is new, and replace what was chosen; returns the pieces by what became of them (installed, replaced, kept, same,
    skipped).

    One transaction: a piece that is refused leaves nothing. Again it finds everything the same. Raises NotAllowed, Refused.
    """
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    report: dict[str, list[str]] = {name: [] for name in ("installed", "replaced", "kept", "same", "skipped")}
    left_out: set[str] = set()
    for plan in preview(actor=actor, institution=institution, bundle=bundle):
        outcome = _outcome(plan, choices, left_out)
        if outcome in ("installed", "replaced"):
            _one(actor, institution, bundle, plan, choices)
        elif outcome == "skipped":
            left_out.add(plan.piece.ref)
        report[outcome].append(plan.piece.ref)
    record("packages.install", actor=actor, institution_id=institution.pk, subject=f"package:{bundle.uuid}",
           detail={"name": bundle.name, "source": bundle.source, "digest": bundle.digest, **{k: len(v) for k, v in report.items()}})
    return report


def _outcome(plan: Planned, choices: Choices, left_out: set[str]) -> str:
    chosen = choices.actions.get(plan.piece.ref, "")
    if plan.verdict == SAME:
        return "same"
    if plan.verdict == CONFLICT:
        return "replaced" if chosen == REPLACE else "kept"
    return "skipped" if plan.verdict in (LACKS, UNKNOWN, DIFFERS) or chosen == SKIP or left_out & set(plan.piece.needs) else "installed"


def _one(actor: Person, institution: Institution, bundle: Bundle, plan: Planned, choices: Choices) -> None:
    part = part_of(plan.piece.part)
    assert part is not None
    unit = _unit(institution, plan.piece, choices)
    try:
        part.install(Installing(actor, institution, unit, bundle.files, plan.verdict == CONFLICT), plan.piece)
    except Refused as refused:
        raise Refused(_("«%(name)s» no se pudo instalar: %(why)s Nada se instaló.") % {"name": plan.piece.label,
                                                                                       "why": refused.message}) from refused


def _unit(institution: Institution, piece: Piece, choices: Choices) -> Unit:
    """The chosen unit; where none is asked for, or was chosen, the root."""
    rows = Unit.objects.filter(institution=institution)
    if piece.ref in choices.units:
        found = rows.filter(pk=choices.units[piece.ref], valid_to=None).first()
        if found is None:
            raise Refused(_("Elija una unidad de su institución."), "unit")
        return found
    return rows.filter(parent=None).order_by("pk")[0]
