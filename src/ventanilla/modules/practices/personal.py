"""What the registry of good practices keeps of people: who answers for a practice is public, the contact of its form is not."""
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.privacy import words as w
from ventanilla.core.privacy.registry import PersonalData, register_not_personal, register_personal

PART = lazy("Buenas prácticas")
_WORK = lazy("Documentar, revisar y compartir prácticas")
_SEALED = lazy("Una revisión sellada lleva su huella y no cambia; se corrige en otra revisión, que es la que se publica")
_NOT = {
    "Practice": ("registry_number", "title"), "Norm": ("name", "key"), "LegalBasis": ("key", "articles", "text"),
    "Campaign": ("name", "text", "requirements"), "RankedPractice": ("factors",), "Observation": ("key",), "Evaluation": ("values",),
    "Indicator": ("name",), "IndicatorValue": ("spec", "rows"), "Target": ("prose",), "FieldReading": ("key",), "Requirement": ("key",),
    "PracticePackage": ("name", "content", "counts"), "PackageInstallation": ("name", "content", "choices", "report"), "Comment": ("key",),
    "NamedPerson": ("name_key",), "PracticeRevision": ("section_edits",)}


def register() -> None:
    """Called once from the module's `ready()`."""
    register_personal(*_forms(), *_texts())
    register_not_personal({f"practices.{model}": w.all_of(lazy("Texto de la práctica o de su configuración, no de personas"), *fields)
                           for model, fields in _NOT.items()})


def _forms() -> tuple[PersonalData, ...]:
    return (
        PersonalData(
            "practices.named", "practices.NamedPerson", PART, lazy("Titular y enlace de una práctica"),
            {"name": lazy("Nombre"), "post": lazy("Cargo"), "mail": lazy("Correo")}, w.STAFFED,
            lazy("Saber quién responde por la práctica y con quién tratarla; el enlace no se publica"), w.STAFF, w.SERIES,
            looked=("name", "mail"), related=("practice",), title=lambda row: str(row.practice),
            url=lambda row: reverse("practice", args=[row.practice_id]), correct=lambda row: reverse("practice", args=[row.practice_id]),
            kept=_SEALED),
        PersonalData(
            "practices.revision", "practices.PracticeRevision", PART, lazy("Formularios de prácticas"), {"values": lazy("Lo que dice")},
            w.NAMED, _WORK, w.FACULTIES, w.SERIES, looked=("values",), related=("practice",), title=lambda row: str(row.practice),
            url=lambda row: reverse("practice", args=[row.practice_id]), correct=lambda row: reverse("practice", args=[row.practice_id]),
            kept=_SEALED),
        PersonalData(
            "practices.import", "practices.PracticeImport", PART, lazy("Formularios importados"),
            {"filename": lazy("Archivo"), "residue": lazy("Lo que no se reconoció"), "others": lazy("Otros formularios del archivo")},
            w.NAMED,
            _WORK, w.FACULTIES, w.SERIES, kept=w.COPIED),
        PersonalData(
            "practices.reading", "practices.FieldReading", PART, lazy("Lo que se leyó de un formulario"),
            {"value": lazy("Valor"), "raw": lazy("Texto"), "marks": lazy("Marcas"), "alternatives": lazy("Otras lecturas"),
             "question": lazy("Pregunta"), "chosen": lazy("Lo que se eligió")}, w.NAMED, _WORK, w.FACULTIES, w.SERIES, kept=w.COPIED),
        PersonalData(
            "practices.remark", "practices.Remark", PART, lazy("Observaciones y respuestas"), {"text": lazy("Texto")}, w.NAMED, _WORK,
            w.DUTY,
            w.SERIES, looked=("text",), owner="observation__institution_id", case="observation__review__case", kept=w.UNCHANGING),
        PersonalData(
            "practices.arrival", "practices.PracticeArrival", PART, lazy("Archivos que esperan"),
            {"filename": lazy("Archivo"), "problem": lazy("Por qué espera")}, w.NAMED, _WORK, w.FACULTIES, lazy("Hasta que se importan"),
            kept=lazy("Se quita con el archivo")),
    )


def _texts() -> tuple[PersonalData, ...]:
    transfer = lazy("Transferir una práctica a otra institución")
    return (
        *w.texts(PART, transfer, [
            w.Text("practices.Transfer", lazy("Transferencias"), {
                "taker_name": lazy("Quién la solicita"), "letter": lazy("Oficio"), "contact": lazy("Con quién tratarlo"),
                "reason": lazy("Para qué"), "agreement": lazy("Convenio"), "result": lazy("Resultado")}, "case"),
            w.Text("practices.Adoption", lazy("Adopciones"), {"name": lazy("Nombre"), "result": lazy("Resultado")}),
            w.Text("practices.Requirement", lazy("Requisitos"), {"needed": lazy("Qué se pide"), "note": lazy("Nota")}, "transfer__case"),
            w.Text("practices.TransferStep", lazy("Pasos"), {"text": lazy("Qué se hará")}, "transfer__case")]),
        *w.texts(PART, _WORK, [
            w.Text("practices.Review", lazy("Revisiones"), {
                "letter": lazy("Oficio"), "agreement": lazy("Acuerdo de evaluación"), "ruling": lazy("Dictamen")}, "case"),
            w.Text("practices.Measurement", lazy("Mediciones"), {"text": lazy("Qué se observa")}, "case"),
            w.Text("practices.Comment", lazy("Comentarios"), {"text": lazy("Texto")}),
            w.Text("practices.EvidenceFile", lazy("Evidencia"), {"caption": lazy("Pie")}),
            w.Text("practices.ExternalResult", lazy("Resultados externos"), {"title": lazy("Título"), "body": lazy("De quién")})]),
    )
