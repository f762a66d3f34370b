"""Addresses of the inbox and of search."""
from django.urls import path

from ventanilla.web.inbox import evaluating, views

urlpatterns = [
    path("bandeja/", views.tray, name="inbox"),
    path("bandeja/evaluar/", evaluating.evaluate, name="answers_evaluate"),
    path("buscar/", views.find, name="search"),
    path("buscar/paleta", views.palette, name="palette"),
]
