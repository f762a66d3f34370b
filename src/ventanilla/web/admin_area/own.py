"""What a person says of themselves: when they are away and who acts, and what they delegate for a time."""
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Absence, Grant, Person
from ventanilla.core.orgs.services.grants import AbsenceDraft, Delegation, Lendable, lendable
from ventanilla.web.admin_area import deputies
from ventanilla.web.admin_area.forms.fields import Day, person_field, today
from ventanilla.web.admin_area.forms.orgs import AbsenceForm
from ventanilla.web.admin_area.pages import FormPage, form_page, page, post_verb


class LendForm(forms.Form):
    """One of the functions one holds, for whom and until when."""

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {f"{o.role.pk}-{o.unit.pk}-{int(o.subtree)}": o for o in lendable(person)}
        self.fields["to"] = person_field(person.institution, label=str(_("A quién")), without=person.pk)
        self.fields["what"] = forms.ChoiceField(label=lazy("Qué función"), choices=[
            ("", "—"), *((key, self._words(offer)) for key, offer in self.offers.items())],
            help_text=lazy("Sólo las que usted tiene, o parte de ellas."))
        self.fields["since"] = Day(label=lazy("Desde"), initial=today)
        self.fields["until"] = Day(label=lazy("Hasta"), help_text=lazy("El último día en que vale."))
        self.fields["source"] = forms.CharField(label=lazy("Motivo o documento"), max_length=200, required=False)

    @staticmethod
    def _words(offer: Lendable) -> str:
        below = _(" y las que dependen") if offer.subtree else ""
        return f"{offer.role.name} · {offer.unit.name}{below}"

    def delegation(self) -> Delegation:
        """The verb's draft. The form must be valid."""
        data = self.cleaned_data
        offer = self.offers[data["what"]]
        return Delegation(data["to"], offer.role, offer.unit, data["since"], data["until"] + timedelta(days=1), offer.subtree,
                          data["source"])


@page()
def mine(request: HttpRequest, person: Person) -> HttpResponse:
    """One's own absences, what one lent, what one received, and for whom one acts."""
    day = timezone.localdate()
    grants = Grant.objects.exclude(valid_to__lte=day).exclude(delegated_by=None).select_related("role", "unit", "person", "delegated_by")
    absences = Absence.objects.filter(valid_to__gt=day).select_related("person", "acting").order_by("valid_from")
    return render(request, "admin_area/own.html", {
        "absences": absences.filter(person=person), "acting": absences.filter(acting=person),
        "lent": grants.filter(delegated_by=person).order_by("valid_from"),
        "received": grants.filter(person=person).order_by("valid_from"), "today": day, "crumbs": _crumbs()})


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Mi perfil"), reverse("ui:profile")), (_("Ausencias y delegaciones"), reverse("own:deputies"))]


@page()
def away(request: HttpRequest, person: Person) -> HttpResponse:
    """I shall be away, and who acts."""

    def save(data: dict[str, Any]) -> str:
        deputies.declare_absence(actor=person, person=person, draft=AbsenceDraft(**data))
        return reverse("own:deputies")

    return form_page(request, FormPage(
        title=_("Declarar una ausencia"), form=AbsenceForm(person.institution, request.POST or None, without=person.pk), save=save,
        sub=_("Mientras dure, quien suple ve y atiende sus asuntos; los dos nombres quedan en la bitácora."),
        button=_("Declarar la ausencia"), done=_("Su ausencia quedó registrada; aquí abajo dice quién suple."), crumbs=_crumbs(),
        back=reverse("own:deputies")))


@page()
def lend(request: HttpRequest, person: Person) -> HttpResponse:
    """Lend a function I hold."""
    form = LendForm(person, request.POST or None)

    def save(data: dict[str, Any]) -> str:
        deputies.delegate(actor=person, delegator=person, draft=form.delegation())
        return reverse("own:deputies")

    return form_page(request, FormPage(
        title=_("Delegar una función"), form=form, save=save, button=_("Delegar"), crumbs=_crumbs(), back=reverse("own:deputies"),
        sub=_("Usted conserva la función; la otra persona la tiene también en esas fechas."),
        done=_("La función quedó delegada; se avisó a quien la recibe.")))


@require_POST
@page()
def end_away(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """I am back, or shall not be away."""
    row = get_object_or_404(Absence.objects.select_related("person"), pk=pk, person=person)
    return post_verb(request, lambda: deputies.end_absence(actor=person, absence=row), _("La ausencia terminó."), reverse("own:deputies"))


@require_POST
@page()
def end_lent(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Take back what I lent."""
    row = get_object_or_404(Grant.objects.select_related("person", "unit", "delegated_by"), pk=pk, delegated_by=person)
    return post_verb(request, lambda: deputies.revoke(actor=person, grant=row), _("La delegación terminó."), reverse("own:deputies"))


app_name = "own"
urlpatterns = [
    path("", mine, name="deputies"),
    path("ausencia/", away, name="away"),
    path("delegar/", lend, name="lend"),
    path("ausencias/<int:pk>/terminar/", end_away, name="end_away"),
    path("delegaciones/<int:pk>/terminar/", end_lent, name="end_lent"),
]
