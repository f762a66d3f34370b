"""Addresses of the public home, the profile, drafts, the sign-in pages and what browsers ask for."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from ventanilla.web.ui import drafts, themes, views

own: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("perfil/", views.profile, name="profile"),
    path("perfil/apariencia/", views.appearance, name="appearance"),
    path("perfil/institucion/", views.institution, name="institution"),
    path("perfil/de-vuelta/", views.back, name="back"),
    path("idioma/<str:code>/", views.language, name="language"),
    path("borradores/<path:key>/", drafts.DraftView.as_view(), name="draft"),
    path("logotipo/<slug:slug>-<str:mark>.png", themes.logo, name="logo"),
    path("tema/<slug:slug>-<str:mark>.css", themes.theme, name="theme"),
    path("sin-conexion/", views.offline, name="offline"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.worker, name="worker"),
]
# allauth's own addresses keep their names; of two with one name, reverse() takes the last.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own, "ui"))),
    path("cuenta/", include("allauth.urls")),
    path("entrar/", account.login, name="account_login"),
    path("salir/", account.logout, name="account_logout"),
]
