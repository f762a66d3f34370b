"""What the demo's service desk offers and says: thirty services, teams, promises, causes. All of it invented.

The shares are those of practice form 5, section VI: the service most asked 21.79 %, the unit that asks most 12.8 %, 130 a month.
"""
from dataclasses import dataclass
from typing import Final

YEARLY: Final = 1560
TOP_SERVICE: Final = 340
"""Of a year of 1,560: 21.79 %."""
TOP_UNIT: Final = 200
"""Of a year of 1,560: 12.8 %."""
ANSWERS: Final = 1400
SATISFIED: Final = 2
"""Of 1,400 answers two are "Satisfecho" (0.14 %), the others "Muy satisfecho" (99.86 %)."""


@dataclass(frozen=True)
class ServiceRow:
    """A service with its only offering: who attends it, at which level, how often it is asked, and what people write."""

    family: str
    name: str
    weight: int
    team: str
    level: str
    subjects: tuple[str, ...]
    kind: str = "request"
    audience: str = "everybody"
    form: str = ""
    approval: bool = False
    internal: bool = False


WEB, DEV, EQUIPMENT, NETWORK, ACCOUNTS, PAPER, INSIDE = (
    "Sitios web y publicaciones", "Desarrollo de sistemas", "Equipo de cómputo", "Redes y telefonía", "Cuentas y accesos",
    "Impresión y digitalización", "Procesos internos")
#: name, unit (by code), tier
TEAMS: Final = (("Mesa de ayuda", "212C0101030500T", 1), ("Sitios web", "212C0101030500T", 2), ("Desarrollo de sistemas",
                                                                                                "212C0101030500T", 2),
                ("Soporte técnico", "212C0101030501S", 2), ("Redes e infraestructura", "212C0101030501S", 3))
