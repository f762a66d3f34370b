"""Addresses of personal data: what everybody reads and asks, what is shown once at sign-in, the editor of notices, the officer's desk."""
from django.urls import URLPattern, URLResolver, path

from ventanilla.web.privacy.views import gathering, notices, public, requests

app_name = "privacy"
_I, _A, _R = "privacidad/<slug:slug>/", "administracion/", "datos-personales/<int:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("privacidad/", public.notices, name="notices"),
    path("privacidad/datos/", public.purposes, name="purposes"),
    path("privacidad/seguimiento/", public.track, name="track"),
    path("privacidad/seguimiento/<str:key>/", public.followed, name="followed"),
    path(_I, public.notice, name="notice"),
    path(f"{_I}versiones/<int:number>/", public.notice, name="version"),
    path(f"{_I}solicitud/", public.ask, name="ask"),
    path(f"{_I}cifras/", public.figures, name="figures"),
    path("perfil/aviso-de-privacidad/", notices.know, name="know"),
    path(f"{_A}aviso-de-privacidad/", notices.versions, name="versions"),
    path(f"{_A}aviso-de-privacidad/borrador/", notices.draft, name="draft"),
    path(f"{_A}aviso-de-privacidad/borrador/vista/", notices.preview, name="preview"),
    path(f"{_A}aviso-de-privacidad/publicar/", notices.publish, name="publish"),
    path(f"{_A}datos-personales/", notices.desk, name="desk"),
    path("datos-personales/", requests.index, name="requests"),
    path("datos-personales/nueva/", requests.register, name="register"),
    path(_R, requests.record, name="request"),
    path(f"{_R}busqueda/", gathering.search, name="search"),
    path(f"{_R}cancelar/", gathering.cancel, name="cancel"),
    path(f"{_R}oponer/", gathering.oppose, name="oppose"),
    path(f"{_R}rectificado/<int:finding>/", gathering.rectified, name="rectified"),
    path(f"{_R}informe.<str:kind>", gathering.report, name="report"),
    path(f"{_R}identificacion/", requests.identify, name="identify"),
    path("datos-personales/identificacion/<uuid:uuid>", requests.identity_file, name="identity_file"),
    path(f"{_R}<slug:step>/", requests.step_page, name="step"),
]
