"""Papers of a letter: receipt, label, and the whole digital file as PDF or ZIP."""
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

import segno
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.cases.flows import flow_of
from ventanilla.core.cases.models import Answer, Attachment, Case, Move, Note, Turn
from ventanilla.core.cases.words import STATE, own_word, state_of, steps_of, turn_state_of
from ventanilla.core.documents.models import SERVED, DocumentVersion
from ventanilla.core.documents.services import merge_pdf, open_version
from ventanilla.core.exports.typeset import typeset
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.branding import logo_of
from ventanilla.lib.spanish import listed, long_moment
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.models import Receipt
from ventanilla.modules.correspondence.services.correcting import changes_of
from ventanilla.modules.correspondence.services.destinations import destinations
from ventanilla.modules.correspondence.services.receipts import facts_now, newest

P = ParamSpec("P")
R = TypeVar("R")
MOVES = {"reorganise": "Pasó a la unidad que continúa", "recompute": "Plazos recalculados por un cambio de calendario"}


def in_spanish(made: Callable[P, R]) -> Callable[P, R]:
    """Papers of the institution are in Spanish, whatever the language of who asks for them."""
    @wraps(made)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with override("es-mx"):
            return made(*args, **kwargs)
    return run


def _when(moment: Any) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}" if moment else ""


def _moment(moment: Any) -> str:
    return long_moment(timezone.localtime(moment)) if moment else ""


def verification_url(code: str) -> str:
    """Where anybody can check a receipt."""
    return f"{settings.BASE_URL}/verificar/{code}/"


def label_data(receipt: Receipt) -> dict[str, Any]:
    """What receipt and label say; of a cancelled folio, that it is."""
    case, url = receipt.case, verification_url(receipt.code)
    return {
        "institution": case.institution.name, "unit": case.unit.name, "folio": case.folio, "code": receipt.code, "url": url,
        "received": _when(case.received_at), "sheets": receipt.sheets,
        "cancelled": _cancelled(case),
    }


def _cancelled(case: Case) -> str:
    if case.state != "cancelled":
        return ""
    return own_word(case.institution_id, LETTER_FLOW, STATE, "cancelled") or _("Folio cancelado")


def with_logo(institution: Institution, data: Mapping[str, Any], assets: Mapping[str, bytes] | None = None) -> tuple[
        dict[str, Any], dict[str, bytes]]:
    """Data and assets of a paper that shows the institution's logo where it has one."""
    logo = logo_of(institution)
    return {**data, "logo": bool(logo)}, {**(assets or {}), **({"logo.png": logo} if logo else {})}


def _qr(receipt: Receipt, name: str = "qr.svg") -> dict[str, bytes]:
    return {name: qr_of(verification_url(receipt.code))}


def qr_of(url: str) -> bytes:
    """The picture (SVG) of a code that opens this address."""
    svg = segno.make(url, error="m").svg_inline(scale=4, border=2, omitsize=True)
    return svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).encode()


def qrs_of(receipts: Sequence[Receipt]) -> dict[str, bytes]:
    """The codes of several receipts, as `qr-0.svg` and so on."""
    return {name: code for n, receipt in enumerate(receipts) for name, code in _qr(receipt, f"qr-{n}.svg").items()}