#: name, 24 hours a day, {(metric, priority): minutes}
LEVELS: Final = (
    ("Estándar", False, {("own", 0): 120, ("own", 1): 30, ("resolve", 0): 1620, ("resolve", 2): 1080, ("resolve", 1): 540}),
    ("Publicación web", False, {("own", 0): 60, ("resolve", 0): 540, ("resolve", 1): 180}),
    ("Desarrollo", False, {("own", 0): 240, ("resolve", 0): 5400, ("resolve", 1): 1080}),
    ("Servicios críticos 24/7", True, {("own", 0): 30, ("resolve", 0): 480, ("resolve", 1): 240}),
)
OLA: Final = {"Soporte técnico": 1080, "Redes e infraestructura": 1080}
SYSTEM_FORM, PAGE_FORM, PEOPLE_FORM = "system", "page", "people"
SERVICES: Final = (
    ServiceRow(WEB, "Actualización a sitio web institucional", 0, "Sitios web", "Publicación web", (
        "Publicar la convocatoria del programa de mejoramiento", "Actualizar el directorio de la dirección",
        "Cambiar el aviso de privacidad",
        "Publicar el informe trimestral", "Corregir los horarios de la delegación", "Subir el calendario de ventanillas",
        "Actualizar los requisitos de escrituración", "Retirar una publicación vencida"), form=PAGE_FORM, audience="liaisons"),
    ServiceRow(WEB, "Publicación de obligaciones de transparencia", 60, "Sitios web", "Publicación web", (
        "Publicar las fracciones del trimestre", "Actualizar el directorio de servidores públicos", "Subir los contratos del mes"),
        form=PAGE_FORM,
        audience="liaisons"),
    ServiceRow(WEB, "Micrositio de un programa", 18, "Sitios web", "Desarrollo", ("Micrositio para la jornada de escrituración",
               "Micrositio del programa de lotes"), form=PAGE_FORM, audience="liaisons", approval=True),
    ServiceRow(WEB, "El sitio web no responde", 25, "Redes e infraestructura", "Servicios críticos 24/7", (
        "El sitio del instituto no abre", "El portal de trámites tarda mucho en abrir"), kind="incident"),
    ServiceRow(DEV, "Falla en un sistema", 120, "Desarrollo de sistemas", "Estándar", (
        "No guarda el expediente", "El reporte sale en blanco", "Marca error al calcular el saldo", "No deja imprimir el recibo",
        "Los acentos salen mal en el oficio", "Se cierra al adjuntar un archivo"), kind="incident", form=SYSTEM_FORM),
    ServiceRow(DEV, "Cambio a un sistema", 70, "Desarrollo de sistemas", "Desarrollo", (
        "Agregar una columna al reporte mensual", "Cambiar el formato del recibo", "Nuevo filtro por municipio"), form=SYSTEM_FORM,
        audience="liaisons", approval=True),
    ServiceRow(DEV, "Desarrollo de un sistema nuevo", 8, "Desarrollo de sistemas", "Desarrollo", ("Sistema para el control de visitas",
               "Registro en línea de solicitudes de lote"), form=SYSTEM_FORM, audience="liaisons", approval=True),
    ServiceRow(DEV, "Extracción de datos", 45, "Desarrollo de sistemas", "Estándar", ("Padrón de beneficiarios por municipio",
               "Saldos al cierre del mes", "Solicitudes atendidas por delegación"), form=SYSTEM_FORM, audience="liaisons"),
    ServiceRow(DEV, "Capacitación en un sistema", 22, "Desarrollo de sistemas", "Desarrollo", ("Capacitar a personal de nuevo ingreso",
               "Curso del módulo de cobranza"), form=SYSTEM_FORM, audience="liaisons"),
    ServiceRow(EQUIPMENT, "Falla de equipo de cómputo", 130, "Mesa de ayuda", "Estándar", (
        "La computadora no enciende", "La pantalla se queda en negro", "La computadora está muy lenta", "No reconoce el teclado",
        "Hace ruido y se apaga"), kind="incident"),
    ServiceRow(EQUIPMENT, "Mantenimiento preventivo", 55, "Soporte técnico", "Estándar", ("Mantenimiento a los equipos del área",
               "Limpieza de equipos de ventanilla")),
    ServiceRow(EQUIPMENT, "Instalación de programas", 75, "Mesa de ayuda", "Estándar", ("Instalar el antivirus",
                                                                                        "Instalar paquetería de oficina",
               "Instalar el lector de firma electrónica")),
    ServiceRow(EQUIPMENT, "Asignación de equipo", 30, "Soporte técnico", "Desarrollo", ("Equipo para personal de nuevo ingreso",
               "Cambio de equipo dañado"), approval=True),
    ServiceRow(EQUIPMENT, "Reubicación de equipo", 35, "Mesa de ayuda", "Estándar", ("Mover equipos por cambio de oficina",
               "Reubicar la ventanilla dos")),
    ServiceRow(EQUIPMENT, "Dictamen técnico de baja", 16, "Soporte técnico", "Desarrollo", ("Dictamen de equipos obsoletos",)),
    ServiceRow(EQUIPMENT, "Préstamo de equipo y proyector", 48, "Mesa de ayuda", "Estándar", ("Proyector para la sesión de consejo",
               "Computadora para la feria de vivienda")),
    ServiceRow(NETWORK, "Sin red o sin Internet", 95, "Redes e infraestructura", "Servicios críticos 24/7", (
        "La delegación se quedó sin Internet", "No hay red en el segundo piso", "La red se corta a ratos"), kind="incident"),
    ServiceRow(NETWORK, "Nodo de red o telefonía", 32, "Redes e infraestructura", "Desarrollo", ("Nodo para el equipo nuevo",
               "Extensión para la ventanilla"), approval=True),
    ServiceRow(NETWORK, "Falla de telefonía", 38, "Redes e infraestructura", "Estándar", ("La extensión no recibe llamadas",
               "El teléfono no tiene tono"), kind="incident"),
    ServiceRow(NETWORK, "Acceso remoto seguro", 20, "Redes e infraestructura", "Estándar", ("Acceso remoto para comisión",), approval=True),
    ServiceRow(NETWORK, "Desbloqueo de página", 26, "Redes e infraestructura", "Estándar", ("Permitir el portal de adquisiciones",
               "Permitir el sitio del SAT")),
    ServiceRow(ACCOUNTS, "Alta de cuenta", 62, "Mesa de ayuda", "Estándar", ("Cuenta para personal de nuevo ingreso",
               "Cuenta de correo para la delegación"), form=PEOPLE_FORM, audience="liaisons"),
    ServiceRow(ACCOUNTS, "Baja de cuenta", 34, "Mesa de ayuda", "Estándar", ("Baja por cambio de adscripción",
                                                                             "Baja por término de contrato"),
               form=PEOPLE_FORM, audience="liaisons"),
    ServiceRow(ACCOUNTS, "Restablecer contraseña", 88, "Mesa de ayuda", "Publicación web", ("Olvidé mi contraseña",
                                                                                            "Mi cuenta está bloqueada")),
    ServiceRow(ACCOUNTS, "Permisos en un sistema", 44, "Desarrollo de sistemas", "Estándar", ("Permiso de consulta de expedientes",
               "Permiso para autorizar pagos"), form=SYSTEM_FORM, audience="liaisons", approval=True),
    ServiceRow(ACCOUNTS, "Firma electrónica", 28, "Mesa de ayuda", "Estándar", ("Renovar certificado", "No puedo firmar el oficio")),
    ServiceRow(PAPER, "Falla de impresora", 72, "Mesa de ayuda", "Estándar", ("La impresora atora el papel", "Imprime con manchas",
               "No imprime desde la computadora de recepción"), kind="incident"),
    ServiceRow(PAPER, "Digitalización de documentos", 24, "Mesa de ayuda", "Desarrollo", ("Digitalizar expedientes de 1998",
               "Digitalizar planos")),
    ServiceRow(INSIDE, "Respaldo y restauración", 26, "Redes e infraestructura", "Estándar", ("Restaurar carpeta de contabilidad",
               "Verificar el respaldo semanal"), audience="staff", internal=True),
    ServiceRow(INSIDE, "Paso a producción", 20, "Desarrollo de sistemas", "Estándar", ("Publicar versión del sistema de créditos",
               "Publicar versión de escrituración"), form=SYSTEM_FORM, audience="staff", internal=True),
)
SYSTEMS: Final = ("Sistema de Escrituración", "Sistema de Créditos y Cobranza", "Padrón de Beneficiarios", "Sistema de Nómina",
                  "Control de Lotes", "Ventanilla de Citas", "Sistema Contable", "Control de Obra")
