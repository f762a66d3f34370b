"""What a verification says: the findings, one per thing that is wrong, and the report that gathers them."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

KINDS = {
    "altered": lazy("entrada alterada"),
    "missing": lazy("entrada eliminada"),
    "reordered": lazy("entrada cambiada de lugar"),
    "inserted": lazy("entrada insertada fuera de la cadena"),
    "duplicated": lazy("segunda entrada con el mismo número"),
    "seal_altered": lazy("sello alterado"),
    "seal_missing": lazy("sello eliminado"),
    "unprovable": lazy("entrada que no se puede comprobar porque falta un sello anterior"),
    "truncated": lazy("bitácora recortada"),
    "recomputed": lazy("cadena recalculada: no coincide con la cabeza exportada"),
    "head_altered": lazy("cabeza de la cadena alterada"),
    "personal_altered": lazy("datos personales alterados"),
    "personal_missing": lazy("datos personales borrados sin que conste el borrado"),
    "personal_inserted": lazy("datos personales agregados"),
}
MAX_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and the entry that it concerns (numbers None where nobody can know them)."""

    kind: str
    entry_id: int | None = None
    case_id: int | None = None
    verb: str | None = None
    seq: int | None = None

    def __str__(self) -> str:
        parts = [
            (_("entrada %s"), self.entry_id),
            (_("asunto %s"), self.case_id),
            (_("acción %s"), self.verb),
            (_("eslabón %s"), self.seq),
        ]
        return f"{KINDS[self.kind]}: " + ", ".join(text % value for text, value in parts if value is not None)


@dataclass
class Report:
    """The outcome. `findings` keeps the first MAX_KEPT; `problems` counts all. Times are aware.

    `tail` are entries not sealed yet, the oldest of them written at `tail_since` (ISO 8601); `erased` are
    personal parts erased on request, which is no problem.
    """

    entries: int = 0
    head_seq: int = 0
    head_hash: str = ""
    tail: int = 0
    tail_since: str = ""
    erased: int = 0
    heads_compared: int = 0
    problems: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return self.problems == 0

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it while there is room."""
        self.problems += 1
        if len(self.findings) < MAX_KEPT:
            self.findings.append(finding)
