"""Letters from an office template (DOCX with {{fields}}), filled in a sandbox and within limits."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2.exceptions import TemplateError

from ventanilla.core.exports.fields import Fields, TemplateRefused

__all__ = ["TemplateRefused", "check_template", "fields_of", "fill_docx"]

MAX_TEMPLATE, MAX_UNPACKED, MAX_FILES, MAX_RESULT = 10 * 2**20, 60 * 2**20, 500, 30 * 2**20


def fill_docx(template: bytes, data: Mapping[str, Any]) -> bytes:
    """The template with its fields filled. Values are escaped, and reach no code: the environment is
    sandboxed.

    Raises TemplateRefused: no DOCX, too large (unpacked too), a field that does not exist, a forbidden
    expression, loops that would not end or make too much (`fields.MAX_TURNS`).
    """
    check_template(template)
    result = io.BytesIO()
    with _refusing():
        document = DocxTemplate(io.BytesIO(template))
        document.render(dict(data), Fields(), autoescape=True)
        document.save(result)
    if result.tell() > MAX_RESULT:
        raise TemplateRefused(_("El documento que resulta es demasiado grande."))
    return result.getvalue()


def fields_of(template: bytes) -> set[str]:
    """The names of the fields that a template asks for, in body, headers and footers, also those that Word split in its runs.

    Raises TemplateRefused as `fill_docx` does.
    """
    check_template(template)
    with _refusing():
        return set(DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables(Fields()))


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever a foreign file makes the libraries raise (each part of it has its own reader) refuses the template."""
    try:
        yield
    except TemplateRefused:
        raise
    except TemplateError as error:
        raise TemplateRefused(_("La plantilla tiene un error: %s") % error) from error
    except Exception as error:
        raise TemplateRefused(_("La plantilla no se pudo leer como documento de Word.")) from error


def check_template(template: bytes) -> None:
    """Raise TemplateRefused unless it is a DOCX of a reasonable size, also when unpacked, and without
    macros."""
    if len(template) > MAX_TEMPLATE:
        raise TemplateRefused(_("La plantilla pasa de 10 MB."))
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise TemplateRefused(_("La plantilla no es un documento de Word (.docx).")) from None
    names = {part.filename for part in parts}
    if "word/document.xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        raise TemplateRefused(_("La plantilla no es un documento de Word (.docx) sin macros."))
    if len(parts) > MAX_FILES or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise TemplateRefused(_("La plantilla es demasiado grande al descomprimirse."))
