"""Catalogues of correspondence for the administration area: what each holds, its help, its checks."""
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.exports.docx import TemplateRefused, check_template
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.models import (
    ArchiveSeries,
    Correspondent,
    LetterTemplate,
    LetterType,
    Programme,
    UnitCost,
)
from ventanilla.modules.correspondence.services.registration import Sender, sender_key
from ventanilla.web.admin_area.registry import Catalogue, register_catalogue


def _concept(row: UnitCost) -> None:
    """The key of a concept is made from its name once; later only the name changes."""
    row.slug = row.slug or slugify(row.label)[:50]
    if not row.slug:
        raise Refused(_("Escriba un nombre con letras."), "label")
    if row.amount < 0:
        raise Refused(_("El costo no puede ser negativo."), "amount")


def _named(row: Correspondent) -> None:
    if not (row.name or row.organisation):
        raise Refused(_("Escriba el nombre o la institución."), "organisation")
    row.key = sender_key(Sender(row.order, row.organisation, row.name, row.post))


def _paper(row: LetterTemplate) -> None:
    """A Word template has its document; the platform's own design has none."""
    if row.engine != "docx":
        row.document = None
        return
    if row.document is None:
        raise Refused(_("Elija el documento de Word."), "document")


def _word(content: bytes) -> None:
    """Before it is stored: a document of Word without macros, of a reasonable size."""
    try:
        check_template(content)
    except TemplateRefused as refused:
        raise Refused(str(refused), "document") from refused


def _engines() -> list[tuple[str, str]]:
    return [("typst", _("Diseño de la plataforma")), ("docx", _("Documento de Word"))]


def register_catalogues() -> None:
    """Called once from the app's `ready()`."""
    for kept in (
        Catalogue("tipos-de-documento", lazy("Tipos de documento"), LetterType, ("name", "amount", "order", "active"),
                  icon="file-text", order=("order", "name"),
                  help=lazy("Oficio, circular, memorándum… con el término que suele traer cada uno.")),
        Catalogue("series-de-archivo", lazy("Series documentales"), ArchiveSeries, ("code", "name", "active"), icon="archive",
                  order=("code",), help=lazy("Cuadro general de clasificación archivística: series del archivo de trámite.")),
        Catalogue("plantillas-de-oficio", lazy("Plantillas de oficio"), LetterTemplate,
                  ("name", "unit", "engine", "document", "active"), icon="template", order=("name",), check=_paper, check_file=_word,
                  choices={"engine": _engines}, files=("document",),
                  labels={"unit": lazy("Sólo para la unidad"), "document": lazy("Documento de Word (.docx)")},
                  help=lazy("Con qué formato salen los oficios que se escriben aquí."),
                  helps={"unit": lazy("Vacío: para todas."), "document": lazy(
                      "Campos que se llenan solos: {{folio}}, {{date}}, {{subject}}, {{addressee}}, {{text}}, {{unit}}, "
                      "{{institution}}, {{signatory}} y {{post}}. Vacío: se conserva el que tiene.")}),
        Catalogue("costos-unitarios", lazy("Costos unitarios"), UnitCost, ("label", "amount", "per", "source", "valid_from"),
                  icon="receipt", order=("slug", "-valid_from"), check=_concept,
                  help=lazy("Lo que cuesta una copia, una entrega o un viático; con ellos se calcula el ahorro.")),
        Catalogue("areas-programadas", lazy("Áreas programadas"), Programme, ("unit", "since"), icon="calendar-event",
                  order=("since", "unit__sort_key"), owner="unit__institution",
                  help=lazy("Unidades que deben usar el sistema y desde cuándo: la meta del tablero de adopción."),
                  labels={"unit": lazy("Unidad")}),
        Catalogue("directorio-de-remitentes", lazy("Directorio de remitentes"), Correspondent,
                  ("order", "organisation", "name", "post", "email", "active"),
                  columns=("organisation", "name", "post", "order", "email", "active"), icon="book",
                  order=("organisation", "name", "pk"), check=_named,
                  help=lazy("Remitentes y destinatarios que los formularios sugieren; crece al registrar.")),
    ):
        register_catalogue(kept)
