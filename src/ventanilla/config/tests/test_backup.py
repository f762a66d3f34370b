"""Backup and restore into an empty installation: the same rows and bytes, or a refusal that says why."""

import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from ventanilla.config.backup import Differs, _manifest, _restore_files, backup, restore
from ventanilla.config.embedded import database
from ventanilla.config.place import Place
from ventanilla.config.tests.conftest import clean_environment

SCHEMA = """
CREATE TABLE letter (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subject text,
  at timestamptz, amount float8,
  raw bytea, extra jsonb, words tsvector GENERATED ALWAYS AS (to_tsvector('spanish', subject)) STORED);
CREATE TABLE log (year int, n int, CHECK (n > 0)) PARTITION BY RANGE (year);
CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM (2026) TO (2027);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''append only''; END';
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON log_2026 FOR EACH ROW EXECUTE FUNCTION refuse();
INSERT INTO letter (subject, at, amount, raw, extra) SELECT 'Petición número ' || n || ' de Ñuñoa',
  timestamptz '2026-11-21 10:00-06' + n * interval '1 second', n / 7.0, decode(md5(n::text), 'hex'),
  jsonb_build_object('n', n) FROM generate_series(1, 3000) n;
INSERT INTO log SELECT 2026, n FROM generate_series(1, 500) n;
"""


@pytest.fixture(autouse=True)
def _own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def saved(place: Place, tmp_path: Path) -> Iterator[Path]:
    (place.files / "ab").mkdir()
    (place.files / "ab" / "abcd").write_bytes(b"%PDF-1.7 \x00\xff" * 5000)
    (place.files / "ab" / "empty").write_bytes(b"")
    target = tmp_path / "backup.tar"
    with database(place, purpose="test") as url:
        with psycopg.connect(url) as connection:
            connection.execute(SCHEMA)
        assert backup(place, target, url) == 0
    yield target


def test_restored_is_equal_to_the_original(saved: Path, place: Place, new_place: Callable[[], Place]) -> None:
    other = new_place()
    with database(other, purpose="test") as url:
        assert restore(other, saved, url) == 0
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*), max(id) FROM letter").fetchone() == (3000, 3000)
            connection.execute("INSERT INTO letter (subject) VALUES ('next')")  # the sequence came along
            with pytest.raises(psycopg.errors.RaiseException, match="append only"):
                connection.execute("DELETE FROM log")
    for path in ("ab/abcd", "ab/empty"):
        assert (other.files / path).read_bytes() == (place.files / path).read_bytes()
    assert saved.stat().st_mode & 0o077 == 0


