"""Every address of the installation, the reports included."""
from ventanilla.config.urls import handler400, handler403, handler404, handler500
from ventanilla.config.urls import urlpatterns as others
from ventanilla.modules.servicedesk.urls_reports import urlpatterns as reports

urlpatterns = [*reports, *others]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
