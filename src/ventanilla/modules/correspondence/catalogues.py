"""Catalogues of correspondence for the administration area: what each holds, its help, its checks."""
from typing import Final

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.exports.docx import TemplateRefused, fields_of, fill_docx
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.models import (
    ArchiveSeries,
    Correspondent,
    LetterTemplate,
    LetterType,
    Programme,
    UnitCost,
)
from ventanilla.modules.correspondence.services.outgoing import word_values
from ventanilla.modules.correspondence.services.registration import Sender, sender_key
from ventanilla.modules.correspondence.services.templates import ENGLISH, FIELDS, check_body, check_names, example
from ventanilla.web.admin_area.registry import Catalogue, register_catalogue

_LONG: Final = f"{'Texto ' * 16}.\n" * 500
"""About as much as a letter may say."""


def _concept(row: UnitCost) -> None:
    """The key of a concept is made from its name once; later only the name changes."""
    row.slug = row.slug or slugify(row.label)[:50]
    if not row.slug:
        raise Refused(_("Escriba un nombre con letras."), "label")
    if row.amount < 0:
        raise Refused(_("El costo no puede ser negativo."), "amount")
    if not 0 <= row.share <= 1:
        raise Refused(_("La proporción va de 0 (nunca se ahorra) a 1 (siempre)."), "share")


def _named(row: Correspondent) -> None:
    if not (row.name or row.organisation):
        raise Refused(_("Escriba el nombre o la institución."), "organisation")
    row.key = sender_key(Sender(row.order, row.organisation, row.name, row.post))


def _paper(row: LetterTemplate) -> None:
    """A Word template has its document; one of text names only fields that exist."""
    if row.engine != "docx":
        row.document = None
        check_body(row.body)
        return
    row.body = ""
    if row.document is None:
        raise Refused(_("Elija el documento de Word."), "document")


def _word(content: bytes) -> None:
    """Before it is stored: a document of Word without macros, of a reasonable size, with fields that exist and that can be filled."""
    try:
        check_names(fields_of(content), [*FIELDS, *ENGLISH, "paragraphs"], "document", signs="{{%s}}")
        fill_docx(content, word_values(example()))
        fill_docx(content, word_values(example() | {"texto": _LONG}))
    except TemplateRefused as refused:
        raise Refused(str(refused), "document") from refused


def _engines() -> list[tuple[str, str]]:
    return [("typst", _("Texto con campos")), ("docx", _("Documento de Word"))]


def register_catalogues() -> None:
    """Called once from the app's `ready()`."""
    for kept in (
        Catalogue("tipos-de-documento", lazy("Tipos de documento"), LetterType, ("name", "amount", "order", "active"),
                  icon="file-text", order=("order", "name"),
                  help=lazy("Oficio, circular, memorándum… con el término que suele traer cada uno.")),
        Catalogue("series-de-archivo", lazy("Series documentales"), ArchiveSeries, ("code", "name", "keep_years", "active"),
                  icon="archive", order=("code",),
                  help=lazy("Cuadro general de clasificación archivística: series del archivo de trámite."),
                  helps={"keep_years": lazy("Desde que se cierra el expediente, según el catálogo de disposición documental. Mientras no "
                                            "se diga, los datos personales de la serie no pueden cancelarse.")}),
        Catalogue("plantillas-de-oficio", lazy("Plantillas de oficio"), LetterTemplate,
                  ("name", "unit", "engine", "body", "document", "active"), columns=("name", "unit", "engine", "active"),
                  icon="template", order=("name",), check=_paper, check_file=_word, choices={"engine": _engines}, files=("document",),
                  preview=lambda row: reverse("letter_template", args=[row.pk]),
                  labels={"unit": lazy("Sólo para la unidad"), "body": lazy("Texto de la plantilla"),
                          "document": lazy("Documento de Word (.docx)")},
                  help=lazy("Con qué formato salen los oficios que se escriben aquí."),
                  helps={"unit": lazy("Vacío: para todas."), "body": lazy(
                      "Campos que se llenan solos: {folio}, {fecha}, {destinatario}, {cargo_destinatario}, {numero_recibido}, {asunto}, "
                      "{texto}, {firmante}, {cargo}, {unidad} e {institucion}. Marcas: *negrita*, _cursiva_; un renglón que empieza con "
                      "«# » es título, con «- » es un punto, con «>>» va a la derecha y con «><» al centro. "
                      "Vacío: el diseño de la plataforma."),
                      "document": lazy("Los mismos campos con llaves dobles: {{folio}}, {{texto}}… Vacío: se conserva el que tiene.")}),
        Catalogue("costos-unitarios", lazy("Costos unitarios"), UnitCost, ("label", "amount", "per", "share", "source", "valid_from"),
                  icon="receipt", order=("slug", "-valid_from"), check=_concept, helps={
                      "per": lazy("La medida de la plataforma que dice cuántas veces se ahorró."),
                      "share": lazy("De 0 a 1. Una copia se ahorra por cada hoja: 1. Si dos de cada cien respuestas habrían pedido un "
                                    "viaje, el viático se ahorra en 0.02 de ellas: la plataforma no sabe dónde está cada unidad; por eso "
                                    "se dice aquí, y la fuente explica de dónde sale.")},
                  help=lazy("Lo que cuesta una copia, una entrega o un viático; con ellos se calcula el ahorro del tablero.")),
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
