"""Addresses of what tickets are about, of collisions, and of periods without changes."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path

from ventanilla.modules.servicedesk.screens import blackouts, items, schedule

urlpatterns: list[URLPattern | URLResolver] = [
    path("mesa/tickets/<int:pk>/elementos/", private(items.items), name="ticket_items"),
    path("mesa/tickets/<int:pk>/elementos/<int:tie>/quitar/", private(items.untie), name="ticket_item_remove"),
    path("mesa/tickets/<int:pk>/impacto/", private(items.impact), name="ticket_impact"),
    path("mesa/tickets/<int:pk>/colisiones/", private(items.collisions), name="ticket_collisions"),
    path("mesa/calendario-de-cambios/", private(schedule.calendar), name="change_calendar"),
    path("mesa/sin-cambios/", private(blackouts.blackouts), name="blackouts"),
    path("mesa/sin-cambios/nuevo/", private(blackouts.edit), name="blackout_new"),
    path("mesa/sin-cambios/<int:pk>/", private(blackouts.edit), name="blackout"),
    path("mesa/sin-cambios/<int:pk>/quitar/", private(blackouts.off), name="blackout_off"),
]
