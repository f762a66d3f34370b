"""The table of the crawl: every address, whom it answers, and the thing that is asked for.

An address that is missing here fails `test_crawl.py`. `{case}` and the like are things of the crawl's world;
`Route.missing` is the same address for a thing that does not exist.
"""
import re
from collections.abc import Mapping
from typing import Final

from tests import crawl_cmdb, crawl_desk, crawl_practices, crawl_practices_life, crawl_privacy
from tests.crawl_routes import Route, api, may, of, public, signed
from tests.people import (
    ADMIN,
    ADMINS,
    EXPORTERS,
    HERE,
    IMPORTERS,
    INVOLVED,
    KEEPER,
    MEASURERS,
    NOBODY,
    OFFICER,
    PEOPLE,
    REGISTRARS,
    ROOT_ARCHIVISTS,
    WRITERS,
)

UUID: Final = "00000000-0000-4000-8000-000000000000"
NUMBER: Final = "987654321"
NOTHING: Final = {"uuid": UUID, "int": NUMBER, "slug": "nada", "str": "nada", "path": "nada"}


CASE: Final = {
    "correspondencia/<int:pk>/": of(INVOLVED, "{case}"),
    "correspondencia/<int:pk>/nota/": of(INVOLVED, "{case}"),
    "correspondencia/<int:pk>/acuse.pdf": of(INVOLVED, "{case}"),
    "correspondencia/<int:pk>/etiqueta.pdf": of(INVOLVED, "{case}"),
    "correspondencia/<int:pk>/volantes.pdf": of(INVOLVED, "{case}"),
    "correspondencia/<int:pk>/expediente.<str:kind>": of(INVOLVED, "{case}", "zip"),
    "correspondencia/<int:pk>/constancia.json": of(frozenset({"head"}), "{case}"),
    "correspondencia/<int:pk>/archivos/": of(INVOLVED, "{case}"),
    "correspondencia/<int:pk>/correct/": of(INVOLVED, "{case}"),
    "correspondencia/<int:pk>/acuse/nuevo/": of(INVOLVED, "{case}"),
    "correspondencia/<int:pk>/<slug:action>/": of(INVOLVED, "{case}", "route"),
    "correspondencia/turnos/<int:turn_id>/<slug:action>/": of(INVOLVED, "{turn}", "answer"),
    "archivos/<uuid:uuid>/": of(INVOLVED, "{file}"),
    "archivos/<uuid:uuid>/pagina/<int:number>": of(INVOLVED, "{file}", "1"),
    "archivos/<uuid:uuid>/pagina/<int:number>/recorte": Route(INVOLVED, ("{file}", "1"), query="?caja=0,0,1,0.5", thing=True),
}
CORRESPONDENCE: Final = {
    "correspondencia/": public(),
    "correspondencia/registrar/": may(REGISTRARS),
    "correspondencia/registrar/remitentes/": may(REGISTRARS),
    "correspondencia/registrar/parecidos/": may(REGISTRARS),
    "correspondencia/tablero/": may(MEASURERS),
    "correspondencia/tablero/<slug:name>.<str:kind>": may(MEASURERS, "cifras", "csv"),
    "correspondencia/escribir/": may(WRITERS),
    **{f"correspondencia/circulares/<int:pk>/{p}": of(NOBODY, NUMBER) for p in ("", "recordar/", "cancelar/")},
    "correspondencia/plantillas/<int:pk>/ejemplo": of(NOBODY, NUMBER),
    "correspondencia/digitalizar/": may(REGISTRARS),
    "correspondencia/digitalizar/separadores.pdf": may(REGISTRARS),
    "correspondencia/digitalizar/varios/": may(REGISTRARS),
    "correspondencia/digitalizar/varios/<uuid:uuid>/": of(NOBODY, UUID),
    "correspondencia/digitalizar/<uuid:uuid>/quitar": of(frozenset({"clerk", "head"}), "{upload}"),
    "correspondencia/importar/": may(IMPORTERS),
    "correspondencia/importar/<int:pk>/": of(NOBODY, NUMBER),
    "correspondencia/importar/<int:pk>/<slug:action>/": of(NOBODY, NUMBER, "aplicar"),
    "correspondencia/varios/imprimir/": may(REGISTRARS), "turnos/varios/turnar/": may(WRITERS),
    "correspondencia/varios/turnar/": may(WRITERS), "correspondencia/varios/archivar/": may(WRITERS), "correspondencia/varios/pasar/": may(WRITERS),
    "correspondencia/varios/concluir/": may(MEASURERS), **{f"turnos/varios/{p}/": may(MEASURERS | {"staff"}) for p in ("aceptar", "leidos", "devolver")},
    **{f"turnos/varios/{p}/": may(WRITERS) for p in ("reasignar", "ampliar", "retirar", "volantes")},
    "archivo/": public(), "turnos/": public(), "enviados/": public(),
    "archivo/abrir/": may(REGISTRARS),
    **{f"archivo/<int:pk>/{p}": of(ROOT_ARCHIVISTS, "{expediente}") for p in ("", "cerrar/", "caratula.pdf", "etiqueta.pdf")},
    "directorio/personas/<int:pk>/": of(HERE, "{person}"),
    "directorio/unidades/<int:pk>/": of(HERE, "{unit}"),
    "verificar/": public(),
    "verificar/<str:code>/": public("{code}"),
}
OWN: Final = {
    "perfil/": signed(), "perfil/apariencia/": signed(), "perfil/de-vuelta/": signed(),
    "perfil/institucion/": may(NOBODY),
    "perfil/suplencias/": signed(), "perfil/suplencias/ausencia/": signed(), "perfil/suplencias/delegar/": signed(),
    "perfil/suplencias/ausencias/<int:pk>/terminar/": of(frozenset({"staff"}), "{absence}"),
    "perfil/suplencias/delegaciones/<int:pk>/terminar/": of(NOBODY, "{grant}"),
    "borradores/<path:key>/": signed("algo"),
    "bandeja/": Route(PEOPLE, blank=404), "bandeja/evaluar/": signed(), "buscar/": signed(), "buscar/paleta": signed(),
    "exportaciones/": signed(),
    "exportaciones/<uuid:uuid>/": of(NOBODY, UUID), "exportaciones/<uuid:uuid>/cancelar": of(NOBODY, UUID),
    "exportaciones/<uuid:uuid>/otra": of(NOBODY, UUID),
    "listas/<slug:slug>/": signed("correspondencia"), "listas/<slug:slug>.json": signed("correspondencia"),
    "listas/<slug:slug>/exportar/<str:kind>": may(EXPORTERS, "correspondencia", "csv"),
    "listas/<slug:slug>/accion/<slug:action>": of(NOBODY, "correspondencia", "nada"),
    "listas/<slug:slug>/filtros": signed("correspondencia"),
    "listas/<slug:slug>/vistas": signed("correspondencia"), "listas/<slug:slug>/columnas": signed("correspondencia"),
    "listas/<slug:slug>/vistas/<int:pk>/quitar": signed("correspondencia", NUMBER), "listas/<slug:slug>/vistas/abrir": signed("correspondencia"),
    "listas/<slug:slug>/vistas/<int:pk>": of(NOBODY, "correspondencia", NUMBER),
    **{f"listas/<slug:slug>/vistas/<int:pk>/{step}": of(NOBODY, "correspondencia", NUMBER) for step in ("cambiar", "mover", "copiar")},
    "listas/<slug:slug>/vistas/<int:pk>/unidad/<slug:step>": of(NOBODY, "correspondencia", NUMBER, "tomar"),
    "avisos/": signed(), "avisos/leidos/": signed(), "avisos/numero/": signed(), "avisos/preferencias/": signed(),
    "avisos/<uuid:uuid>/": of(frozenset({"north_head"}), "{notice}"),
    "eventos/boleto/": signed(),
    "perfil/api/": signed(),
    "perfil/api/<uuid:uuid>/revocar/": of(frozenset({"head"}), "{token}"),
}
PUBLIC: Final = {
    "": public(), "idioma/<str:code>/": public("en"), "sin-conexion/": public(),
    "logotipo/<slug:slug>-<str:mark>.png": public("{slug}", "x"),
    "tema/<slug:slug>-<str:mark>.css": public("{slug}", "x"), "manifest.webmanifest": public(), "sw.js": public(),
    "eventos/obrero.js": public(), "entrar/": public(), "salir/": public(),
    "healthz": public(), "readyz": public(), "metrics": public(),
    "api/v1/docs/": public(), "api/v1/openapi.json": public(), "api/v1/": public(), "api/v1/<path:rest>": of(NOBODY, "nada"),
}
_A = "administracion/"
ADMINISTRATION: Final = {
    _A: may(ADMINS | KEEPER | OFFICER), f"{_A}catalogos/": may(ADMINS | KEEPER),
    **{f"{_A}{p}": may(ADMINS) for p in (
        "institucion/", "institucion/logotipo/", "institucion/logotipo/quitar/", "unidades/", "unidades/nueva/", "unidades/fusionar/", "unidades/claves/", "personas/",
        "personas/nueva/", "funciones/", "funciones/nueva/", "calendarios/", "calendarios/nuevo/",
        "importar/unidades/", "importar/personas/", "bitacora/", "webhooks/")},
    **{f"{_A}unidades/<int:pk>/{p}": of(ADMIN, "{unit}") for p in ("", "editar/", "mover/", "cerrar/")},
    **{f"{_A}personas/<int:pk>/{p}": of(ADMIN, "{person}") for p in (
        "editar/", "nombrar/", "funcion/", "cuenta/abrir/", "cuenta/bloquear/", "cuenta/segundo-factor/", "cuenta/desbloquear/")},
    **{f"{_A}personas/<int:pk>/{p}": of(ADMIN | {"staff"}, "{person}") for p in ("", "delegar/", "ausencia/", "entrega/")},
    f"{_A}personas/<int:pk>/entrega.<str:kind>": of(ADMIN | {"staff"}, "{person}", "csv"),
    f"{_A}exportar/<slug:name>.<str:kind>": may(ADMINS, "unidades", "csv"),
    f"{_A}calendarios/<int:pk>/recalcular/": of(ADMIN, "{calendar}"),
    f"{_A}puestos/<int:pk>/sustituir/": of(ADMIN, "{post}"),
    f"{_A}nombramientos/<int:pk>/terminar/": of(ADMIN, "{appointment}"),
    f"{_A}permisos/<int:pk>/terminar/": of(ADMIN, "{grant}"),
    f"{_A}ausencias/<int:pk>/terminar/": of(ADMIN | {"staff"}, "{absence}"),
    f"{_A}funciones/<int:pk>/": of(ADMIN, "{role}"),
    f"{_A}calendarios/<int:pk>/": of(ADMIN, "{calendar}"),
    **{f"{_A}calendarios/<int:pk>/{p}/": of(ADMIN, "{calendar}") for p in ("cambiar", "editar")},
    f"{_A}catalogos/<slug:slug>/": may(ADMINS, "{catalogue}"),
    f"{_A}catalogos/<slug:slug>/nuevo/": may(ADMINS, "{catalogue}"),
    f"{_A}catalogos/<slug:slug>/completar/": Route(ADMINS, ("numeracion",), blank=302),
    f"{_A}catalogos/<slug:slug>/<int:pk>/": of(ADMIN, "instrucciones", "{instruction}"),
    f"{_A}palabras/": may(ADMINS), f"{_A}palabras/<slug:slug>/historial/": may(ADMINS, "letter"),
    f"{_A}palabras/<slug:slug>/": Route(ADMINS, ("letter",), blank=302),
    f"{_A}catalogos/<slug:slug>/<int:pk>/quitar/": of(ADMIN | KEEPER, "integrantes", "{kept_member}"),
    f"{_A}historial/<slug:kind>/<int:pk>/": of(ADMIN, "unit", "{unit}"),
    **{f"{_A}webhooks/<uuid:uuid>/{p}/": of(ADMIN, "{webhook}") for p in ("estado", "secreto", "eventos")},
    f"{_A}webhooks/entregas/<uuid:uuid>/repetir/": of(NOBODY, UUID),
}
_F = f"{_A}formularios/"
FORMS: Final = {
    "encuesta/<str:secret>/": public("{survey}"),
    "formularios/referencias/<slug:kind>/": signed("unit"),
    _F: may(ADMINS | KEEPER), f"{_F}nuevo/": may(ADMINS | KEEPER),
    **{f"{_F}<int:pk>/{p}": of(ADMIN, "{form}") for p in (
        "", "nombre/", "borrador/", "descartar/", "retirar/", "publicar/", "editar/", "editar/textos/", "editar/seccion/")},
    f"{_F}<int:pk>/editar/<int:number>/": of(ADMIN, "{form}", "0"),
    f"{_F}<int:pk>/editar/<int:number>/pregunta/": of(ADMIN, "{form}", "0"),
    f"{_F}<int:pk>/editar/<int:number>/pregunta/<slug:kind>/": of(ADMIN, "{form}", "0", "text"),
    f"{_F}<int:pk>/editar/<int:number>/<int:place>/": of(ADMIN, "{form}", "0", "0"),
    f"{_F}<int:pk>/probar/<int:number>/": of(ADMIN, "{form}", "1"),
    f"{_F}<int:pk>/definicion.json": of(ADMIN | MEASURERS - {"stranger"}, "{form}"),
    f"{_F}<int:pk>/resultados/": of(ADMIN | MEASURERS - {"stranger"}, "{form}"),
    f"{_F}<int:pk>/resultados.<str:kind>": of(MEASURERS - {"stranger"}, "{form}", "csv"),
}
_V = "api/v1/"
API: Final = {
    **{f"{_V}{p}": api(PEOPLE) for p in (
        "cases", "me", "units", "people", "instructions", "flows", "notices", "documents", "letters", "letters/types")},
    **{f"{_V}cases/<uuid>{p}": api(INVOLVED, "{case_uuid}") for p in ("", "/moves", "/route", "/notes", "/documents")},
    **{f"{_V}turns/<uuid>/{p}": api(INVOLVED, "{turn_uuid}") for p in (
        "accept", "acknowledge", "answer", "report", "approve", "send-back", "return", "withdraw", "withdraw-answer", "reassign", "extend")},
    **{f"{_V}letters/<uuid>{p}": api(INVOLVED, "{case_uuid}") for p in ("", "/correct", "/conclude", "/reopen", "/cancel", "/archive", "/delivery", "/due", "/refile", "/again")},
    **{f"{_V}{p}": api(PEOPLE) for p in ("calendars", "unit-calendars")}, f"{_V}calendar-preview": api(ADMINS),
    f"{_V}calendars/<uuid>/versions/<int:number>": api(HERE, "{calendar_uuid}", "1"),
    f"{_V}circulars": api(PEOPLE), **{f"{_V}circulars/<uuid>{p}": api(NOBODY, UUID) for p in ("", "/remind", "/cancel")},
    **{f"{_V}calendars/<uuid>{p}": api(HERE, "{calendar_uuid}") for p in ("", "/due", "/latest-start", "/elapsed")},
    **{f"{_V}calendars/<uuid>/{p}": api(ADMIN, "{calendar_uuid}") for p in (
        "versions", "versions/preview", "end-preview", "effects", "apply", "recomputations")},
    f"{_V}webhooks": api(ADMINS),
    **{f"{_V}webhooks/<uuid>{p}": api(ADMIN, "{webhook}") for p in ("", "/secret", "/deliveries")},
    f"{_V}webhooks/<uuid>/deliveries/<delivery>/again": api(NOBODY, "{webhook}", UUID),
    f"{_V}documents/<uuid>/content": api(INVOLVED, "{file}"),
    f"{_V}notices/<uuid>/read": api(frozenset({"north_head"}), "{notice}"),
}
_C = "cuenta/"
ACCOUNT: Final = {  # allauth's; what they do is tested where they are dressed
    **{f"{_C}{p}": public() for p in (
        "login/", "logout/", "inactive/", "signup/", "reauthenticate/", "confirm-email/", "password/reset/", "password/reset/done/",
        "login/code/confirm/", "password/reset/key/done/", "2fa/authenticate/", "2fa/reauthenticate/", "2fa/webauthn/login/",
        "3rdparty/login/cancelled/", "3rdparty/login/error/", "3rdparty/signup/", "social/login/cancelled/",
        "social/login/error/", "social/signup/", "social/connections/")},
    **{f"{_C}{p}": signed() for p in (
        "email/", "password/change/", "password/set/", "2fa/", "2fa/totp/activate/", "2fa/recovery-codes/generate/", "2fa/webauthn/",
        "2fa/webauthn/add/", "2fa/webauthn/reauthenticate/", "3rdparty/", "sessions/")},
    f"{_C}^confirm-email/(?P<key>[-:\\w]+)/$": public("nada"),
    f"{_C}^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": public("1", "nada"),
    **{f"{_C}2fa/{p}": may(NOBODY) for p in ("totp/deactivate/", "recovery-codes/", "recovery-codes/download/")},  # none yet
    f"{_C}2fa/webauthn/keys/<int:pk>/remove/": signed(NUMBER),  # asks for the password first
    f"{_C}2fa/webauthn/keys/<int:pk>/edit/": signed(NUMBER),
    f"{_C}oidc/^(?P<provider_id>[^/]+)/login/": public("nada"),
    f"{_C}oidc/^(?P<provider_id>[^/]+)/login/callback/": public("nada"),
}
CMDB: Final = {
    "cmdb/": public(), **{p: signed() for p in crawl_cmdb.SIGNED}, **{p: may(NOBODY) for p in crawl_cmdb.KEEPERS},
    **{p: may(ADMINS) for p in crawl_cmdb.TYPES}, **{p: of(NOBODY, *asked) for p, asked in crawl_cmdb.THINGS.items()},
    **{f"{_V}{p}": api(PEOPLE) for p in crawl_cmdb.API_LISTS},
    **{f"{_V}{p}": api(NOBODY, *asked) for p, asked in crawl_cmdb.API_THINGS.items()},
}
ROUTES: Final[Mapping[str, Route]] = {
    **CMDB, **PUBLIC, **OWN, **CORRESPONDENCE, **CASE, **ADMINISTRATION, **FORMS, **API, **ACCOUNT, **crawl_desk.ROUTES,
    **crawl_practices.ROUTES, **crawl_practices_life.ROUTES, **crawl_privacy.ROUTES}
PART: Final = re.compile(r"<(?:(\w+):)?\w+>|\(\?P<\w+>(?:\[[^\]]*\]|\.)\+\)")


def address(pattern: str, values: tuple[str, ...]) -> str:
    """The pattern with these values in its places, in order."""
    left = list(values)
    return "/" + PART.sub(lambda _m: left.pop(0), pattern).replace("^", "").replace("$", "")


def missing(pattern: str, values: tuple[str, ...]) -> str:
    """The same address for a thing that does not exist: the first number or uuid is one that nobody has."""
    left, kinds = list(values), [m.group(1) or "uuid" for m in PART.finditer(pattern)]
    first = next((n for n, kind in enumerate(kinds) if kind in ("int", "uuid")), len(kinds) - 1)
    left[first] = NOTHING[kinds[first]]
    return address(pattern, tuple(left))
