"""Addresses of the inbox and of search."""
from django.urls import path

from ventanilla.web.inbox import views

urlpatterns = [
    path("bandeja/", views.tray, name="inbox"),
    path("buscar/", views.find, name="search"),
    path("buscar/paleta", views.palette, name="palette"),
]
