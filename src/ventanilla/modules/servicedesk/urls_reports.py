"""Addresses of the desk's reports."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path

from ventanilla.modules.servicedesk.screens import reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("mesa/informes/", private(reports.report), name="desk_report"),
    path("mesa/informes/detalle/", private(reports.rows), name="desk_report_rows"),
    path("mesa/informes/sistemas/", private(reports.systems), name="desk_report_systems"),
    path("mesa/informes/<slug:what>.<slug:kind>", private(reports.export), name="desk_report_file"),
]
