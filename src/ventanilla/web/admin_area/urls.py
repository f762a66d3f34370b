"""Addresses of the administration area, under /administracion/."""
from django.urls import URLPattern, URLResolver, path

from ventanilla.web.admin_area import accounts
from ventanilla.web.admin_area.views import calendars, catalogues, home, imports, logs, people, units

app_name = "admin_area"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("institucion/", home.institution, name="institution"),
    path("unidades/", units.units, name="units"),
    path("unidades/nueva/", units.new_unit, name="new_unit"),
    path("unidades/fusionar/", units.merge, name="merge"),
    path("unidades/claves/", units.codes, name="codes"),
    path("unidades/<int:pk>/", units.unit, name="unit"),
    path("unidades/<int:pk>/editar/", units.edit_unit, name="edit_unit"),
    path("unidades/<int:pk>/mover/", units.move, name="move_unit"),
    path("unidades/<int:pk>/cerrar/", units.close, name="close_unit"),
    path("personas/", people.people, name="people"),
    path("personas/nueva/", people.new_person, name="new_person"),
    path("personas/<int:pk>/", people.about, name="person"),
    path("personas/<int:pk>/editar/", people.edit_person, name="edit_person"),
    path("personas/<int:pk>/nombrar/", people.new_appointment, name="appoint"),
    path("personas/<int:pk>/funcion/", people.new_grant, name="give"),
    path("personas/<int:pk>/delegar/", people.new_delegation, name="delegate"),
    path("personas/<int:pk>/ausencia/", people.new_absence, name="absence"),
    path("personas/<int:pk>/entrega/", people.hand_over, name="handover"),
    path("personas/<int:pk>/entrega.<str:kind>", people.hand_over_file, name="handover_file"),
    path("personas/<int:pk>/cuenta/abrir/", accounts.open_page, name="open_account"),
    path("personas/<int:pk>/cuenta/bloquear/", accounts.block_page, name="block_account"),
    path("personas/<int:pk>/cuenta/desbloquear/", accounts.unblock_page, name="unblock_account"),
    path("puestos/<int:pk>/sustituir/", people.replace_holder, name="replace"),
    path("nombramientos/<int:pk>/terminar/", people.finish_appointment, name="finish_appointment"),
    path("permisos/<int:pk>/terminar/", people.finish_grant, name="finish_grant"),
    path("ausencias/<int:pk>/terminar/", people.finish_absence, name="finish_absence"),
    path("funciones/", catalogues.roles, name="roles"),
    path("funciones/nueva/", catalogues.edit_role, name="new_role"),
    path("funciones/<int:pk>/", catalogues.edit_role, name="role"),
    path("calendarios/", calendars.calendars, name="calendars"),
    path("calendarios/nuevo/", calendars.new_calendar, name="new_calendar"),
    path("calendarios/<int:pk>/", calendars.calendar, name="calendar"),
    path("calendarios/<int:pk>/cambiar/", calendars.new_version, name="new_version"),
    path("calendarios/<int:pk>/recalcular/", calendars.recompute, name="recompute"),
    path("catalogos/", catalogues.all_catalogues, name="catalogues"),
    path("catalogos/<slug:slug>/", catalogues.catalogue, name="catalogue"),
    path("catalogos/<slug:slug>/nuevo/", catalogues.edit_row, name="new_row"),
    path("catalogos/<slug:slug>/<int:pk>/", catalogues.edit_row, name="catalogue_row"),
    path("importar/unidades/", imports.units, name="import_units"),
    path("importar/personas/", imports.people, name="import_people"),
    path("bitacora/", logs.log, name="log"),
    path("historial/<slug:kind>/<int:pk>/", logs.history, name="history"),
]