@in_spanish
def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt: folio, moment, sheets, and the QR of the public verification page."""
    return typeset("letters/receipt.typ", *with_logo(receipt.case.institution, receipt_data(receipt), _qr(receipt)))


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """What a receipt says; a correction of the register does not change one that was handed out."""
    case = receipt.case
    said = receipt.facts or facts_now(case)
    rows = [("Recibido", _moment(case.received_at)), ("Remitente", said["sender"]), ("Documento", said["number"]),
            ("Asunto", said["subject"]), ("Hojas", str(receipt.sheets)), ("Anexos", receipt.annexes),
            ("Recibió", str(receipt.issued_by or ""))]
    return {**label_data(receipt), "rows": rows}


@in_spanish
def label_pdf(receipt: Receipt) -> bytes:
    """The label for the paper, 9 x 4 cm."""
    return typeset("letters/label.typ", label_data(receipt), _qr(receipt))


def _file_data(case: Case) -> Mapping[str, Any]:
    letter, place = case.letter, getattr(case, "archive_place", None)
    turns = _branches(Turn.objects.filter(case=case).select_related("from_unit", "unit", "person", "instruction", "read_by"))
    evidence = by_answer(Attachment.objects.filter(case=case).select_related("document").order_by("pk"))
    rows = [("Estado", state_of(case)), ("Recibido", _moment(case.received_at)), ("Tipo", letter.type.name),
            ("Remitente", letter.sender), ("Número", letter.number), ("Dirigido a", letter.addressee),
            ("Hojas", str(letter.sheets)), ("Anexos", letter.annexes), ("Unidad a cargo", case.unit.name),
            ("Vence", _moment(case.due_at)), ("Conclusión", _conclusion(case)), ("Lugar de archivo", _place(place))]
    return {
        "institution": case.institution.name, "folio": case.folio, "subject": case.subject, "rows": rows,
        "turns": [{"sent": _when(t.sent_at), "from": t.from_unit.name, "depth": depth, "due": _when(t.due_at) or "—",
                   "read": _read(t),
                   "to": f"{t.unit.name}{f' ({t.person})' if t.person else ''}",
                   "instruction": " ".join(filter(None, (t.instruction.text if t.instruction else "", t.text))),
                   "state": turn_state_of(t)} for depth, t in turns],
        "answers": [_answer(a, evidence.get(a.pk, [])) for a in Answer.objects.filter(turn__case=case).select_related(
            "turn__unit", "person", "verdict_by", "letter").order_by("pk")],
        "events": _events(case), "files": [_file(v, name) for v, name in _bundle(case)], "made": f"generado el {_when(timezone.now())}",
    }


def _branches(turns: QuerySet[Turn]) -> list[tuple[int, Turn]]:
    """The turns as the record draws them, each followed by those that came from it, and how deep it hangs."""
    paths: dict[int, tuple[int, ...]] = {}
    found = list(turns.order_by("pk"))
    for turn in found:
        paths[turn.pk] = (*paths.get(turn.parent_id or 0, ()), turn.pk)
    return [(len(paths[turn.pk]) - 1, turn) for turn in sorted(found, key=lambda t: paths[t.pk])]


def _conclusion(case: Case) -> str:
    """When the matter ended and how it was attended; nothing while it is open."""
    move = Move.objects.filter(case=case, verb="conclude").order_by("pk").last() if case.closed_at else None
    return f"{_moment(move.at)}. {move.reason}" if move else ""


def _place(place: Any) -> str:
    if place is None:
        return ""
    file = place.file
    parts = (str(file), f"caja {file.box}" if file.box else "", f"estante {file.shelf}" if file.shelf else "")
    return f"{', '.join(filter(None, parts))}, documento {place.position}"


def _read(turn: Turn) -> str:
    if turn.read_at is None:
        return _("sin leer")
    return " · ".join(filter(None, (_when(turn.read_at), str(turn.read_by or ""))))


def _letter_name(answer: Answer) -> str:
    """How the letter of an answer is called: its folio, and why it is no longer valid."""
    assert answer.letter is not None
    void = {Answer.Verdict.SENT_BACK.value: _("Oficio %(folio)s (devuelto, sin validez)"),
            Answer.Verdict.WITHDRAWN.value: _("Oficio %(folio)s (retirado, sin validez)")}
    return void.get(answer.verdict, _("Oficio %(folio)s")) % {"folio": answer.letter.folio}


def _answer(answer: Answer, evidence: list[Attachment]) -> dict[str, str]:
    judged = f"{answer.get_verdict_display()} por {answer.verdict_by or 'el sistema'}: {answer.verdict_reason}"
    verdict = judged if answer.verdict else "Es un avance; el turno siguió abierto." if answer.partial else "Sin evaluar"
    return {"unit": answer.turn.unit.name, "at": _when(answer.at), "who": str(answer.person or ""), "text": answer.text,
            "files": ", ".join(row.document.title for row in evidence), "verdict": verdict.rstrip(": "),
            "letter": _letter_name(answer) if answer.letter else ""}


def _told(move: Move, labels: Mapping[str, str], to: Sequence[str]) -> str:
    changes = "; ".join(f"{label}: «{old or '—'}» → «{new or '—'}»" for label, old, new in changes_of(move))
    where = " → ".join(filter(None, (move.unit.name if move.unit else "", listed(to))))
    parts = (labels.get(move.verb, "Registrar"), where, changes, move.reason)
    return " · ".join(filter(None, parts))


def _events(case: Case) -> list[dict[str, str]]:
    flows = (LETTER_FLOW, flow_of("action"), flow_of("information"))
    labels = {name: label for flow in flows for name, label in steps_of(case.institution_id, flow).items()}
    labels |= MOVES
    moves = list(Move.objects.filter(case=case).select_related("actor", "unit"))
    to = destinations(moves)
    rows = [(m.at, str(m.actor or "Sistema"), _told(m, labels, to.get(m.pk, ()))) for m in moves]
    rows += [(n.at, str(n.person), f"Nota: {n.text}") for n in Note.objects.filter(case=case).select_related("person")]
    return [{"at": _when(at), "who": who, "what": what} for at, who, what in sorted(rows, key=lambda r: r[0])]


def in_order(rows: Iterable[Attachment]) -> list[Attachment]:
    """The letter's own paper, then what came with it as it arrived, then the files of its answers."""
    return sorted(rows, key=lambda row: (row.answer_id is not None, row.role != Attachment.Role.LETTER, row.pk))


