"""What correspondence keeps of people, and until when its archival series obliges to keep it."""
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case, SearchRow
from ventanilla.core.privacy import words as w
from ventanilla.core.privacy.registry import (
    GONE,
    Erasing,
    PersonalData,
    register_hold,
    register_not_personal,
    register_personal,
    years_after,
)
from ventanilla.core.privacy.services.erasing import hide_in
from ventanilla.core.workdays.services import dates_of_reader
from ventanilla.modules.correspondence.models import ArchivePlace, Correspondent, Letter
from ventanilla.modules.correspondence.services.correcting import words_of

PART = lazy("Correspondencia")
_SENT = {"signatory": lazy("Quien firma"), "post": lazy("Cargo"), "addressee": lazy("Destinatario"), "delivered_to": lazy("Quien recibió"),
         "delivery_note": lazy("Nota de entrega"), "text": lazy("Texto"), "annexes": lazy("Anexos"), "number": lazy("Número del documento")}


def register() -> None:
    """Called once from the module's `ready()`."""
    register_hold("letter", held_by_series)
    register_personal(*_letters(), *_intake(), *_archive())
    register_not_personal({
        "correspondence.ArchiveSeries": w.all_of(w.CATALOGUE, "code", "name"), "correspondence.LetterType": w.all_of(w.CATALOGUE, "name"),
        "correspondence.LetterTemplate": w.all_of(w.CATALOGUE, "name", "body"), "correspondence.Receipt": w.all_of(w.TECHNICAL, "code"),
        "correspondence.Letter": w.all_of(w.TECHNICAL, "number_key", "legacy_key"),
        "correspondence.Correspondent": w.all_of(w.COPIED, "key"),
        "correspondence.ImportMapping": w.all_of(w.CONFIGURED, "name", "columns", "options"),
        "correspondence.ImportRun": w.all_of(lazy("Cuántos renglones, y cuáles no entraron"), "counts", "problems"),
    })


def held_by_series(case: Case) -> str:
    """Why a concluded letter must be kept: it is not archived yet, its series says no term, or the term runs still."""
    place = ArchivePlace.objects.select_related("file__series").filter(case=case).first()
    if place is None:
        return _("%(folio)s no está en el archivo: sin serie documental no se sabe cuánto debe conservarse.") % {"folio": case.folio}
    series, file = place.file.series, place.file
    if series.keep_years is None:
        return _("La serie «%(series)s» no dice cuántos años se conserva; lo fija Administración → Catálogos.") % {"series": series}
    if file.closed is None:
        return _("El expediente %(file)s sigue abierto: su conservación empieza a contar cuando se cierra.") % {"file": file.reference}
    until = years_after(file.closed, series.keep_years)
    return "" if until <= timezone.localdate() else _("La serie «%(series)s» se conserva hasta el %(day)s.") % {
        "series": series, "day": dates_of_reader().long_date(until)}


def _letters() -> tuple[PersonalData, ...]:
    return (
        PersonalData(
            "correspondence.letter", "correspondence.Letter", PART, lazy("Documentos recibidos y enviados"), _SENT, w.SENDERS,
            lazy("Saber quién escribe, a quién se responde y qué se entregó"), w.FACULTIES, w.SERIES,
            looked=("signatory", "organisation", "addressee", "delivered_to", "text"), case="case",
            title=lambda row: str(row.case.subject), url=lambda row: reverse("letter", args=[row.pk]),
            correct=lambda row: reverse("letter_correct", args=[row.pk]), erase=_forget_letter),
        PersonalData(
            "correspondence.correspondent", "correspondence.Correspondent", PART, lazy("Directorio de remitentes"),
            {"name": lazy("Nombre"), "post": lazy("Cargo"), "email": lazy("Correo")}, w.SENDERS,
            lazy("Proponer el remitente al registrar, sin volver a escribirlo"), w.FACULTIES,
            lazy("Mientras se use; se cancela a petición"),
            looked=("name", "email"), erase=_forget_correspondent),
        PersonalData(
            "correspondence.receipt", "correspondence.Receipt", PART, lazy("Acuses"),
            {"annexes": lazy("Anexos"), "facts": lazy("Lo que decía antes de una corrección")}, w.SENDERS,
            lazy("Comprobar que el acuse es auténtico"), w.DUTY, w.WITH_CASE, looked=("facts",), owner="case__institution_id", case="case",
            title=lambda row: str(row.code), erase=hide_in("annexes", "facts")),
        *w.texts(PART, lazy("Informar a las unidades"), [
            w.Text("correspondence.Circular", lazy("Circulares"), {"subject": lazy("Asunto"), "text": lazy("Texto"),
                                                                                "cancel_reason": lazy("Motivo de la cancelación")})]),
    )


def _forget_letter(rows: Sequence[Letter], erasing: Erasing) -> None:
    """The person's words go from the letter, from its subject, and from the words by which it is found."""
    for row in rows:
        for name in _SENT:
            value = getattr(row, name)
            setattr(row, name, GONE if name in ("signatory", "addressee") and erasing.asked.within(value) else erasing.asked.hidden(value))
        if row.order == "citizen" or erasing.asked.within(row.organisation):
            row.organisation = erasing.asked.hidden(row.organisation)
        row.post = "" if row.signatory == GONE else row.post
        row.correspondent = None
        row.save()
        Case.objects.filter(pk=row.pk).update(subject=erasing.asked.hidden(row.case.subject))
        SearchRow.objects.filter(case_id=row.pk, kind="letter", ref=row.pk, page=0).update(body=words_of(row))


def _forget_correspondent(rows: Sequence[Correspondent], _erasing: Erasing) -> None:
    """The entry stays for the letters that point to it, without anybody in it, and is proposed no more."""
    for row in rows:
        Correspondent.objects.filter(pk=row.pk).update(name="", post="", email="", key=f"cancelado {row.pk}", active=False)


def _intake() -> tuple[PersonalData, ...]:
    read = lazy("Proponer a quien registra lo que dice el documento")
    return (
        PersonalData(
            "correspondence.upload", "correspondence.Upload", PART, lazy("Documentos digitalizados por registrar"),
            {"reading": lazy("Lo que se leyó de ellos")}, w.SENDERS, read, w.FACULTIES, lazy("Hasta que se registran o se quitan"),
            looked=("reading",), case="", related=("document",), title=lambda row: str(row.document),
            kept=lazy("Se quita de la pila con el documento, o sigue a su asunto")),
        PersonalData(
            "correspondence.stackrow", "correspondence.StackRow", PART, lazy("Registros de una pila"),
            {"title": lazy("Archivo"), "facts": lazy("Lo que se confirmó"), "problem": lazy("Por qué no se registró")}, w.SENDERS, read,
            w.FACULTIES, w.WITH_CASE, kept=w.COPIED),
        PersonalData(
            "correspondence.batch", "correspondence.Batch", PART, lazy("Pilas digitalizadas"), {"name": lazy("Nombre de la pila")}, w.NAMED,
            read, w.FACULTIES, lazy("Hasta que se registran"), kept=lazy("Es el nombre de una carpeta")),
    )


def _archive() -> tuple[PersonalData, ...]:
    return tuple(w.texts(PART, lazy("Encontrar un expediente"), [
        w.Text("correspondence.ArchiveFile", lazy("Expedientes"), {"title": lazy("Título")})]))


