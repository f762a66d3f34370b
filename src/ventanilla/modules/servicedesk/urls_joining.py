"""Addresses of merging and of the imported past; those of a ticket's steps are in `urls.py`."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, path

from ventanilla.modules.servicedesk.screens.joining import many, pages
from ventanilla.modules.servicedesk.screens.rules import assigning_pages as assigning
from ventanilla.modules.servicedesk.screens.rules import pages as rules

urlpatterns: list[URLPattern] = [
    path("mesa/varios/", private(many.many_page), name="tickets_many"),
    path("mesa/fusionar/", private(pages.merge_page), name="ticket_merge"),
    path("mesa/tickets/<int:pk>/historial-importado/", private(pages.imported_page), name="ticket_imported"),
    path("mesa/reglas/", private(rules.listing), name="rules"),
    path("mesa/reglas/nueva/", private(rules.edit), name="rule_new"),
    path("mesa/reglas/<int:pk>/", private(rules.edit), name="rule"),
    path("mesa/reglas/<int:pk>/ensayo/", private(rules.rehearsal), name="rule_rehearsal"),
    path("mesa/reglas/<int:pk>/<slug:step>/", private(rules.step), name="rule_step"),
    path("mesa/asignacion/", private(assigning.listing), name="assignments"),
    path("mesa/asignacion/nueva/", private(assigning.edit), name="assignment_new"),
    path("mesa/asignacion/<int:pk>/", private(assigning.edit), name="assignment"),
    path("mesa/asignacion/<int:pk>/ensayo/", private(assigning.rehearsal), name="assignment_rehearsal"),
    path("mesa/asignacion/<int:pk>/<slug:step>/", private(assigning.step), name="assignment_step"),
]
