"""Addresses: each part brings its own; this list only says in which order they are asked."""
from django.urls import include, path

urlpatterns = [
    path("", include("ventanilla.web.ui.urls")),
    path("", include("ventanilla.web.inbox.urls")),
    path("", include("ventanilla.web.screens.urls")),
    path("", include("ventanilla.web.events.urls")),
    path("api/", include("ventanilla.web.api.urls")),
    path("administracion/", include("ventanilla.web.admin_area.urls")),
    path("correspondencia/", include("ventanilla.modules.correspondence.urls")),
]
