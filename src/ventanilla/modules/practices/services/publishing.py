"""What everybody reads of a registered practice: its public values, linked data (schema.org), and the registry as open data.

The data of the contact person (`enlace_…`) stay in the file: the public page names the agency, the unit and its head.
"""
import json
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from ventanilla.core.exports.tables import Column, Table
from ventanilla.core.questionnaires.definition.fields import TYPES, Field
from ventanilla.modules.practices.form import definition, generations
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.queries import PracticeQuerySet
from ventanilla.modules.practices.services.choices import labels
from ventanilla.modules.practices.services.records import clean_values

HIDDEN: Final = "enlace_"
HEAD: Final = (
    ("uuid", "Identificador", "Identificador único de la práctica (UUID)"),
    ("numero_registro", "Número de registro", "El que le dio el registro"),
    ("institucion", "Institución", "Institución que lleva el registro"),
    ("generacion", "Generación", "Año del formulario oficial"),
    ("revision", "Revisión", "Número de la revisión publicada"),
    ("registrada", "Registrada el", "Fecha de registro (AAAA-MM-DD)"),
    ("pagina", "Página", "Dirección de la página pública"),
)


def public_values(revision: PracticeRevision) -> dict[str, Any]:
    """What the revision says, without the contact person."""
    return {k: v for k, v in clean_values(revision.values, revision.generation).items() if not k.startswith(HIDDEN)}


def published() -> PracticeQuerySet:
    """Everything public with what its page and files read."""
    return Practice.objects.published().select_related("institution", "unit", "current")


def address_of(practice: Practice) -> str:
    """The absolute address of its public page."""
    return settings.BASE_URL + reverse("public_practice", args=[practice.uuid])


def linked_data(practice: Practice) -> dict[str, Any]:
    """The practice as JSON-LD (schema.org CreativeWork, in a Dataset): for search engines and catalogues."""
    assert practice.current is not None
    values = public_values(practice.current)
    found = {
        "@context": "https://schema.org", "@type": "CreativeWork", "@id": address_of(practice), "url": address_of(practice),
        "identifier": practice.registry_number or str(practice.uuid), "name": practice.title, "inLanguage": "es-MX",
        "genre": _("Buena práctica de la administración pública"),
        "abstract": values.get("objetivo"), "description": values.get("descripcion"),
        "keywords": labels("category", practice.category), "about": labels("egov", practice.egov),
        "dateCreated": values.get("inicio"), "datePublished": _day(practice),
        "version": str(practice.current.number), "creator": _organisation(values, practice), "publisher": _publisher(practice),
        "audience": {"@type": "Audience", "audienceType": labels("population", practice.population)}, "sameAs": values.get("sitio_web"),
        "award": values.get("reconocimiento_tipo"),
        "isPartOf": {"@type": "Dataset", "name": _("Registro de buenas prácticas"), "url": settings.BASE_URL + reverse("public_practices")},
        "encoding": [{"@type": "MediaObject", "encodingFormat": kind, "contentUrl": settings.BASE_URL + reverse(
            "public_practice_paper", args=[practice.uuid, name])} for name,
            kind in (("pdf", "application/pdf"), ("json", "application/json"))],
    }
    return {k: v for k, v in found.items() if v not in (None, "", [])}


def as_linked(data: dict[str, Any]) -> Markup:
    """JSON-LD as it may stand in a page: nothing in it can end its element."""
    text = json.dumps(data, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _organisation(values: dict[str, Any], practice: Practice) -> dict[str, Any]:
    unit = {"@type": "GovernmentOrganization", "name": values.get("unidad") or practice.unit.name}
    return {"@type": "GovernmentOrganization", "name": values.get("dependencia") or practice.institution.name, "department": unit}


def _publisher(practice: Practice) -> dict[str, Any]:
    return {"@type": "GovernmentOrganization", "name": practice.institution.name}


def open_fields() -> dict[str, Field]:
    """Every public field of any generation, the newest wording first."""
    found: dict[str, Field] = {}
    for generation in reversed(generations()):
        for key, one in definition(generation).fields.items():
            if not key.startswith(HIDDEN):
                found.setdefault(key, one)
    return found


def dictionary() -> list[dict[str, Any]]:
    """What each column of the open data means: name, title, type, options, generations that ask it."""
    rows: list[dict[str, Any]] = [{"columna": name, "titulo": title, "tipo": "text", "descripcion": text} for name, title, text in HEAD]
    for key, one in open_fields().items():
        asked = [g for g in generations() if key in definition(g).fields]
        rows.append({"columna": key, "titulo": one.label, "tipo": one.type, "descripcion": one.help or _(TYPES[one.type]),
                     "generaciones": asked, **({"opciones": {c.value: c.label for c in one.choices}} if one.choices else {}),
                     **({"columnas": {c.key: c.label for c in one.columns}} if one.columns else {})})
    return rows


def _day(practice: Practice) -> str:
    """The local day of registration, or ""."""
    return timezone.localdate(practice.registered_at).isoformat() if practice.registered_at else ""


def _head(practice: Practice) -> list[str]:
    assert practice.current is not None
    return [str(practice.uuid), practice.registry_number, practice.institution.name, practice.current.generation,
            str(practice.current.number), _day(practice), address_of(practice)]


def open_table() -> Table:
    """The registry as a table, a row per public practice, in order of its number; read in steps of 500."""
    fields = open_fields()
    columns = [Column(name) for name, _title, _text in HEAD] + [Column(key) for key in fields]
    return Table(_("Registro de buenas prácticas"), columns, _rows(tuple(fields)))


def _rows(keys: tuple[str, ...]) -> Iterator[list[Any]]:
    for practice in published().order_by("pk").iterator(chunk_size=500):
        values = public_values(practice.current) if practice.current else {}
        yield [*_head(practice), *(_cell(values.get(key)) for key in keys)]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "si" if value else "no"
    if isinstance(value, list):
        return "; ".join(" | ".join(str(v) for v in one.values()) if isinstance(one, dict) else str(one) for one in value)
    return "" if value is None else str(value)


def open_json() -> Iterator[str]:
    """The registry as JSON, in pieces: {"titulo", "diccionario", "practicas": [{…head, "valores"}]}."""
    about = {"titulo": _("Registro de buenas prácticas"), "diccionario": dictionary()}
    yield json.dumps(about, ensure_ascii=False)[:-1] + ', "practicas": ['
    names = [name for name, _title, _text in HEAD]
    for number, practice in enumerate(published().order_by("pk").iterator(chunk_size=500)):
        row = dict(zip(names, _head(practice), strict=True)) | {"valores": public_values(practice.current) if practice.current else {}}
        yield (", " if number else "") + json.dumps(row, ensure_ascii=False)
    yield "]}"
