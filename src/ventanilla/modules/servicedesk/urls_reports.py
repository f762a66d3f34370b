"""Addresses of the desk's reports."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path

from ventanilla.modules.servicedesk.screens import field_reports, reports, reports_systems

urlpatterns: list[URLPattern | URLResolver] = [
    path("mesa/informes/", private(reports.report), name="desk_report"),
    path("mesa/informes/detalle/", private(reports.rows), name="desk_report_rows"),
    path("mesa/informes/sistemas/", private(reports_systems.systems), name="desk_report_systems"),
    path("mesa/informes/sistemas/uno/", private(reports_systems.system), name="desk_report_system"),
    path("mesa/informes/campos/", private(field_reports.fields), name="desk_fields"),
    path("mesa/informes/campos/detalle/", private(field_reports.rows), name="desk_field_rows"),
    path("mesa/informes/campos/<slug:what>.<slug:kind>", private(field_reports.export), name="desk_field_file"),
    path("mesa/informes/<slug:what>.<slug:kind>", private(reports.export), name="desk_report_file"),
]
