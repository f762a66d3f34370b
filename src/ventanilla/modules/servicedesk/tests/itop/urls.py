"""The addresses of the installation, and that of the façade."""
from ventanilla.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from ventanilla.config.urls import urlpatterns as all_of_them
from ventanilla.modules.servicedesk.urls_itop import urlpatterns as own

urlpatterns = [*all_of_them, *own]
