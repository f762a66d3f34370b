"""Addresses of notices and of the live stream's ticket."""
from django.urls import URLPattern, URLResolver, include, path

from ventanilla.web.events import screens

own: list[URLPattern | URLResolver] = [
    path("avisos/", screens.centre, name="centre"),
    path("avisos/leidos/", screens.read, name="read"),
    path("avisos/numero/", screens.badge, name="badge"),
    path("avisos/preferencias/", screens.preferences, name="preferences"),
    path("avisos/<uuid:uuid>/", screens.open_notice, name="open"),
    path("eventos/boleto/", screens.ticket, name="ticket"),
    path("eventos/obrero.js", screens.worker, name="worker"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own, "events"))),
]
