"""Addresses of the lists: /listas/<slug>/ and its twins."""
from django.contrib.auth.decorators import login_required as private
from django.urls import path

from ventanilla.web.screens import exports, views
from ventanilla.web.screens import saved_pages as pages

urlpatterns = [
    path("exportaciones/", private(exports.jobs), name="exports"),
    path("exportaciones/<uuid:uuid>/", private(exports.job_file), name="export_file"),
    path("exportaciones/<uuid:uuid>/cancelar", private(exports.job_cancel), name="export_cancel"),
    path("exportaciones/<uuid:uuid>/otra", private(exports.job_again), name="export_again"),
    path("listas/<slug:slug>/", private(views.listing), name="screen"),
    path("listas/<slug:slug>/filtros", private(views.filter_controls), name="screen_filters"),
    path("listas/<slug:slug>.json", private(views.twin), name="screen_json"),
    path("listas/<slug:slug>/exportar/<str:kind>", private(exports.export), name="screen_export"),
    path("listas/<slug:slug>/accion/<slug:action>", private(views.bulk), name="screen_bulk"),
    path("listas/<slug:slug>/columnas", private(views.choose_columns), name="screen_columns"),
    path("listas/<slug:slug>/vistas", private(pages.views_page), name="screen_save_view"),
    path("listas/<slug:slug>/vistas/abrir", private(pages.open_view), name="screen_open_view"),
    path("listas/<slug:slug>/vistas/<int:pk>", private(pages.view_page), name="screen_view"),
    path("listas/<slug:slug>/vistas/<int:pk>/cambiar", private(pages.change_view), name="screen_change_view"),
    path("listas/<slug:slug>/vistas/<int:pk>/mover", private(pages.move_view), name="screen_move_view"),
    path("listas/<slug:slug>/vistas/<int:pk>/copiar", private(pages.copy_view), name="screen_copy_view"),
    path("listas/<slug:slug>/vistas/<int:pk>/quitar", private(pages.drop_view), name="screen_drop_view"),
    path("listas/<slug:slug>/vistas/<int:pk>/unidad/<slug:step>", private(pages.lead_view), name="screen_lead_view"),
]
