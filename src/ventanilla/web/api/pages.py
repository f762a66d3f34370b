"""Addresses of the API's pages outside `/api/`."""
from django.urls import URLPattern, URLResolver, include, path

from ventanilla.web.api import screens

own: list[URLPattern | URLResolver] = [
    path("perfil/api/", screens.tokens, name="tokens"),
    path("perfil/api/<uuid:uuid>/revocar/", screens.revoke, name="revoke"),
    path("administracion/webhooks/", screens.webhooks, name="webhooks"),
    path("administracion/webhooks/<uuid:uuid>/eventos/", screens.events, name="events"),
    path("administracion/webhooks/<uuid:uuid>/estado/", screens.switch, name="switch"),
    path("administracion/webhooks/<uuid:uuid>/secreto/", screens.renew, name="renew"),
    path("administracion/webhooks/entregas/<uuid:uuid>/repetir/", screens.again, name="again"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("", include((own, "api_pages")))]
