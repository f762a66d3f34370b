"""Forms that join and part tickets: they only parse; the verbs check and refuse."""

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Attachment, Note
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.forms import AboutCase
from ventanilla.web.ui.people import PersonField
from ventanilla.web.ui.sendings import Keyed


class MergeForm(AboutCase):
    """The ticket that goes on, by its number."""

    folio = forms.CharField(label=_("Número del ticket que continúa"), max_length=80,
                            help_text=_("Éste se cierra como duplicado; su historia y sus archivos se ven en el otro."))
    reason = forms.CharField(label=_("Motivo, si quiere decirlo"), required=False, max_length=2000,
                             widget=forms.Textarea(attrs={"rows": 2}))


class HangForm(AboutCase):
    """The ticket from which this one hangs."""

    folio = forms.CharField(label=_("Número del ticket del que depende"), max_length=80, required=False,
                            help_text=_("Vacío: de ninguno. El otro no se resuelve antes que éste."))

    def prepare(self) -> None:
        """As it is."""
        parent = self.case.ticket.parent
        self.fields["folio"].initial = parent.folio if parent else ""


class WatcherForm(AboutCase):
    """Somebody who is told of what happens to it."""

    person = PersonField(everybody=True, label=_("A quién avisar"), help_text=_("Leerá lo público del ticket, no las notas internas."))

    def prepare(self) -> None:
        """Everybody active of the institution."""
        self.fields["person"].queryset = Person.objects.filter(institution_id=self.case.institution_id, active=True)  # type: ignore[attr-defined]


class SplitForm(AboutCase, Keyed):
    """The new ticket, and what of this one it takes along."""

    subject = forms.CharField(label=_("Asunto del ticket nuevo"), max_length=300)
    kind = forms.ChoiceField(label=_("Es"), choices=[("request", _("Una solicitud")), ("incident", _("Un incidente"))])
    description = forms.CharField(label=_("Qué se pide"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    notes = forms.ModelMultipleChoiceField(Note.objects.none(), label=_("Mensajes y notas que se copian"), required=False,
                                           widget=forms.CheckboxSelectMultiple)
    attachments = forms.ModelMultipleChoiceField(Attachment.objects.none(), label=_("Archivos que se copian"), required=False,
                                                 widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        """What the person may read in this ticket."""
        notes = Note.objects.readable_by(self.actor).filter(case=self.case).select_related("person").order_by("pk")
        files = Attachment.objects.readable_by(self.actor).filter(case=self.case).select_related("document").order_by("pk")
        for name, rows, label in (("notes", notes, note_label), ("attachments", files, file_label)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = label  # type: ignore[attr-defined]
            if not rows.exists():
                del self.fields[name]
        if self.case.kind not in ASKED:
            del self.fields["kind"]
        else:
            self.fields["kind"].initial = self.case.kind


def note_label(note: Note) -> str:
    """Who said what, and on which side."""
    said = f"{note.person.name}: {Truncator(note.text).chars(90)}"
    return f"{said} ({now('nota interna')})" if note.private else said


def file_label(row: Attachment) -> str:
    """The file's title, and on which side it is."""
    return f"{row.document.title} ({now('interno')})" if row.private else row.document.title
