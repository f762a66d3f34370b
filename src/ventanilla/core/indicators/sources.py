"""Where the measures of the spine come from. The words of each definition are in `registry.py`.

Everything counts for the unit that has it *now*: a reassigned turn moves, with its answers, to its new unit;
after a reorganisation the matters that were handed over count for the unit that received them.
"""

from ventanilla.core.indicators.sql import Source, in_pieces, local_day

_ID_LOCK = "SELECT 1 FROM {table} x WHERE x.id IN (SELECT r.{column} FROM {{rows}} r) ORDER BY x.id FOR NO KEY UPDATE"


def _lock(table: str, column: str) -> str:
    return _ID_LOCK.format(table=table, column=column)


_CASE_AND_TURN = (f"SELECT 1 FROM ({_lock('cases_case', 'case_id')}) AS a "
                  f"UNION ALL SELECT 1 FROM ({_lock('cases_turn', 'turn_id')}) AS b")
"""Neither unit of an attachment may move while it is counted."""


def _case(measure: str, day: str) -> Source:
    columns = ("r.institution_id", "r.unit_id", local_day("r." + day, "r.institution_id"), "r.kind::text", "1")
    return Source(measure, "cases_case", watch=("institution_id", "unit_id", "kind", day), **in_pieces(columns, "{rows} r", "TRUE"))


def _turn(measure: str, unit: str, day: str, part: str, where: str = "TRUE") -> Source:
    return Source(
        measure,
        "cases_turn",
        f"""
        SELECT r.institution_id, r.{unit}, {local_day("r." + day, "r.institution_id")}, {part}, 1
        FROM {{rows}} r WHERE {where}""",
        ("institution_id", unit, day, "purpose", "state", "due_at", "answered_at", "closed_at"),
    )


_LATE = "CASE WHEN r.due_at < coalesce(r.answered_at, r.closed_at) THEN 'late' ELSE 'on_time' END"

_PENDING = Source(
    "turns_pending",
    "cases_turn",
    f"""
    SELECT r.institution_id, r.unit_id, {local_day("e.at", "r.institution_id")}, r.purpose::text, e.step
    FROM {{rows}} r CROSS JOIN LATERAL (VALUES (r.sent_at, 1), (r.closed_at, -1)) AS e(at, step)
    WHERE r.purpose = 'action' AND e.at IS NOT NULL""",
    ("institution_id", "unit_id", "sent_at", "closed_at", "purpose"),
)


WITHDRAWN = "verdict = 'withdrawn'"
"""Of an answer: its unit took it back, so it was never sent."""


def _answer(measure: str, unit: str) -> tuple[Source, Source]:
    select = f"""
        SELECT t.institution_id, t.{unit}, {local_day("r.at", "t.institution_id")},
               CASE WHEN r.partial THEN 'partial' ELSE 'final' END, 1 """
    return (
        Source(
            measure,
            "cases_answer",
            select + f"FROM {{rows}} r JOIN cases_turn t ON t.id = r.turn_id WHERE NOT r.{WITHDRAWN}",
            ("turn_id", "at", "partial", WITHDRAWN),
            _lock("cases_turn", "turn_id"),
        ),
        Source(
            measure,
            "cases_turn",
            select + f"FROM {{rows}} t JOIN cases_answer r ON r.turn_id = t.id WHERE NOT r.{WITHDRAWN}",
            ("institution_id", unit),
            main=False,
            events=("UPDATE",),
        ),
    )


_FILE = "c.institution_id, coalesce(t.unit_id, c.unit_id), {day}, c.kind::text, {amount}"
_COUNT = _FILE.format(day=local_day("r.at", "c.institution_id"), amount="1")
_BYTES = _FILE.format(day=local_day("v.created_at", "c.institution_id"), amount="b.size")
_VERSIONS = " JOIN documents_documentversion v ON v.document_id = r.document_id JOIN documents_blob b ON b.id = v.blob_id"


def _files(measure: str, columns: str, further: str = "") -> tuple[Source, ...]:
    """Attachments, by the unit of their turn, else of their case; and what follows when one of these
    moves."""
    owner = "JOIN cases_case c ON c.id = r.case_id LEFT JOIN cases_turn t ON t.id = r.turn_id" + further
    watch = ("case_id", "turn_id", "document_id", "at")
    return (
        Source(
            measure,
            "cases_attachment",
            f"SELECT {columns} FROM {{rows}} r {owner}",
            watch,
            _CASE_AND_TURN,
        ),
        Source(
            measure,
            "cases_case",
            f"""SELECT {columns} FROM {{rows}} c JOIN cases_attachment r ON r.case_id = c.id
            LEFT JOIN cases_turn t ON t.id = r.turn_id{further}""",
            ("institution_id", "unit_id", "kind"),
            main=False,
            events=("UPDATE",),
        ),
        Source(
            measure,
            "cases_turn",
            f"""SELECT {columns} FROM {{rows}} t JOIN cases_attachment r ON r.case_id = t.case_id
            AND r.turn_id = t.id JOIN cases_case c ON c.id = r.case_id{further}""",
            ("unit_id",),
            main=False,
            events=("UPDATE",),
        ),
    )


_VERSION = Source(
    "file_bytes",
    "documents_documentversion",
    f"""
    SELECT {_BYTES} FROM {{rows}} v JOIN documents_blob b ON b.id = v.blob_id
    JOIN cases_attachment r ON r.document_id = v.document_id JOIN cases_case c ON c.id = r.case_id
    LEFT JOIN cases_turn t ON t.id = r.turn_id""",
    ("document_id", "blob_id", "created_at"),
    main=False,
)

SOURCES: tuple[Source, ...] = (
    _case("cases_registered", "received_at"),
    _case("cases_concluded", "closed_at"),
    _turn("turns_sent", "from_unit_id", "sent_at", "r.purpose::text"),
    _turn("turns_received", "unit_id", "sent_at", "r.purpose::text"),
    _turn("turns_concluded", "unit_id", "closed_at", _LATE, "r.purpose = 'action' AND r.state = 'closed'"),
    _PENDING,
    *_answer("answers_sent", "unit_id"),
    *_answer("answers_received", "from_unit_id"),
    *_files("files_attached", _COUNT),
    *_files("file_bytes", _BYTES, _VERSIONS),
    _VERSION,
)