CAUSES: Final = {
    "request": ("Se hizo lo solicitado", "Se orientó a quien solicita", "Ya estaba hecho"),
    "incident": ("Equipo dañado", "Error de programación", "Configuración incorrecta", "Falla del proveedor", "Corte de energía",
                 "Falta de capacitación", "Saturación del servidor"),
}
SOLUTIONS: Final = {
    "request": ("Se publicó y se verificó con quien solicita.", "Quedó listo; se avisó por teléfono.", "Se entregó y firmó de conformidad.",
                "Se explicó el procedimiento y se dejó la guía."),
    "incident": ("Se cambió la pieza y se probó con la persona.", "Se corrigió la configuración y se reinició el servicio.",
                 "Se instaló la corrección y se verificó el dato.", "El proveedor restableció el enlace.",
                 "Se limpió la cola y se reinició."),
}
HOLDS: Final = ("Falta información de quien solicita", "Se espera al proveedor", "Se espera refacción", "Depende de otra área",
                "Se agendó para después del horario")
CANNED: Final = (
    ("Recibimos su solicitud", "Buen día, {pide}. Recibimos su {numero} y ya la estamos revisando; le avisaremos por este medio."),
    ("Falta información", "Para continuar necesitamos la captura de la pantalla con el mensaje completo y el nombre del equipo."),
    ("Visita programada", "Personal técnico acudirá a su oficina hoy entre las 12:00 y las 14:00 horas."),
    ("Quedó resuelto", "Su solicitud quedó atendida. Si algo no funciona, reábrala desde la misma página."),
    ("Cómo cambiar su contraseña", "Entre a «Mi cuenta», elija «Cambiar contraseña» y siga los pasos; debe tener al menos doce letras."),
    ("Pedimos la autorización", "Su solicitud necesita que su jefatura la autorice. Ya se lo pedimos; le avisaremos en cuanto responda."),
    ("Lo atiende otro equipo", "Es un tema especializado: su solicitud pasó al segundo nivel. Conserva su número y sus plazos."),
    ("Esperamos al proveedor", "El proveedor enviará la refacción. Mientras llega, el plazo queda detenido; le avisaremos."),
    ("Falla general conocida", "Hay una falla que afecta a varias áreas y ya se trabaja en ella. No hace falta que abra otro ticket."),
    ("Antes de la visita", "Por favor guarde su trabajo y tenga a la mano la contraseña: el equipo se reiniciará durante la visita."),
    ("Se hizo a distancia", "Nos conectamos a su equipo y quedó resuelto. Reinícielo y confirme que todo funciona."),
    ("Publicado", "La publicación ya está en el sitio. Revise el texto y los enlaces; si algo falta, responda este mensaje."),
    ("No procede", "No es posible atender lo que pide por la razón que se explica abajo. Si tiene dudas, responda este mensaje."))
