"""Addresses: each part brings its own; this list only says in which order they are asked."""
from django.urls import include, path

from ventanilla.config import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/", include("ventanilla.web.api.urls")),  # before those without a beginning of their own: programs ask often
    path("", include("ventanilla.web.ui.urls")),
    path("", include("ventanilla.web.inbox.urls")),
    path("", include("ventanilla.web.screens.urls")),
    path("", include("ventanilla.web.events.urls")),
    path("", include("ventanilla.web.api.pages")),
    path("directorio/", include("ventanilla.web.admin_area.directory")),
    path("perfil/suplencias/", include("ventanilla.web.admin_area.own")),
    path("", include("ventanilla.web.questionnaires.urls")),
    path("", include("ventanilla.web.privacy.urls")),
    path("administracion/", include("ventanilla.web.admin_area.urls")),
    path("", include("ventanilla.modules.correspondence.urls")),
    path("", include("ventanilla.modules.servicedesk.urls")),
    path("", include("ventanilla.modules.practices.urls")),
]
handler400 = "ventanilla.web.ui.errors.bad_request"
handler403 = "ventanilla.web.ui.errors.forbidden"
handler404 = "ventanilla.web.ui.errors.not_found"
handler500 = "ventanilla.web.ui.errors.server_error"
