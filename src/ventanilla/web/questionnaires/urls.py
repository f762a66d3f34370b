"""Addresses: the public survey, suggestions, and the builder under /administracion/formularios/."""
from django.urls import URLPattern, URLResolver, path

from ventanilla.web.questionnaires.views import builder, editor, results, suggestions, survey, trying

app_name = "questionnaires"
_A = "administracion/formularios/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("encuesta/<str:secret>/", survey.survey, name="survey"),
    path("formularios/referencias/<slug:kind>/", suggestions.suggestions, name="suggestions"),
    path(_A, builder.forms_list, name="list"),
    path(f"{_A}nuevo/", builder.new, name="new"),
    path(f"{_A}<int:pk>/", builder.about, name="form"),
    path(f"{_A}<int:pk>/nombre/", builder.rename, name="rename"),
    path(f"{_A}<int:pk>/borrador/", builder.begin, name="begin"),
    path(f"{_A}<int:pk>/descartar/", builder.discard, name="discard"),
    path(f"{_A}<int:pk>/retirar/", builder.take_back, name="retire"),
    path(f"{_A}<int:pk>/publicar/", builder.publishing, name="publish"),
    path(f"{_A}<int:pk>/definicion.json", builder.download, name="download"),
    path(f"{_A}<int:pk>/editar/", editor.edit, name="edit"),
    path(f"{_A}<int:pk>/editar/textos/", editor.words, name="words"),
    path(f"{_A}<int:pk>/editar/seccion/", editor.section, name="new_section"),
    path(f"{_A}<int:pk>/editar/<int:number>/", editor.section, name="section"),
    path(f"{_A}<int:pk>/editar/<int:number>/pregunta/", editor.choose_type, name="types"),
    path(f"{_A}<int:pk>/editar/<int:number>/pregunta/<slug:kind>/", editor.new_question, name="new_question"),
    path(f"{_A}<int:pk>/editar/<int:number>/<int:place>/", editor.question, name="question"),
    path(f"{_A}<int:pk>/probar/<int:number>/", trying.trying, name="try"),
    path(f"{_A}<int:pk>/resultados/", results.results_page, name="results"),
    path(f"{_A}<int:pk>/resultados.<str:kind>", results.results_file, name="results_file"),
]
