"""Addresses of the configuration database."""
from django.contrib.auth.decorators import login_required as private
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from ventanilla.modules.servicedesk.screens.cmdb import editing, impact, loads, picking, record, types

urlpatterns: list[URLPattern | URLResolver] = [
    path("cmdb/", RedirectView.as_view(url="/listas/configuracion/"), name="cmdb"),
    path("cmdb/nuevo/", private(editing.new), name="ci_new"),
    path("cmdb/impacto/", private(impact.impact_page), name="cmdb_impact"),
    path("cmdb/proponer/", private(picking.options), name="ci_options"),
    path("cmdb/cargas/", private(loads.loads), name="cmdb_loads"),
    path("cmdb/cargas/<int:pk>/", private(loads.load), name="cmdb_load"),
    path("cmdb/cargas/<int:pk>/deshacer/", private(loads.undo), name="cmdb_undo"),
    path("cmdb/revision/", private(loads.tidy), name="cmdb_tidy"),
    path("cmdb/tipos/", private(types.types), name="cmdb_types"),
    path("cmdb/tipos/nuevo/", private(types.edit_type), name="cmdb_type_new"),
    path("cmdb/tipos/<int:pk>/", private(types.edit_type), name="cmdb_type"),
    path("cmdb/confirmar/", private(editing.confirm), name="ci_confirm"),
    path("cmdb/relaciones/<int:pk>/", private(editing.relation_page), name="ci_relation"),
    path("cmdb/relaciones/<int:pk>/terminar/", private(editing.unrelate), name="ci_unrelate"),
    path("cmdb/<int:pk>/", private(record.record), name="ci"),
    path("cmdb/<int:pk>/editar/", private(editing.edit), name="ci_edit"),
    path("cmdb/<int:pk>/relacionar/", private(editing.relate_page), name="ci_relate"),
    path("cmdb/<int:pk>/paso/<slug:name>/", private(editing.step), name="ci_step"),
    path("cmdb/<int:pk>/etiqueta.pdf", private(record.label), name="ci_label"),
    path("cmdb/<int:pk>/documentos/", private(record.documents), name="ci_documents"),
    path("cmdb/<int:pk>/documentos/<uuid:uuid>/", private(record.document), name="ci_document"),
    path("cmdb/<int:pk>/documentos/<uuid:uuid>/quitar/", private(record.document_off), name="ci_document_off"),
]
