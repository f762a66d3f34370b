"""The form by which an authorisation is asked of somebody else, when who was asked cannot give it."""
from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.leaving import left_of
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.forms import AboutCase
from ventanilla.modules.servicedesk.leaving import named
from ventanilla.modules.servicedesk.services.approving import waiting
from ventanilla.modules.servicedesk.services.authorities import authorities
from ventanilla.web.ui.people import PersonField


class InsteadForm(AboutCase):
    """Of whom it was asked, and of whom it is asked now."""

    gone = forms.ModelChoiceField(Person.objects.none(), label=_("A quién se le pidió"), empty_label=None)
    person = PersonField(label=_("A quién se le pide ahora"))

    def prepare(self) -> None:
        """Who has not answered; and who else may authorise it by its rules."""
        asked = waiting(self.case).values("person")
        here = Person.objects.filter(institution_id=self.case.institution_id).order_by("given_name", "surname_1")
        self.fields["gone"].queryset = here.filter(pk__in=asked)  # type: ignore[attr-defined]
        left = left_of(asked.values_list("person", flat=True))
        self.fields["gone"].label_from_instance = lambda person: named(person, left.get(person.pk))  # type: ignore[attr-defined]
        others = authorities(self.case).exclude(pk__in=asked)
        self.fields["person"].queryset = others  # type: ignore[attr-defined]
