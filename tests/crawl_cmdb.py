"""The part of the crawl's table that belongs to the configuration database; nobody of the crawl's world keeps one.

Who does, and what the owner's unit sees, is tested beside the module.
"""
from typing import Final

UUID: Final = "00000000-0000-4000-8000-000000000000"
NUMBER: Final = "987654321"
SIGNED: Final = ("cmdb/proponer/",)
KEEPERS: Final = ("cmdb/nuevo/", "cmdb/confirmar/", "cmdb/impacto/", "cmdb/cargas/", "cmdb/revision/")
TYPES: Final = ("cmdb/tipos/", "cmdb/tipos/nuevo/")
THINGS: Final = {
    **{f"cmdb/<int:pk>/{p}": (NUMBER,) for p in ("", "editar/", "relacionar/", "etiqueta.pdf", "documentos/")},
    "cmdb/<int:pk>/paso/<slug:name>/": (NUMBER, "retire"), "cmdb/<int:pk>/documentos/<uuid:uuid>/": (NUMBER, UUID),
    "cmdb/<int:pk>/documentos/<uuid:uuid>/quitar/": (NUMBER, UUID),
    **{f"cmdb/{p}": (NUMBER,) for p in ("cargas/<int:pk>/", "cargas/<int:pk>/deshacer/", "relaciones/<int:pk>/terminar/", "relaciones/<int:pk>/",
                                         "tipos/<int:pk>/")},
}
API_LISTS: Final = ("cis", "ci-relations", "ci-types", "ci-relation-types")
API_THINGS: Final = {"cis/<uuid>": (UUID,), "cis/<uuid>/steps/<step>": (UUID, "retire"), "cis/<uuid>/confirm": (UUID,), "cis/<uuid>/relations": (UUID,),
                     "cis/<uuid>/impact": (UUID,), "ci-relations/<uuid>": (UUID,)}
