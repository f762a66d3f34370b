"""A help desk that never was: tickets by seed, with the repeated faults that were planted among them.

Independent of what it examines: its vocabulary lives only here, and `lib/recurrence` has none of its own.
Background and planted faults are said with the same words (same systems, same parts, same symptoms); a
planted fault differs only in that one thing fails again and again in one place or in a few days.
"""
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate

from ventanilla.lib.recurrence import Item, Ticket

START = datetime(2024, 1, 8, 8, tzinfo=UTC)
DAYS = 730

PARTS = [
    ("timbrado de nómina", "los recibos de nómina", "el timbrado", "CFDI de nómina"),
    ("la firma electrónica", "el firmado de documentos", "la e.firma", "firmar oficios"),
    ("el reporte trimestral", "los informes del trimestre", "el concentrado trimestral", "reporte de avance"),
    ("la captura de folios", "el alta de folios", "registrar folios", "la asignación de folio"),
    ("la consulta de CURP", "validar la CURP", "la búsqueda por CURP", "verificación de CURP"),
    ("el módulo de vacaciones", "las solicitudes de vacaciones", "el trámite de vacaciones", "permisos y vacaciones"),
    ("la carga de archivos", "subir documentos", "adjuntar archivos", "los anexos"),
    ("la generación del oficio", "el formato del oficio", "imprimir el oficio", "la plantilla de oficio"),
    ("el padrón de proveedores", "el registro de proveedores", "la ficha del proveedor", "alta de proveedor"),
    ("la requisición de compra", "las requisiciones", "el pedido de material", "solicitud de compra"),
    ("el inventario de bienes", "los resguardos", "el resguardo patrimonial", "alta de bienes muebles"),
    ("el presupuesto", "la suficiencia presupuestal", "las partidas presupuestales", "la ampliación presupuestal"),
    ("los viáticos", "la comprobación de viáticos", "el oficio de comisión", "gastos de viaje"),
    ("el control de asistencia", "las checadas", "el reloj checador", "las incidencias de personal"),
    ("el mapa interactivo", "la capa del mapa", "la cartografía", "el visor geográfico"),
    ("la agenda de audiencias", "las citas", "el calendario de audiencias", "programar citas"),
    ("la bandeja de correspondencia", "los turnos pendientes", "la correspondencia turnada", "volantes"),
    ("el acta circunstanciada", "las actas", "el formato de acta", "levantar actas"),
    ("la línea de captura", "el pago en línea", "la orden de pago", "recibo de pago"),
    ("la cédula de registro", "las cédulas", "la cédula del beneficiario", "ficha de registro"),
    ("el tablero de indicadores", "las gráficas", "el tablero ejecutivo", "los indicadores"),
    ("la bitácora de visitas", "el libro de visitas", "el registro de visitantes", "control de acceso a visitas"),
    ("el directorio de servidores públicos", "el directorio", "los datos de contacto", "la ficha del funcionario"),
    ("los expedientes digitales", "el expediente", "la digitalización", "expedientes escaneados"),
]
SYMPTOMS = [
    ("marca error al entrar a {c}", "sale un mensaje de error en {c}", "{c} manda excepción", "aparece código de error con {c}"),
    ("{c} está muy lento", "tarda demasiado en cargar {c}", "se demora mucho {c}", "{c} responde con lentitud"),
    ("se cierra solo cuando uso {c}", "se sale del sistema en {c}", "{c} se cierra inesperadamente", "nos saca al abrir {c}"),
    ("no guarda los cambios de {c}", "se pierde lo capturado en {c}", "lo que capturo en {c} no se guarda", "{c} no conserva la información"),
    ("{c} muestra registros duplicados", "se duplica la información de {c}", "salen dos veces los datos de {c}", "{c} repite registros"),
    ("la pantalla se queda en blanco con {c}", "{c} no muestra nada", "sale en blanco {c}", "pantalla vacía al consultar {c}"),
    ("no tengo permiso para {c}", "dice acceso denegado en {c}", "no me deja entrar a {c} por privilegios", "{c} pide autorización"),
    ("los totales de {c} no cuadran", "{c} calcula mal", "hay diferencias en las sumas de {c}", "montos equivocados en {c}"),
    ("no se puede imprimir {c}", "{c} sale cortado al imprimir", "la impresión de {c} no funciona", "el PDF de {c} sale incompleto"),
    ("{c} no acepta la fecha", "rechaza la fecha en {c}", "fecha inválida al capturar {c}", "no permite poner la fecha en {c}"),
]
GENERIC = {  # what people always ask for: topics without a common cause, each said in several ways
    "web": (22, "página", ["actualizar la página institucional con {x}", "publicar {x} en el portal", "subir {x} al sitio web de la dependencia",
                           "solicito cambio de {x} en la página", "modificar {x} del micrositio", "retirar {x} del portal institucional"],
            ["un banner", "el directorio", "un comunicado", "la convocatoria", "fotografías del evento", "el aviso de privacidad",
             "la normatividad", "el organigrama", "la galería", "un video", "las actas del comité", "formatos de trámites"]),
    "clave": (12, None, ["olvidé mi contraseña de {x}", "restablecer la clave de {x}", "se bloqueó mi usuario de {x}", "no recuerdo el password de {x}",
                         "mi cuenta de {x} está bloqueada", "cambio de contraseña para {x}"],
              ["correo", "la red", "la computadora", "el sistema", "Windows", "la VPN"]),
    "impresora": (11, "impresora", ["la impresora no imprime {x}", "se atora el papel en la impresora {x}", "cambio de tóner {x}", "la multifuncional marca atasco {x}",
                                    "no hay tinta en la impresora {x}", "configurar impresora {x}", "salen manchas en las hojas {x}"],
                  ["del área", "de la oficina", "del primer piso", "de la dirección", "de recepción", "en red", ""]),
    "equipo": (13, "equipo", ["mi computadora no enciende {x}", "el equipo está lento {x}", "la pantalla se ve azul {x}", "revisar el disco duro {x}", "no funciona el teclado {x}",
                              "formatear equipo {x}", "mantenimiento preventivo al equipo {x}", "se reinicia la máquina {x}"],
               ["desde la mañana", "del área administrativa", "de mi compañera", "desde ayer", "", "urge"]),
    "red": (7, "red", ["no hay internet {x}", "la red está intermitente {x}", "no tengo conexión {x}", "instalar nodo de red {x}", "el wifi no conecta {x}", "cable de red dañado {x}"],
            ["en mi lugar", "en la oficina", "en la sala de juntas", "en recepción", "en el segundo piso", ""]),
    "correo": (8, "correo", ["no recibo correos {x}", "buzón lleno {x}", "crear cuenta de correo {x}", "no puedo enviar correos {x}", "configurar Outlook {x}", "me llega correo basura {x}"],
               ["externos", "del personal nuevo", "institucional", "en el celular", "desde ayer", "con archivos"]),
    "telefono": (5, "teléfono", ["la extensión no tiene tono {x}", "cambio de nombre en la extensión {x}", "habilitar llamadas a celular {x}", "teléfono IP sin registro {x}"],
                 ["de la secretaria", "del director", "de la recepción", ""]),
    "software": (6, None, ["instalar {x}", "licencia de {x}", "actualizar {x}", "{x} pide activación", "desinstalar {x} del equipo"],
                 ["Office", "Adobe Acrobat", "AutoCAD", "el antivirus", "Chrome", "Zoom", "Java", "Teams"]),
    "video": (3, None, ["apoyo para videoconferencia {x}", "préstamo de proyector {x}", "conectar cámara y micrófono {x}", "transmitir la sesión {x}"],
              ["del comité", "el lunes", "en el auditorio", "con el titular", ""]),
}
DEVICES = {"impresora": 180, "equipo": 600, "red": 70, "correo": 6, "teléfono": 90, "página": 35}
ACRONYMS = ["SI", "SE", "SA", "CO", "RE", "GE", "PA", "TRA", "DIG", "VEN", "MU", "FI"]
TAILS = ["NOM", "PRE", "COR", "GES", "VIA", "AUD", "CAP", "REQ", "INV", "BEN", "DOC", "TUR", "PAD", "IND", "CIT", "EXP"]
HELLO = ["Buenos días, ", "Buenas tardes. ", "Hola, ", "Por este medio, ", "Estimados: ", "Solicito su apoyo: ", "", "", "", "", ""]
BYE = [". Gracias", ". Quedo atenta", ", saludos", ". Favor de apoyar", ". Es urgente", " por favor", ". Mi extensión es {n}", ". Oficio {n}/2025", "", "", "", "", ""]
ASIDES = ["ya reinicié el equipo y sigue igual", "me comentan que a otras compañeras les pasa", "el licenciado necesita esto hoy", "ya había reportado antes",
          "estoy en home office", "también ocupo revisar mi correo", "de paso la impresora hace ruido", "no sé si sea la red"]
