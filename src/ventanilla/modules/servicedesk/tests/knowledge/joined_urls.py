"""All addresses of the platform, and those of knowledge before them."""
from django.urls import include, path

from ventanilla.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from ventanilla.config.urls import urlpatterns as usual

urlpatterns = [path("", include("ventanilla.modules.servicedesk.urls_knowledge")), *usual]
