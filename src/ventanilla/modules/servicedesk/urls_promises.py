"""Addresses of service levels: goals, thresholds, and what a change does."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, path

from ventanilla.modules.servicedesk.screens import promises

_LEVEL = "mesa/niveles/<int:pk>/"
urlpatterns: list[URLPattern] = [
    path("mesa/niveles/", private(promises.levels), name="service_levels"),
    path("mesa/niveles/tipos/", private(promises.keep_kinds), name="kind_levels"),
    path(_LEVEL, private(promises.level), name="service_level"),
    path(f"{_LEVEL}aplicar/", private(promises.effects), name="level_effects"),
    path(f"{_LEVEL}avisos/nuevo/", private(promises.threshold), name="threshold_new"),
    path(f"{_LEVEL}avisos/usuales/", private(promises.usual), name="thresholds_usual"),
    path(f"{_LEVEL}avisos/<int:number>/", private(promises.threshold), name="threshold"),
    path(f"{_LEVEL}avisos/<int:number>/<slug:step>/", private(promises.threshold_step), name="threshold_step"),
    path(f"{_LEVEL}metas/<int:number>/quitar/", private(promises.drop), name="objective_drop"),
    path("mesa/equipos/<int:pk>/aplicar/", private(promises.team_effects), name="team_effects"),
]