PUBLIC_NOTES: Final = ("Buen día, ya lo estamos revisando.", "¿Nos puede confirmar el número de inventario del equipo?",
                       "Quedó listo, por favor verifique.", "Se requiere una ventana de media hora; ¿le acomoda a las 13:00?")
PRIVATE_NOTES: Final = ("Mismo síntoma que la semana pasada; revisar si conviene abrir un problema.",
                        "El puerto 14 del conmutador está dañado.",
                        "Pedí apoyo al proveedor por correo.", "La persona ya había reportado esto por teléfono.")
#: subject, how far it came (state), root cause, workaround, words of its incidents' service
PROBLEMS: Final = (
    ("Caídas del enlace de las delegaciones", "closed", "El proveedor cambia de ruta sin avisar", "Usar el enlace de respaldo",
     "Sin red o sin Internet"),
    ("El sistema de escrituración cierra al adjuntar archivos grandes", "known", "La biblioteca de carga no libera memoria",
     "Adjuntar archivos de menos de 10 MB", "Falla en un sistema"),
    ("Impresoras del mismo modelo atoran papel", "investigating", "", "", "Falla de impresora"),
    ("Bloqueo repetido de cuentas después del cambio de contraseña", "resolved", "Una tarea antigua usa la contraseña anterior",
     "Borrar la tarea en el equipo", "Restablecer contraseña"),
    ("El sitio se satura los días de convocatoria", "pending", "Las consultas del buscador no usan índice", "Publicar una copia estática",
     "El sitio web no responde"),
    ("Equipos de 2015 se apagan con calor", "assigned", "", "", "Falla de equipo de cómputo"),
    ("Extensiones sin tono en el edificio anexo", "new", "", "", "Falla de telefonía"),
    ("Reporte mensual en blanco al cierre", "cancelled", "", "", "Falla en un sistema"),
)
#: kind, subject, how far it came, risk
CHANGES: Final = (
    ("change", "Sustituir el conmutador central", "closed", 3), ("change", "Actualizar el motor de base de datos", "approval", 3),
    ("change", "Migrar el correo institucional", "approved", 3), ("change", "Nueva versión del sistema de escrituración", "implementing",
                                                                  2),
    ("change", "Ampliar el enlace de las delegaciones", "planned", 2), ("change", "Cambiar el esquema de respaldos", "not_approved", 2),
    ("change", "Publicar el portal nuevo", "failed", 2), ("change", "Reordenar direcciones de red", "rolled_back", 2),
    ("change", "Instalar certificado del portal", "implemented", 1), ("change", "Retirar servidor de 2012", "rejected", 2),
    ("change", "Cambiar la planta de energía", "new", 3), ("change", "Segunda red inalámbrica", "assigned", 1),
    ("change", "Cambiar el proveedor de telefonía", "cancelled", 2),
    ("simple_change", "Alta de impresora en la red", "closed", 1), ("simple_change", "Ampliar disco del servidor de archivos", "closed", 1),
    ("simple_change", "Actualizar antivirus", "planned", 1), ("simple_change", "Renovar certificado interno", "implementing", 1),
    ("emergency_change", "Aislar un equipo infectado", "closed", 3), ("emergency_change", "Reiniciar el servidor de nómina en quincena",
                                                                      "approval", 2),
    ("emergency_change", "Cambiar el enrutador dañado de Ecatepec", "implemented", 3),
)
REPEATED_OF, REPEATED_AMONG, REPEATED_BUT, REPEATED_WITHIN = "Falla en un sistema", 15, 5, 90
REPEATED = ("No deja imprimir la carta de liberación", "Marca error al imprimir la carta de liberación",
            "La carta de liberación sale en blanco al imprimir")
"""The same fault in the words of several people: the last REPEATED_AMONG failures of a system, but for each REPEATED_BUTth, which are all
among the last REPEATED_WITHIN tickets. Counted, not dated, so that there are as many on a Monday in January as on any other day: what the
demo proposes as a problem."""
REPEATED_ITEM = "Sistema de escrituración"