OUTAGES = [
    ("no hay sistema ni red en el edificio {p}", "se fue el internet en todo {p}", "sin conexión en {p}", "nadie tiene red en {p}", "{p} está sin servicio de internet"),
    ("los correos enviados rebotan con mensaje 550", "el correo regresa error 550 al mandar", "rebote 550 en mis mensajes", "me devuelven los correos por lista negra 550"),
    ("la VPN no conecta después de actualizar, error 720", "al conectar VPN aparece 720", "VPN marca 720 desde la actualización", "no puedo trabajar remoto, código 720 de VPN"),
    ("el antivirus borró un archivo de Excel con macros", "Excel no abre macros, las bloquea el antivirus", "desaparecieron mis libros con macros", "antivirus elimina hojas con macros"),
    ("el certificado del portal está vencido", "el navegador dice sitio no seguro en el portal", "aviso de certificado caducado", "sale advertencia de seguridad del certificado"),
    ("teléfonos sin tono en {p}", "no sirve ninguna extensión en {p}", "las extensiones de {p} están muertas", "no entran llamadas a {p}"),
]
PLACES = ["Lerdo poniente", "Palacio anexo", "Urawa", "Plaza Toluca"]
FAILINGS = {
    "impresora": ("la charola dos no jala papel", "no toma hojas de la charola inferior", "charola 2 atorada otra vez", "otra vez no jala hojas de la bandeja", "la bandeja dos sigue sin tomar papel"),
    "red": ("el switch del rack se reinicia solo", "se cae el switch varias veces", "switch apagado otra vez", "de nuevo se reinició el switch del rack"),
    "equipo": ("se apaga por calentamiento el kiosco", "el kiosco se calienta y se apaga", "kiosco apagado por temperatura", "sobrecalentamiento del kiosco"),
}
NAMES = ["Juan", "María", "Lupita", "Ernesto", "Itzel", "Aurora", "Raúl", "Beatriz", "Joaquín", "Noemí", "Óscar", "Yolanda", "Fermín", "Graciela"]
SURNAMES = ["Peña", "Nava", "Arriaga", "Colín", "Quiroz", "Zepeda", "Mondragón", "Reyes", "Albarrán", "Becerril", "Garduño", "Iturbe", "Ocampo",
            "Velázquez", "Valdés", "Estrada", "Sotelo", "Legorreta", "Monroy", "Carmona", "Bernal", "Archundia", "Esquivel", "Vilchis"]
