"""Letters that may be the same one, and why: same file, number, nearly the same text, or sender and subject.

Candidates are found by index, a bounded number of each sort, and compared by `reading.likeness`; only letters
that the person may read are ever compared. The number of queries does not depend on what is stored.
"""
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.dateparse import parse_date

from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.models import Correspondent, Letter, Upload
from ventanilla.modules.correspondence.models.letters import Order
from ventanilla.modules.correspondence.reading import ALIKE, Sketch, likeness
from ventanilla.modules.correspondence.services.fingerprints import NEAR, fingerprint_of
from ventanilla.modules.correspondence.services.registration import Sender, number_key, sender_key

LOOK_BACK = timedelta(days=120)
SAME_SENDER, SAME_NUMBER, SAME_FILE = 200, 50, 50
NEWEST_TEXTS = 5000
ZEROS = 5
"""Numbers of letters are written with zeros to as many figures."""
_NEAR = """
SELECT near.case_id FROM (
    SELECT case_id, fingerprint FROM correspondence_letter
    WHERE institution_id = %s AND fingerprint IS NOT NULL ORDER BY case_id DESC LIMIT %s) near
WHERE bit_count((near.fingerprint # %s::bigint)::bit(64)) <= %s
"""


@dataclass(frozen=True)
class Duplicate:
    """A letter that may be the same, and the reasons, in Spanish; `score` is 0.6 to 1."""

    case: Case
    reasons: tuple[str, ...]
    score: float = 1.0


def possible_duplicates(person: Person, *, number: str, organisation: str, subject: str, signatory: str = "", dated: str = "",
                        limit: int = 3) -> list[Duplicate]:
    """The likeliest ones of what is being typed among letters that the person may see, best first.

    Where no organisation sends, whoever signs is the sender. `dated` is an ISO date; anything else counts as not given.
    """
    return _found(person, [Sketch(number, _day(dated), organisation.strip() or signatory, subject)], limit)


def duplicates_of_uploads(person: Person, uploads: Sequence[Upload], limit: int = 3) -> list[Duplicate]:
    """The same for scans that wait to be registered as one letter: by file, by text and by what was read from them."""
    if not uploads:
        return []
    versions = DocumentVersion.objects.filter(document__in=[u.document_id for u in uploads]).latest_only()
    by_document = {v.document_id: v for v in versions.select_related("blob")}
    first = by_document.get(uploads[0].document_id)
    text = fingerprint_of(first) if first else None
    read = _read(uploads[0].reading or {}, text or 0)
    return _found(person, [read, *(Sketch(digest=v.blob.sha256) for v in by_document.values())], limit)


def registered_already(person: Person, uploads: Sequence[Upload]) -> dict[int, Case]:
    """By upload: a letter with the same file or number, however many zeros it is written with, among those the person may read.

    For many at once, in few queries.
    """
    versions = DocumentVersion.objects.filter(document__in=[u.document_id for u in uploads]).latest_only().select_related("blob")
    files = {v.document_id: v.blob.sha256 for v in versions}
    numbers = {u.pk: str(((u.reading or {}).get("number") or {}).get("value") or "") for u in uploads}
    ways = {pk: [number_key(number), *written_ways(number)] for pk, number in numbers.items() if len(number_key(number)) >= 4}
    by_file = {digest: case for case, digest in _same_file(person, list(files.values())).items()}
    keys = {key for written in ways.values() for key in written}
    by_number = dict(_letters(person).filter(number_key__in=keys).values_list("number_key", "pk")[:SAME_NUMBER]) if keys else {}
    seen = Case.objects.visible_to(person).exclude(state="cancelled").in_bulk({*by_file.values(), *by_number.values()})
    numbered = {pk: next((by_number[key] for key in written if key in by_number), None) for pk, written in ways.items()}
    found = {u.pk: by_file.get(files.get(u.document_id, "")) or numbered.get(u.pk) for u in uploads}
    return {upload: seen[case] for upload, case in found.items() if case in seen}


