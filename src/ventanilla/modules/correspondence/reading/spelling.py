"""Words that official letters are made of, as they are spelt: to know a misread word from a right one and to give lost accents back.

From general knowledge of administrative Spanish; a word that is not here is no error, only nothing speaks for it.
"""

import re

from ventanilla.modules.correspondence.reading.dateforms import MONTHS
from ventanilla.modules.correspondence.reading.lines import fold
from ventanilla.modules.correspondence.reading.names import GIVEN, SURNAMES, spelt
from ventanilla.modules.correspondence.reading.towns import TOWNS

_SMALL = """
a al ante bajo con contra de del desde e el en entre es fue ha hacia hasta la las le les lo los más mediante ni no o para por que según se
ser si sin sobre son su sus u un una y ya este esta estos estas dicho dicha cual cuyo donde como año mes lic c
"""
_PLAIN = """
abogado acta actividad acuerdo adeudo adjudicación administrativo administrativa agenda agrario agua alcance alumbrado anexo anual
apertura aplicable apoyo archivo asamblea aseguramiento asistencia asunto atento avance aviso ayuntamiento baja banco base beca
beneficiario bien bienes bimestre cabildo calendario calle cambio capital cargo carpeta carta casa caso causa censo centro ciudad
ciudadano clave colonia comercial comité comunidad comunicado concurso conforme conjunto consejo consulta contrato control convenio
convocatoria copia correo corte costo cuenta cuota cumplimiento curso daño datos defensa demanda denuncia deporte derecho derechos
desarrollo descuento despacho destino digital digno documento documentos domicilio ejecutivo ejercicio ejido empleados empresa enlace
entrega equipo equipos escritura escrito escuela espacio estado estatal estudio estudiante evento expediente factura familia favor federal
ficha fideicomiso financiero financiera finiquito firma fiscal folio fondo formato fraccionamiento gasto general gobierno guardia
habitacional hacienda horario impuesto indebido inconformidad incremento independiente informe infraestructura ingreso inicio inmueble
inmuebles instituto intermedio invitado jornada judicial juicio junta jurado laboral legal ley libre local lote manifiesto mantenimiento
materia material medida mejora mercado mexicano minuta municipal municipio nacional norma notario nueva nuevo obra obras oficial oficio
orden organismo padrón pago parque particular partida patrimonio pendiente permiso persona personal plan plano plaza poder popular predial
predio presente presupuesto primera primer prioritario privado procedimiento programa promotor protesta proveedor proyecto prueba queja
recurso recursos red reforma regional registro reglamento relativo reporte requerimiento reserva residencia responsable resultado revista
riesgo rural sala salud secretario seguimiento segunda segundo seguro semestre servicio servicios sindicato sistema sitio social suelo
superior taller tarifa tenencia terreno tercera tiempo tierra titular trabajadores trabajo transparencia traslado tribunal trimestre
urbano urbana uso vacante verde viaje vigente visita vista vivienda voluntario zona nombramiento estacionamiento mejoramiento señalamiento
levantamiento otorgamiento crisis pluvial sanitario drenaje loma villa valle barrio pueblo rancho cerro mirador san santa
alcantarillado saneamiento potable especialidad hospital sueldo deporte juventud mujer educativo
"""
_ACCENTED = """
área áreas académico académica académicos académicas agrícola económico económica económicos económicas público pública públicos públicas
técnico técnica técnicos técnicas único única jurídico jurídica jurídicos jurídicas eléctrico eléctrica hidráulico hidráulica histórico
histórica físico física informático informática informáticos médico médica médicos médicas político política políticas estadística
autónomo autónoma tecnológico tecnológica tecnológicos politécnico politécnica topográfico topográfica geográfica electrónico electrónica
básico básica básicos específico específica periódico periódica crédito créditos débito depósito título títulos término términos trámite
trámites préstamo tránsito próximo próxima último última ejército órgano órganos índice límite límites máximo mínimo página vínculo
vehículo vehículos artículo artículos cálculo círculo módulo módulos párrafo cédula cédulas nómina nóminas póliza cláusula cómputo
catálogo diálogo teléfono número números inglés interés después además también través máquina química fábrica código códigos ámbito
secretaría contraloría tesorería auditoría fiscalía procuraduría asesoría consultoría mayoría minoría categoría garantía garantías
compañía energía economía ecología tecnología metodología policía biografía geografía topografía fotografía tubería papelería vía vías día
días guía guías cámara lámpara lámparas México éxito época ética óptica héroes jóvenes exámenes imágenes órdenes orígenes análisis
síntesis hipótesis dictámenes volúmenes resúmenes régimen túnel fácil difícil útil débil fértil árbol móvil inmóvil árboles plástico
tráfico clínica cívico cívica cerámica hídrico hídricos gestión región unión opinión reunión misión comisión sesión revisión división
visión pensión tensión extensión inversión versión supervisión previsión provisión televisión emisión admisión difusión conclusión
inclusión exclusión profesión decisión precisión adhesión ocasión prisión mansión razón situación sección acción elección dirección
protección inspección corrección colección selección recolección producción reducción instrucción construcción introducción función
sanción atención intención prevención intervención convención excepción recepción inscripción descripción suscripción adopción opción
contratación licitación invitación capacitación autorización regularización escrituración información documentación notificación
certificación rectificación verificación clasificación identificación planeación educación administración participación comunicación
aplicación publicación ubicación edificación lotificación subdivisión relación población habitación rehabilitación reparación operación
cooperación integración elaboración celebración aportación solicitación liberación declaración recuperación remodelación actualización
realización urbanización organización legalización indemnización asociación fundación donación terminación designación asignación
consignación resolución solución devolución institución constitución ejecución disposición exposición requisición adquisición petición
edición condición medición rendición liquidación estimación ampliación reubicación cancelación conciliación federación confederación
investigación obligación delegación promoción evaluación validación circulación aclaración reestructuración modificación expedición
"""


