"""Addresses of the API: `/api/v1/…`, its document and its page for people."""
from django.urls import URLPattern, URLResolver, include, path

from ventanilla.web.api import reference_page
from ventanilla.web.api.problems import nothing_there
from ventanilla.web.api.v1 import build, patterns

api = build()
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/docs/", reference_page.docs, name="api_docs"),
    path("v1/", include((patterns(api), "ninja"), namespace="api-v1")),
    path("v1/<path:rest>", nothing_there, name="api_nothing"),
]