SYLLABLES = ["ca", "te", "mo", "li", "xo", "pa", "ru", "ne", "tla", "chi", "ta", "yo", "ju", "que", "za", "co"]
CAUSES = ["configuracion", "capacitacion", "hardware", "software", "red", "usuario"]


@dataclass(frozen=True)
class World:
    """Tickets in order of time, and for each planted fault the ids that belong to it."""

    tickets: list[Ticket]
    planted: list[frozenset[int]]
    items: dict[int, Item]


@dataclass(frozen=True)
class Fault:
    """What one planted fault is: its ways of being said and where and when it strikes."""

    sayings: tuple[str, ...]
    ci: int | None
    kept: float  # share of its tickets on which the CI was recorded
    days: tuple[float, float]
    size: int
    units: tuple[int, ...]
    cause: str


@cache
def ranks(n: int) -> list[float]:
    return list(accumulate((i + 2) ** -0.9 for i in range(n)))


class Desk:
    """Draws tickets; one random source, so that a seed is a world."""

    def __init__(self, seed: int, size: int, faults: int) -> None:
        self.random = random.Random(seed)
        self.size, self.faults = size, faults
        names = [a + t for a in ACRONYMS for t in TAILS]
        self.random.shuffle(names)
        self.systems = [(1000 + i, name, self.random.sample(PARTS, 8)) for i, name in enumerate(names[:60])]
        self.devices = {kind: [base * 10_000 + i for i in range(n)] for base, (kind, n) in enumerate(DEVICES.items(), 1)}
        self.used: set[object] = set()

    def zipf(self, n: int) -> int:
        """A rank below n, the first ones far more often."""
        return self.random.choices(range(n), cum_weights=ranks(n))[0]

    def moment(self, first: float = 0, last: float = DAYS) -> datetime:
        while True:
            day = self.random.uniform(first, last)
            moment = START + timedelta(days=int(day), minutes=self.random.randrange(600))
            if moment.weekday() < 5 or self.random.random() < 0.05 or last - first < 3:
                return moment

    def system_saying(self, name: str, parts: tuple[str, ...], symptoms: tuple[str, ...]) -> str:
        text = self.random.choice(symptoms).format(c=self.random.choice(parts))
        return self.random.choice([f"{text} en {name}", f"{name}: {text}", f"en el sistema {name} {text}", text, text])

    def background(self) -> tuple[str, int | None, str]:
        if self.random.random() < 0.22:
            ci, name, parts = self.systems[self.zipf(60)]
            text = self.system_saying(name, self.random.choice(parts), self.random.choice(SYMPTOMS))
            return text, ci if self.random.random() < 0.6 else None, self.random.choice(CAUSES)
        kinds = list(GENERIC)
        kind = self.random.choices(kinds, [GENERIC[k][0] for k in kinds])[0]
        _, device, sayings, fillers = GENERIC[kind]
        text = self.random.choice(sayings).format(x=self.random.choice(fillers))
        ci = None
        if device and self.random.random() < 0.5:
            ci = self.devices[device][self.zipf(len(self.devices[device]))]
        return text, ci, self.random.choice(CAUSES)

    def spoken(self, text: str) -> str:
        """As people write: greetings, asides, lost accents, capitals, slips of the hand, shortened words."""
        r = self.random
        if r.random() < 0.12:
            text += ", " + r.choice(ASIDES)
        if r.random() < 0.25:
            text += f", {r.choice(['usuario', 'Lic.', 'Ing.', 'equipo de', 'reporta'])} {r.choice(NAMES)} {r.choice(SURNAMES)}"
        if r.random() < 0.15:
            text += f" en {''.join(r.choices(SYLLABLES, k=3)).capitalize()}"
        text = r.choice(HELLO) + text + r.choice(BYE).format(n=r.randrange(1000, 9999))
        if r.random() < 0.35:
            text = text.translate(str.maketrans("áéíóú", "aeiou"))
        if r.random() < 0.10:
            text = text.upper()
        if r.random() < 0.30:
            text = " ".join(self.slip(w) if r.random() < 0.12 else w for w in text.split(" "))
        return text.replace("por favor", "xfa") if r.random() < 0.1 else text

    def slip(self, word: str) -> str:
        if len(word) < 5:
            return word
        i = self.random.randrange(1, len(word) - 1)
        return self.random.choice([word[:i] + word[i + 1:], word[:i] + word[i + 1] + word[i] + word[i + 2:],
                                   word[:i] + word[i] + word[i:], word[:i] + "ñlkjasdf"[self.random.randrange(8)] + word[i + 1:]])

    def span(self, least: float, most: float) -> tuple[float, float]:
        length = self.random.uniform(least, most)
        first = self.random.uniform(10, DAYS - length - 10)
        return first, first + length

    def fault(self, number: int) -> Fault:
        kind = number % 5
        if kind in (0, 1, 2):
            return self.system_fault(burst=kind == 2)
        return self.outage(number // 5) if kind == 3 else self.device_fault()

    def system_fault(self, burst: bool) -> Fault:
        while True:
            ci, name, parts = self.systems[self.random.randrange(45)]
            part, symptom = self.random.choice(parts), self.random.choice(SYMPTOMS)
            if ci not in self.used:
                break
        self.used.add(ci)
        sayings = tuple(self.system_saying(name, part, symptom) for _ in range(40))
        units = tuple(self.random.sample(range(109), 25))
        days, size = (self.span(2, 9), self.random.randint(8, 25)) if burst else (self.span(90, 540), self.random.randint(12, 60))
        return Fault(sayings, ci, 0.6, days, size, units, self.random.choice(CAUSES))

    def outage(self, number: int) -> Fault:
        place = PLACES[number % len(PLACES)]
        sayings = tuple(s.format(p=place) for s in OUTAGES[number % len(OUTAGES)])
        units = tuple(self.random.sample(range(109), 12))
        return Fault(sayings, None, 0, self.span(1, 4), self.random.randint(10, 30), units, self.random.choice(CAUSES))

    def device_fault(self) -> Fault:
        kind = self.random.choice(list(FAILINGS))
        ci = next(ci for ci in self.random.sample(self.devices[kind][5:], 40) if ci not in self.used)
        self.used.add(ci)
        unit = self.random.randrange(109)
        return Fault(FAILINGS[kind], ci, 0.8, self.span(60, 180), self.random.randint(8, 20), (unit,), "hardware")

    def said(self, fault: Fault, number: int) -> Ticket:
        cause = fault.cause if self.random.random() < 0.7 else self.random.choice(CAUSES)
        cis = (fault.ci,) if fault.ci is not None and self.random.random() < fault.kept else ()
        return Ticket(number, self.moment(*fault.days), self.spoken(self.random.choice(fault.sayings)), cis, self.random.choice(fault.units), cause)

    def items(self) -> dict[int, Item]:
        systems = {ci: Item(f"Sistema {name}", "sistema") for ci, name, _ in self.systems}
        return systems | {ci: Item(f"{kind} {ci}", kind) for kind, cis in self.devices.items() for ci in cis}

    def build(self) -> World:
        faults = [self.fault(n) for n in range(self.faults)]
        tickets, planted, number = [], [], 0
        for fault in faults:
            planted.append(frozenset(range(number, number + fault.size)))
            tickets += [self.said(fault, number + i) for i in range(fault.size)]
            number += fault.size
        while number < self.size:
            text, ci, cause = self.background()
            tickets.append(Ticket(number, self.moment(), self.spoken(text), (ci,) if ci is not None else (), self.zipf(109), cause))
            number += 1
        return World(sorted(tickets, key=lambda t: t.moment), planted, self.items())


def world(seed: int, size: int = 20_000, faults: int = 30) -> World:
    """A desk of `size` tickets in two years, `faults` of which are planted (8 to 60 tickets each)."""
    return Desk(seed, size, faults).build()