def _plural(word: str) -> str:
    if word.endswith("ón"):
        return f"{word[:-2]}ones"
    return word + ("s" if word[-1] in "aeiouáéíóú" else "es" if word[-1] in "dlnrj" else "")


_BASE = frozenset(word.lower() for word in f"{_SMALL} {_PLAIN} {_ACCENTED}".split())
_NAMES = frozenset(part.lower() for name in (*GIVEN.values(), *SURNAMES.values(), *TOWNS.values()) for part in name.split())
WORDS = frozenset((*_BASE, *(_plural(word) for word in _BASE if len(word) > 3), *_NAMES, *MONTHS))
#: Also words, or forms of verbs, without their accent: `se publica`, `la secretaria`, `el termino`.
_EITHER = frozenset((
    "publico", "publica", "publicas", "practica", "termino", "titulo", "transito", "numero", "deposito", "limite", "limites", "calculo",
    "vinculo", "articulo", "tramite", "tramites", "secretaria", "catalogo", "dialogo", "ejercito", "pagina", "maquina", "fabrica", "modulo",
    "plastico", "exito", "medico", "autonomo", "optica", "prestamo", "clausula"))
#: Words that are spelt with an accent only, by how they look without it.
RESTORED = {fold(word): word for word in (one.lower() for one in _ACCENTED.split()) if fold(word) != word and fold(word) not in _EITHER}
_SYLLABLE = re.compile(r"[aeo](?=[aeo])|[aeiouü]+")
_BARE = str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU")
_SHORT = frozenset(("él", "mí", "sé", "sí", "té", "tú"))


def accented(word: str) -> str:
    """A word that lost its accent with it (`Juridico` -> `Jurídico`), in the case it came in; any other word as it came."""
    form = RESTORED.get(word.lower()) if word.isascii() else None
    if form is None:
        return word
    return form.upper() if word.isupper() else form.capitalize() if word[:1].isupper() else form


def respelt(text: str) -> str:
    """A text with the accents that its words lost, and those of common names behind its first word; without those that no word has."""
    text = re.sub(r"\b[^\W\d]{4,}\b", lambda m: unaccented(m[0]) if fold(m[0]) in WORDS else m[0], text)
    text = re.sub(r"(?<=\s)[A-Z][a-z]{3,}\b", lambda m: spelt(m[0]), text)
    return re.sub(r"\b[A-Za-z]{4,}\b", lambda m: accented(m[0]), text)


def _of(match: re.Match[str]) -> str:
    """`Deagua` as `de Agua`, where only the rest is a word."""
    word, rest = match[0], match[1]
    if word.lower() in WORDS or rest.lower() not in WORDS or word.islower():
        return word
    return f"{word[:2]} {rest}" if word.isupper() else f"de {rest.capitalize()}"


def rejoined(text: str) -> str:
    """A text with the pieces of a word as one, where only together they are one: `Sal ud`, `Alcan Tarillado`."""
    words: list[str] = []
    for word in re.sub(r"\b[dD](?:e|E)([^\W\d]{4,})\b", _of, text).split(" "):
        last = words[-1] if words else ""
        lost = [piece for piece in (last, word) if piece.lower() not in WORDS]
        pieces = last.isalpha() and word.isalpha() and (len(lost) == 2 or (lost and len(lost[0]) <= 3))
        if pieces and (last + word).lower() in WORDS:
            words[-1] = last + (word if last.isupper() else word.lower())
        else:
            words.append(word)
    return " ".join(words)


def unaccented(word: str) -> str:
    """A word without an accent that Spanish never writes there (`Enláce`, `Ibarróla`); any other word as it came."""
    return word.translate(_BARE) if not word.isascii() and misspelt(word) else word


def misspelt(word: str) -> bool:
    """Whether no Spanish word carries its accent there, or a usual one has none: `Enláce`, `cónocimiento`, `Nácional`."""
    key = re.sub(r"^\W+|\W+$", "", word.lower())
    at = [i for i, char in enumerate(key) if char in "áéíóú"]
    if not at or key in WORDS or not key.isalpha() or key.endswith("mente"):
        return False
    if len(at) > 1 or (fold(key) in WORDS and key not in _SHORT):
        return True
    if len(key) < 3:
        return key not in _SHORT
    char, after = key[at[0]], re.sub(r"^[iu](?=[^aeiou])", "", key[at[0] + 1 :])
    hiatus = char in "íú" and (key[max(at[0] - 1, 0)] in "aeo" or after[:1] in ("a", "e", "o"))
    behind = len(_SYLLABLE.findall(after))
    last = behind == 0 and not hiatus and key[-1] not in "aeiouáéíóúns"  # `judiciál`
    return last or behind > 2 or (behind == 1 and not hiatus and bool(re.search(r"[^aeiou][aeiou]s?$", after)))
