"""Addresses of turns on call."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path

from ventanilla.modules.servicedesk.screens import on_call

urlpatterns: list[URLPattern | URLResolver] = [
    path("mesa/guardias/", private(on_call.home), name="on_call"),
    path("mesa/guardias/nueva/", private(on_call.edit), name="on_call_new"),
    path("mesa/guardias/rol/", private(on_call.rota), name="on_call_rota"),
    path("mesa/guardias/<int:pk>/", private(on_call.edit), name="on_call_turn"),
    path("mesa/guardias/<int:pk>/quitar/", private(on_call.drop), name="on_call_drop"),
]
