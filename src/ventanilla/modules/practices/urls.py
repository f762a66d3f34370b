"""Addresses of the registry of good practices."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, include, path

from ventanilla.modules.practices.screens import board, editor, importing, public, record

_P = "practicas/<int:pk>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("practicas/", private(board.home), name="practices"),
    path("practicas/tablero/", private(board.board), name="practices_board"),
    path("practicas/comparar/", private(board.compare), name="practices_compare"),
    path("practicas/nueva/", private(record.new), name="practice_new"),
    path("practicas/importar/", private(importing.import_page), name="practices_import"),
    path("practicas/importar/<int:pk>/quitar/", private(importing.withdraw), name="practice_arrival_withdraw"),
    path(_P, private(record.record), name="practice"),
    path(f"{_P}editar/", private(editor.begin), name="practice_edit"),
    path(f"{_P}editar/<slug:section>/", private(editor.section_page), name="practice_section"),
    path(f"{_P}presencia/<slug:section>/", private(editor.presence), name="practice_presence"),
    path(f"{_P}comentar/", private(editor.say), name="practice_comment"),
    path("practicas/comentarios/<int:pk>/atendido/", private(editor.attend), name="practice_comment_done"),
    path(f"{_P}revisiones/", private(record.versions), name="practice_versions"),
    path(f"{_P}generacion/", private(record.generation), name="practice_generation"),
    path(f"{_P}lecturas/", private(importing.readings), name="practice_readings"),
    path(f"{_P}lecturas/<int:reading>/", private(importing.decide_reading), name="practice_decide"),
    path(f"{_P}lecturas/otro/<int:number>/", private(importing.further), name="practice_further"),
    path(f"{_P}original/", private(importing.original), name="practice_original"),
    path(f"{_P}formulario.<str:kind>", private(public.paper), name="practice_paper"),
    path("buenas-practicas/", public.registry, name="public_practices"),
    path("buenas-practicas/datos/<str:name>", public.open_data, name="public_practices_data"),
    path("buenas-practicas/<uuid:uuid>/", public.page, name="public_practice"),
    path("buenas-practicas/<uuid:uuid>/formulario.<str:kind>", public.public_paper, name="public_practice_paper"),
    path("", include("ventanilla.modules.practices.urls_life")),
]
