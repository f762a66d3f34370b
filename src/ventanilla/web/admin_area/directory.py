"""The directory that everybody of an institution may read: units and people, nothing confidential."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Appointment, Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services import head_of
from ventanilla.core.orgs.services.posts import valid_on
from ventanilla.web.admin_area.pages import page


@page()
def unit(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """A unit: codes old and new, who heads it, posts with telephone, what it depends on and what depends on it."""
    rows = Unit.objects.select_related("parent", "successor")
    row = get_object_or_404(rows, pk=pk, institution=person.institution)
    today = timezone.localdate()
    head, acting = head_of(row, today) if row.is_open else (None, False)
    posts = Appointment.objects.filter(valid_on(today), post__unit=row, person__active=True)
    codes = sorted(set(row.codes.values_list("code", flat=True)) - {row.code})
    return render(request, "directory/unit.html", {
        "unit": row, "head": head, "acting": acting, "codes": codes,
        "posts": posts.select_related("post", "person").order_by("post__kind", "post__order"),
        "children": Unit.objects.filter(parent=row, valid_to=None), "manages": reach_of(person).can(cap.ADMIN_ORGS)})


@page()
def someone(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """An active person: unit, posts held today, office telephone and mail."""
    rows = Person.objects.filter(active=True, institution=person.institution).select_related("unit")
    row = get_object_or_404(rows, pk=pk)
    held = Appointment.objects.filter(valid_on(timezone.localdate()), person=row).select_related("post__unit")
    return render(request, "directory/person.html", {
        "about": row, "posts": held.order_by("post__unit__sort_key"), "manages": reach_of(person).can(cap.ADMIN_ORGS)})


app_name = "directory"
urlpatterns = [
    path("unidades/<int:pk>/", unit, name="unit"),
    path("personas/<int:pk>/", someone, name="person"),
]
