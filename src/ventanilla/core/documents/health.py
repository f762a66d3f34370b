"""What `doctor` says about files: language of the recognition, walls of the readers, antivirus, storage."""
import tempfile
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ventanilla.core.documents import antivirus, sandbox, storage
from ventanilla.core.documents.problems import ScannerDown


@dataclass(frozen=True)
class Check:
    """One line of the report; `ok` None means "works, but could be better"."""

    name: str
    ok: bool | None
    message: str


def checks() -> list[Check]:
    """All checks of this app; each takes well under a second but the first start of the readers."""
    return [_language(), _walls(), _scanner(), _store()]


def _language() -> Check:
    from ventanilla.core.documents.workshop import ocr

    folder = ocr.tessdata()
    name = _("Reconocimiento de texto")
    if folder is None:
        return Check(name, False, _("Falta spa.traineddata. Instale el paquete tesseract-ocr-spa o indique "
                                    "su carpeta en TESSDATA_PREFIX."))
    return Check(name, True, f"{ocr.engine_name()} · {folder}")


def _walls() -> Check:
    level = sandbox.sandbox_level()
    names = {"limits": _("límites de memoria y tiempo"), "network": _("sin red (espacio de nombres)"),
             "seccomp": _("sin conexiones ni programas (seccomp)"),
             "files": _("sin otros archivos (Landlock)")}
    standing = [label for key, label in names.items() if level[key]]
    missing = [label for key, label in names.items() if not level[key]]
    safe = level["limits"] and (level["network"] or level["seccomp"])
    message = _("Activo: {standing}.").format(standing=", ".join(standing) or "—")
    if missing:
        message += " " + _("Este equipo no ofrece: {missing}.").format(missing=", ".join(missing))
    return Check(_("Lectura de archivos aislada"), (None if missing else True) if safe else False, message)


def _scanner() -> Check:
    name = _("Antivirus")
    if not antivirus.configured():
        return Check(name, None, _(
            "No hay antivirus configurado (variable CLAMD). Los archivos se aceptan sin revisión."))
    try:
        return Check(name, True, antivirus.ping())
    except ScannerDown as error:
        message = _("clamd no responde ({error}). Los archivos nuevos esperan.")
        return Check(name, False, message.format(error=error))


def _store() -> Check:
    name, root = _("Almacén de archivos"), storage.local_root()
    if root is None:
        return Check(name, True, _("Almacenamiento externo configurado."))
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root) as file:
            file.write(b"x" * 4096)
    except OSError as error:
        return Check(name, False, _("No se puede escribir en {folder}: {error}").format(folder=root,
                                                                                        error=error))
    return Check(name, True, str(root))