def _read(reading: Mapping[str, Any], fingerprint: int) -> Sketch:
    said = {name: str((reading.get(name) or {}).get("value") or "") for name in ("number", "dated", "organisation", "signatory", "subject")}
    return Sketch(said["number"], _day(said["dated"]), said["organisation"] or said["signatory"], said["subject"], "", fingerprint)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _found(person: Person, sketches: Sequence[Sketch], limit: int) -> list[Duplicate]:
    digests = _same_file(person, [s.digest for s in sketches if s.digest])
    ids = {*digests, *_same_number(person, sketches[0].number), *_same_text(person, sketches[0].simhash),
           *_same_sender(person, sketches[0])}
    if not ids:
        return []
    seen = Case.objects.visible_to(person).exclude(state="cancelled").filter(pk__in=ids)
    best = (_compared(sketches, letter, digests.get(letter.case_id, ""))
            for letter in Letter.objects.filter(case__in=seen).select_related("case__unit", "sender_unit"))
    return sorted((d for d in best if d.score >= ALIKE), key=lambda d: (-d.score, -d.case.pk))[:limit]


def _compared(sketches: Iterable[Sketch], letter: Letter, digest: str) -> Duplicate:
    old = Sketch(letter.number, letter.dated, letter.sender_unit.name if letter.sender_unit else letter.organisation or letter.signatory,
                 letter.case.subject, digest, letter.fingerprint or 0, letter.medium,
                 timezone.localtime(letter.case.received_at).date())
    score, reasons = max((likeness(new, old) for new in sketches), key=lambda found: found[0])
    return Duplicate(letter.case, reasons, score)


def _same_file(person: Person, digests: Sequence[str]) -> dict[int, str]:
    if not digests:
        return {}
    rows = Attachment.objects.filter(document__institution_id=person.institution_id,
                                     document__versions__blob__sha256__in=digests).order_by("-case_id")
    return dict(rows.values_list("case_id", "document__versions__blob__sha256")[:SAME_FILE])


def _letters(person: Person) -> QuerySet[Letter]:
    return Letter.objects.filter(institution_id=person.institution_id).order_by("-case_id")


def _same_number(person: Person, number: str) -> Iterable[int]:
    return _letters(person).filter(number_key__in=written_ways(number)).values_list("pk", flat=True)[:SAME_NUMBER]


def written_ways(number: str) -> list[str]:
    """Keys of a number with more or fewer zeros before its figures, which `likeness` takes as one; not of years, nor within a code."""
    if len(number_key(number)) < 4:
        return []
    groups = re.findall(r"[A-ZÑ0-9]+|[^A-ZÑ0-9]+", number.upper()[:80])
    figures = [n for n, group in enumerate(groups) if group.isdigit() and not re.fullmatch("(19|20)..", group)]
    ways = [groups]
    for n in figures[:3]:
        plain = groups[n].lstrip("0") or "0"
        ways = [[*way[:n], plain.zfill(width), *way[n + 1:]] for way in ways for width in range(len(plain), max(len(plain), ZEROS) + 1)]
    return sorted({number_key("".join(way)) for way in [groups, *ways]})


def _same_text(person: Person, fingerprint: int) -> Iterable[int]:
    if not fingerprint:
        return ()
    near = RawSQL(_NEAR, (person.institution_id, NEWEST_TEXTS, fingerprint, NEAR))
    return Letter.objects.filter(pk__in=near).values_list("pk", flat=True)


def _same_sender(person: Person, sketch: Sketch) -> Iterable[int]:
    """Letters of the last months from the sender, newest first, when there is a subject to compare."""
    if not sketch.sender.strip() or len(sketch.subject) < 12:
        return ()
    rows = Correspondent.objects.filter(institution_id=person.institution_id)
    known: Q = reduce(or_, (_entries(order, sketch.sender) for order in Order.values))
    recent = _letters(person).filter(correspondent__in=rows.filter(known), case__received_at__gte=timezone.now() - LOOK_BACK)
    return recent.values_list("pk", flat=True)[:SAME_SENDER]


def _entries(order: str, sender: str) -> Q:
    """The directory's entries of an organisation, whoever signs, and of who sends in their own name; without accents or case."""
    organisation, own = sender_key(Sender(order, sender)), sender_key(Sender(order, signatory=sender))
    return Q(key__startswith=organisation) | Q(key=own)
