"""A recorded registration as a script for pgbench, whose clients cost next to nothing: same statements, same order.

What differs from one registration to the next becomes a variable: the unit and its series by chance, keys and
numbers as the database gives them. Statements between two answers that matter are sent ahead (a pipeline).
"""
import json
import re
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from ventanilla.config import binaries
from ventanilla.config.benches import replay, scratch

#: Statements whose answer the next ones need, the prefix of the variables that it fills, and what each column is.
ANSWERS: Final = {"cases_claim": "c_", "letters_senders": "w_"}
FLOOR: Final = "INSERT INTO bench_floor (text) VALUES ('Solicitud de escrituración de vivienda');\n"


class Script:
    """Writes statements of a recording with variables in the place of the sample's own values."""

    def __init__(self, recording: replay.Recording, chosen: Sequence[replay.Target]) -> None:
        self.recording = recording
        self.chosen = chosen
        self.names: dict[Any, str] = {
            recording.unit_id: "unit", recording.series_id: "series", recording.actor_id: "actor", recording.case_id: "c_id",
            recording.sender_id: "w_id", recording.uuid: "c_key",
            recording.uuid.int % 2**63: "lock"}
        texts = {str(known): name for known, name in self.names.items()} | {replay.MARK: "unit"}
        self.texts, self.anywhere = texts, re.compile("|".join(sorted(map(re.escape, texts), key=len, reverse=True)))

    def text(self) -> str:
        """The whole script: one transaction."""
        lines = [f"\\set n random(1, {len(self.chosen)})", "\\set lock random(1, 9000000000000000000)",
                 *(self._by_chance(name) for name in ("unit", "series", "actor")), "\\startpipeline", "BEGIN;"]
        for sql, params in self.recording.statements:
            lines += self._statement(sql, params)
        return "\n".join([*lines, "COMMIT;", "\\endpipeline", ""])

    def _by_chance(self, name: str) -> str:
        cases = " ".join(f"when :n = {n} then {getattr(t, f'{name}_id')}" for n, t in enumerate(self.chosen, 1))
        return f"\\set {name} case {cases} end"

    def _statement(self, sql: str, params: Any) -> list[str]:
        known = next((prefix for mark, prefix in ANSWERS.items() if mark in sql), "")
        body = self._filled(sql.strip(), params)
        return ["\\endpipeline", body, f"\\gset {known}", "\\startpipeline"] if known else [f"{body};"]

    def _filled(self, sql: str, params: Any) -> str:
        if replay.numbered(sql):  # numbers travel as text there (`core/plans`)
            values = [int(value) if isinstance(value, str) and value.isdecimal() else value for value in params]
            return re.sub(r"\$(\d+)", lambda found: self.written(values[int(found[1]) - 1]), sql)
        rest = iter(params if isinstance(params, (list, tuple)) else ())

        def put(found: re.Match[str]) -> str:
            if found[0] == "%%":
                return "%"
            return self.written(params[found[1]] if found[1] else next(rest), claiming="cases_claim" in sql)

        return re.sub(r"%%|%s|%\((\w+)\)s", put, sql)

    def written(self, value: Any, *, claiming: bool = False) -> str:
        """A parameter as SQL."""
        if isinstance(value, (list, tuple)):
            return f"ARRAY[{', '.join(self.written(v, claiming=claiming) for v in value)}]"
        if value is None or isinstance(value, bool):
            return {None: "NULL", True: "true", False: "false"}[value]
        if isinstance(value, int):
            return f":{self.names[int(value)]}" if int(value) in self.names else str(int(value))
        if claiming and isinstance(value, str) and str(self.recording.uuid) in value:
            return "ARRAY[gen_random_uuid()]"  # lists travel as PostgreSQL writes arrays (`core/plans`)
        if isinstance(value, str) and value.isdecimal() and int(value) in self.names:  # numbers travel as text there
            return f":{self.names[int(value)]}"
        if isinstance(value, UUID):
            return "gen_random_uuid()" if claiming else ":c_key::uuid" if value == self.recording.uuid else f"'{value}'::uuid"
        return self._quoted(value)

    def _quoted(self, value: Any) -> str:
        if isinstance(value, bytes):
            return f"decode('{value.hex()}', 'hex')"
        if isinstance(value, Jsonb):
            return f"{self._pieces(json.dumps(value.obj))}::jsonb"
        if isinstance(value, datetime):
            return f"'{value.isoformat()}'::timestamptz"
        return f"'{value}'::date" if isinstance(value, date) else self._pieces(str(value))

    def _pieces(self, text: str) -> str:
        """A text; the sample's values in it are joined in from variables."""
        parts, at = [], 0
        for found in self.anywhere.finditer(text):
            parts += [literal(text[at:found.start()]), f":{self.texts[found[0]]}::text"]
            at = found.end()
        return f"({' || '.join([*parts, literal(text[at:])])})" if parts else literal(text)


def literal(text: str) -> str:
    """A constant in which pgbench finds no variable."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3A") + "'"


def run(script: str, *, clients: int, seconds: int) -> dict[str, float]:
    """Transactions per second once connections and plans are made, how many in all, mean latency in milliseconds, failures.

    Raises RuntimeError with what pgbench said.
    """
    known = scratch.parameters()
    where = [f"--{option}={known[name]}" for name, option in _OPTIONS if known.get(name)]
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(script)
        file.flush()
        argv = [str(binaries.folder(binaries.major()) / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
                "-T", str(seconds), "-P", "1", "-f", file.name, *where, str(known["dbname"])]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=seconds + 120,
                              env={"PGPASSWORD": str(known.get("password", "")), "PGCLIENTENCODING": "UTF8"})
    steps = [(float(tps), float(latency)) for tps, latency in _STEP.findall(done.stderr)][WARM if seconds > 2 * WARM else 0:]
    counted, failed = (re.search(pattern, done.stdout) for pattern in (r"actually processed: (\d+)", r"failed transactions: (\d+)"))
    whole = re.search(r"latency average = ([\d.]+) ms.*^tps = ([\d.]+)", done.stdout, re.DOTALL | re.MULTILINE)
    if whole and not steps:  # a second that the machine took away has no line of progress
        steps = [(float(whole[2]), float(whole[1]))]
    if done.returncode or not (steps and counted and failed):
        said = [line for line in done.stderr.splitlines() if "ERROR" in line or "fatal" in line]  # progress and last words say nothing
        raise RuntimeError(f"pgbench: {' '.join(said)[:500] or done.stderr[-500:] or done.stdout[-500:]}")
    rate = statistics.fmean(tps for tps, _latency in steps)
    mean = sum(tps * latency for tps, latency in steps) / (rate * len(steps))
    return {"rate": round(rate, 1), "count": float(counted[1]), "mean": round(mean, 1), "failed": float(failed[1])}


_OPTIONS: Final = (("host", "host"), ("port", "port"), ("user", "username"))
WARM: Final = 5  # seconds in which each connection makes its plans
_STEP: Final = re.compile(r"progress: [\d.]+ s, ([\d.]+) tps, lat ([\d.]+) ms")