def by_answer(rows: Iterable[Attachment]) -> dict[int, list[Attachment]]:
    """The files that came with each answer; other attachments are left aside."""
    found: dict[int, list[Attachment]] = {}
    for row in rows:
        if row.answer_id:
            found.setdefault(row.answer_id, []).append(row)
    return found


def letters_of(case: Case) -> list[tuple[Answer, Attachment]]:
    """The papers by which the matter's turns were answered, and their acuses: every version, also those that are no longer valid."""
    answers = {a.letter_id: a for a in Answer.objects.filter(turn__case=case).exclude(letter=None).select_related("letter")}
    rows = Attachment.objects.filter(case__in=list(answers), role__in=(Attachment.Role.LETTER, Attachment.Role.RECEIPT))
    return [(answers[row.case_id], row) for row in rows.select_related("document").order_by("case_id", "pk")]


def answering_papers(person: Person) -> QuerySet[Attachment]:
    """Papers of letters that answer a turn of a matter this person may read: they may be read as the answer itself."""
    answered = Answer.objects.filter(turn__case__in=Case.objects.visible_to(person)).exclude(letter=None)
    return Attachment.objects.filter(case__in=answered.values("letter"), private=False,
                                     role__in=(Attachment.Role.LETTER, Attachment.Role.RECEIPT))


def _bundle(case: Case) -> list[tuple[DocumentVersion, str]]:
    """The newest served version of every document of the matter, then of the letters that answered its turns; and its title."""
    own = [row.document_id for row in in_order(Attachment.objects.filter(case=case))]
    named = {row.document_id: _title(answer, row) for answer, row in letters_of(case)}
    documents = [*own, *named]
    versions = DocumentVersion.objects.filter(document__in=documents).select_related("document", "blob", "searchable")
    newest = {v.document_id: v for v in versions.order_by("number")}
    return [(newest[d], named.get(d, "")) for d in documents if d in newest and newest[d].state in SERVED]


def _title(answer: Answer, row: Attachment) -> str:
    name = _letter_name(answer)
    return name if row.role == Attachment.Role.LETTER else _("Acuse de entrega: %(name)s") % {"name": name}


def _file(version: DocumentVersion, name: str) -> dict[str, str]:
    return {"name": f"{name}: {version.filename}" if name else version.filename, "size": f"{version.blob.size / 1024:,.0f} KB",
            "hash": version.blob.sha256[:16]}


@in_spanish
def whole_pdf(case: Case) -> IO[bytes]:
    """One PDF: cover with turns, answers and log, the receipt, then every file in order."""
    with tempfile.TemporaryDirectory() as folder:
        cover = Path(folder) / "expediente.pdf"
        cover.write_bytes(typeset("letters/file.typ", *with_logo(case.institution, _file_data(case))))
        extra = [("Carátula y relación", cover)]
        if receipt := newest(case):
            paper = Path(folder) / "acuse.pdf"
            paper.write_bytes(receipt_pdf(receipt))
            extra.append(("Acuse", paper))
        result: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
        bundle = _bundle(case)
        for version, name in bundle:
            version.document.title = name or version.document.title  # the bookmark says what the letter is
        with merge_pdf([version for version, _name in bundle], extra) as merged:
            result.write(merged.read_bytes())
    result.seek(0)
    return result


@in_spanish
def whole_zip(case: Case) -> IO[bytes]:
    """One ZIP: the same cover and receipt, and every file as it arrived, numbered."""
    result: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("00-expediente.pdf", typeset("letters/file.typ", *with_logo(case.institution, _file_data(case))))
        if receipt := newest(case):
            bundle.writestr("01-acuse.pdf", receipt_pdf(receipt))
        for n, (version, name) in enumerate(_bundle(case), 2):
            entry = zipfile.ZipInfo(f"{n:02d}-{_zipped(version, name)}", timezone.localtime(version.created_at).timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with open_version(version) as stream, bundle.open(entry, "w") as target:
                while chunk := stream.read(1 << 20):
                    target.write(chunk)
    result.seek(0)
    return result


def _zipped(version: DocumentVersion, name: str) -> str:
    """The name of a file within the ZIP; a letter that answered says so, and whether it was sent back."""
    return f"{slugify(name.replace('/', '-'))}{Path(version.filename).suffix}" if name else version.filename