def test_only_into_an_empty_installation(
    saved: Path, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with database(place, purpose="test") as url:
        assert restore(place, saved, url) == 1
    assert "no está vacía" in capsys.readouterr().err


def test_a_changed_backup_is_named(
    saved: Path,
    new_place: Callable[[], Place],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    damaged = tmp_path / "damaged.tar"
    data = bytearray(saved.read_bytes())
    data[data.index(b"%PDF-1.7") + 100] ^= 1
    damaged.write_bytes(data)
    other = new_place()
    with database(other, purpose="test") as url:
        assert restore(other, damaged, url) == 1
    assert "ab/abcd está dañado" in capsys.readouterr().err


def forge(saved: Path, folder: Path, change: Callable[[dict[str, Any]], None], *more: tarfile.TarInfo) -> Path:
    """The same backup with another manifest and members that no backup of ours has; nothing is unpacked."""
    forged = folder / "forged.tar"
    with tarfile.open(saved) as old, tarfile.open(forged, "w") as new:
        for info in old:
            stream = old.extractfile(info)
            assert stream is not None
            data = stream.read()
            if info.name == "manifest.json":
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest).encode()
            info.size = len(data)
            if info.name not in {one.name for one in more}:
                new.addfile(info, io.BytesIO(data))
        for info in more:
            new.addfile(info)
    return forged


def member(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


OTHER: Final = "files/ab/otro"
STRANGE: Final = [
    ("../fuera", [], "inadmisible"), ("/tmp/fuera-del-respaldo", [], "inadmisible"), ("ab/../../fuera", [], "inadmisible"),
    ("puente/fuera", [], "inadmisible"), ("ab\0cd", [], "inadmisible"), ("ab/otro", [], "le falta"),
    ("ab/otro", [member(OTHER, tarfile.SYMTYPE, "/etc/passwd")], "no es un archivo normal"),
    ("ab/otro", [member(OTHER, tarfile.SYMTYPE, "../../database.dump")], "no es un archivo normal"),
    *(("ab/otro", [member(OTHER, kind, "database.dump")], "no es un archivo normal")
      for kind in (tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE)),
]


def test_nothing_leaves_the_folder_and_only_plain_files_are_taken(saved: Path, new_place: Callable[[], Place], tmp_path: Path) -> None:
    other, outside = new_place(), tmp_path / "fuera"
    outside.mkdir()
    other.files.mkdir(parents=True, exist_ok=True)
    (other.files / "puente").symlink_to(outside)
    for name, infos, told in STRANGE:
        names = {name: {"bytes": 1, "sha256": "0" * 64}}
        forged = forge(saved, tmp_path, lambda manifest, names=names: manifest.update(files=names), *infos)
        (other.files / "ab" / "otro").unlink(missing_ok=True)
        with tarfile.open(forged) as archive, pytest.raises(Differs, match=told):
            _restore_files(archive, _manifest(archive), other)
        assert not any(outside.iterdir()) and not (other.files.parent / "fuera").exists() and not Path("/tmp/fuera-del-respaldo").exists()
    forged = forge(saved, tmp_path, lambda manifest: None, member("manifest.json", tarfile.SYMTYPE, "database.dump"))
    with tarfile.open(forged) as archive, pytest.raises(Differs, match="no es un archivo normal"):
        _manifest(archive)


def test_a_row_that_differs_is_found(
    saved: Path, new_place: Callable[[], Place], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["tables"]["public.letter"]["digest"] = "1"

    forged = forge(saved, tmp_path, change)
    other = new_place()
    with database(other, purpose="test") as url:
        assert restore(other, forged, url) == 1
    assert "public.letter" in capsys.readouterr().err


@pytest.mark.slow
def test_the_real_schema_survives(
    furnished: Place, new_place: Callable[[], Place], command: list[str], tmp_path: Path
) -> None:
    second, target = new_place(), tmp_path / "real.tar"
    for place, argv in (
        (furnished, ["migrate", "--check"]),
        (furnished, ["backup", str(target)]),
        (furnished, ["backup", str(target), "--force"]),
        (second, ["restore", str(target)]),
        (second, ["migrate", "--check"]),
    ):
        subprocess.run([*command, *argv], env=clean_environment(place), check=True, timeout=600)


def test_a_file_of_that_name_is_kept_unless_told_otherwise(saved: Path, place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    saved.write_bytes(b"el del lunes")
    with database(place, purpose="test") as url:
        assert backup(place, saved, url) == 1 and saved.read_bytes() == b"el del lunes"
        assert f"{saved}: ya existe, y se conserva" in capsys.readouterr().err
        assert backup(place, saved, url, force=True) == 0 and tarfile.is_tarfile(saved)


def test_what_cannot_be_written_or_read_is_said_in_a_sentence(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An operator reads it from the mail of a nightly job."""
    nowhere = tmp_path / "nowhere" / "backup.tar"
    assert backup(place, nowhere, "postgresql://nobody") == 1
    assert capsys.readouterr().err == f"No se respaldó. {nowhere.parent}: no existe\n"
    assert restore(place, nowhere, "postgresql://nobody") == 1
    assert capsys.readouterr().err == f"No se restauró: {nowhere}: no existe\n"
    other = tmp_path / "other.tar"
    other.write_text("no es un tar")
    assert restore(place, other, "postgresql://nobody") == 1
    assert capsys.readouterr().err.startswith(f"No se restauró: {other} no es un respaldo, o está incompleto (")
