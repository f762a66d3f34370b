"""Fact sheets of the demo's thirty services: what each is, what it includes, and what has to be at hand to ask for it. All invented."""
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Sheet:
    """What is read before asking, and the steps that whoever attends it marks."""

    description: str
    includes: str
    requirements: str
    tasks: tuple[str, ...] = ()


FAULT: Final = ("Reproducir la falla con la persona", "Restablecer el servicio", "Confirmar que ya funciona")
SHEETS: Final[dict[str, Sheet]] = {
    "Actualización a sitio web institucional": Sheet(
        "Alta, cambio o retiro de contenidos del sitio del instituto.",
        "Maquetación, revisión de accesibilidad, publicación y verificación con quien solicita. Hasta diez páginas por solicitud.",
        "El texto final en Word y las imágenes con su descripción; la dirección de la página que cambia y hasta cuándo estará publicada.",
        ("Revisar el texto y las imágenes", "Publicar", "Verificar con quien solicita")),
    "Publicación de obligaciones de transparencia": Sheet(
        "Publicar o sustituir los formatos de las fracciones de transparencia que tocan a su unidad.",
        "Revisión del formato, publicación, y acuse con la dirección y la fecha en que quedó disponible.",
        "El formato en Excel validado por la Unidad de Transparencia, la fracción y el periodo que reporta.",
        ("Revisar el formato", "Publicar", "Enviar el acuse")),
    "Micrositio de un programa": Sheet(
        "Un apartado propio dentro del sitio para un programa, una campaña o un evento.",
        "Diseño con la imagen institucional, hasta ocho páginas, formulario de contacto y estadísticas de visitas.",
        "El objetivo, el mapa de contenidos, quién los mantendrá y la fecha en que debe abrir. Lo autoriza la jefatura.",
        ("Acordar el mapa de contenidos", "Diseñar", "Cargar contenidos", "Abrir al público")),
    "El sitio web no responde": Sheet(
        "El sitio del instituto o el portal de trámites no abre, tarda o muestra un error.",
        "Atención a toda hora hasta que el sitio responde, y aviso a las unidades afectadas.",
        "La dirección que no abre, desde cuándo, y el mensaje que aparece.", FAULT),
    "Falla en un sistema": Sheet(
        "Un sistema del instituto marca error, no guarda, calcula mal o se cierra.",
        "Revisión del caso con sus datos, una salida temporal si la hay, y la corrección.",
        "El nombre del sistema y la pantalla, los pasos para que ocurra, y una captura del mensaje completo.", FAULT),
    "Cambio a un sistema": Sheet(
        "Agregar o modificar algo de un sistema que ya se usa: un campo, un reporte, una regla, un formato.",
        "Análisis con quien lo pide, desarrollo, prueba con su unidad y paso a producción.",
        "Qué debe hacer distinto y por qué, un ejemplo del resultado, y la persona que lo probará. Lo autoriza la jefatura.",
        ("Acordar el alcance", "Desarrollar", "Probar con la unidad", "Pasar a producción")),
    "Desarrollo de un sistema nuevo": Sheet(
        "Un sistema que todavía no existe, para un proceso que hoy se lleva en papel o en hojas de cálculo.",
        "Estudio de viabilidad, prototipo, desarrollo por etapas, capacitación y manual.",
        "El proceso documentado, cuántas personas lo usarán, su fundamento y quién será responsable. Lo autoriza la jefatura.",
        ("Estudiar la viabilidad", "Presentar el prototipo", "Desarrollar", "Capacitar", "Entregar el manual")),
    "Extracción de datos": Sheet(
        "Un listado o un concentrado de datos de un sistema que ningún reporte da.",
        "El archivo en Excel o CSV, con la fecha de corte y la definición de cada columna.",
        "El sistema, las columnas, los filtros y el periodo. Si lleva datos personales, el fundamento para tratarlos.",
        ("Confirmar columnas y filtros", "Extraer", "Cotejar totales con quien solicita")),
    "Capacitación en un sistema": Sheet(
        "Curso en línea o presencial del uso de un sistema del instituto.",
        "Sesión de hasta dos horas para un máximo de veinte personas, material y constancia.",
        "El sistema, cuántas personas, su nivel y tres fechas posibles.",
        ("Acordar la fecha", "Impartir la sesión", "Entregar constancias")),
    "Falla de equipo de cómputo": Sheet(
        "Una computadora no enciende, va lenta, hace ruido o no reconoce algo que tiene conectado.",
        "Diagnóstico a distancia o en sitio, reparación o cambio de la pieza, y equipo de préstamo si se lleva al taller.",
        "El número de inventario que está en la etiqueta, y dónde está el equipo.", FAULT),
    "Mantenimiento preventivo": Sheet(
        "Limpieza y revisión de los equipos de su área antes de que fallen.",
        "Limpieza, revisión del disco, actualización del sistema y un reporte del estado de cada equipo.",
        "Cuántos equipos son, su ubicación y un horario en que puedan apagarse.",
        ("Programar la visita", "Limpiar y revisar", "Entregar el reporte")),
    "Instalación de programas": Sheet(
        "Instalar o actualizar un programa autorizado en su computadora.",
        "La instalación a distancia, su configuración y la prueba con usted.",
        "El programa, para qué lo necesita y el número de inventario. Si requiere licencia, quién la cubre.",
        ("Verificar la licencia", "Instalar", "Probar con la persona")),
    "Asignación de equipo": Sheet(
        "Una computadora para una persona de nuevo ingreso o en lugar de una que se dio de baja.",
        "Equipo preparado con la paquetería institucional, entrega en su lugar y resguardo firmado.",
        "El nombre de quien lo usará, su puesto y su lugar. Lo autoriza la jefatura y depende de la existencia.",
        ("Revisar existencias", "Preparar el equipo", "Entregar y firmar el resguardo")),
    "Reubicación de equipo": Sheet(
        "Mover equipos por un cambio de oficina o de ventanilla.",
        "Desconexión, traslado dentro del inmueble, conexión y prueba de red.",
        "Cuántos equipos, de dónde a dónde, y la fecha. El destino debe tener nodo de red y contacto eléctrico.",
        ("Revisar el destino", "Trasladar", "Probar")),
    "Dictamen técnico de baja": Sheet(
        "El documento que dice que un equipo ya no sirve o no conviene repararlo, para darlo de baja del inventario.",
        "Revisión de cada equipo y dictamen firmado.",
        "La relación con número de inventario, marca, modelo y serie, y los equipos a la vista.",
        ("Revisar los equipos", "Elaborar el dictamen", "Entregarlo firmado")),
    "Préstamo de equipo y proyector": Sheet(
        "Una computadora, un proyector o una bocina para una sesión, una feria o una comisión.",
        "Entrega y recepción en el área, y apoyo para conectarlos.",
        "Qué necesita, para qué fecha y hora, dónde, y quién se hace responsable.",
        ("Apartar el equipo", "Entregar", "Recibir y revisar")),
    "Sin red o sin Internet": Sheet(
        "Un equipo, un piso o una delegación se quedó sin red, o la conexión se corta.",
        "Atención a toda hora hasta restablecer el servicio, por un enlace alterno si lo hay.",
        "Desde cuándo, a cuántas personas afecta y en qué piso o delegación.", FAULT),
    "Nodo de red o telefonía": Sheet(
        "Un punto nuevo de red o una extensión telefónica.",
        "Visita técnica, cableado, alta en el conmutador y prueba.",
        "El lugar exacto, para quién es y su inventario. Lo autoriza la jefatura; la obra civil no se incluye.",
        ("Visitar el lugar", "Cablear", "Dar de alta y probar")),
    "Falla de telefonía": Sheet(
        "Una extensión no tiene tono, no recibe llamadas o se oye mal.",
        "Revisión del aparato, de la línea y del conmutador, y cambio del aparato si hace falta.",
        "El número de extensión y qué pasa al marcar.", FAULT),
    "Acceso remoto seguro": Sheet(
        "Conectarse a los sistemas del instituto desde fuera, para una comisión o una guardia.",
        "Cuenta de acceso remoto con doble verificación, por el tiempo que se autorice.",
        "Desde cuándo y hasta cuándo, a qué sistemas, y un equipo institucional. Lo autoriza la jefatura.",
        ("Verificar la autorización", "Configurar el acceso", "Probar con la persona")),
    "Desbloqueo de página": Sheet(
        "Permitir un sitio que el filtro de Internet bloquea y que se necesita para trabajar.",
        "Revisión de seguridad del sitio y, si procede, su apertura para su unidad.",
        "La dirección completa y para qué trámite la necesita.",
        ("Revisar el sitio", "Permitirlo o explicar por qué no", "Confirmar que abre")),
    "Alta de cuenta": Sheet(
        "La cuenta de correo y de acceso de una persona que ingresa.",
        "Cuenta con correo, carpeta de su unidad y los permisos de su puesto.",
        "El nombre completo como aparece en su nombramiento, su puesto, su unidad y la fecha de ingreso.",
        ("Verificar el nombramiento", "Crear la cuenta", "Entregar el acceso a la persona")),
    "Baja de cuenta": Sheet(
        "Cerrar la cuenta de quien deja el instituto o cambia de unidad.",
        "Cierre de accesos ese mismo día, respaldo del correo y reasignación de sus carpetas.",
        "El nombre, la fecha en que deja el puesto y a quién pasan sus asuntos.",
        ("Cerrar los accesos", "Respaldar", "Reasignar carpetas")),
    "Restablecer contraseña": Sheet(
        "Olvidó su contraseña o su cuenta se bloqueó.",
        "Verificación de identidad y una contraseña temporal que usted cambia al entrar.",
        "Llamar o acudir usted en persona: no se entrega a terceros. Tenga a la mano su gafete."),
    "Permisos en un sistema": Sheet(
        "Dar, cambiar o quitar lo que una persona puede hacer en un sistema.",
        "El permiso con la menor facultad que baste, y registro de quién lo autorizó.",
        "El sistema, el permiso y la persona. Lo autoriza la jefatura.",
        ("Verificar la autorización", "Dar el permiso", "Confirmar con la persona")),
    "Firma electrónica": Sheet(
        "Obtener o renovar el certificado con que se firman documentos, o resolver por qué no deja firmar.",
        "Acompañamiento en el trámite, instalación del programa y prueba de firma.",
        "Identificación oficial, CURP y correo institucional vigente."),
    "Falla de impresora": Sheet(
        "Una impresora atora el papel, mancha, no imprime o no aparece en su computadora.",
        "Revisión en sitio, limpieza, cambio de consumible o de pieza, y otra impresora mientras se repara.",
        "El inventario de la impresora y el mensaje de su pantalla.", FAULT),
    "Digitalización de documentos": Sheet(
        "Pasar expedientes o planos de papel a archivos en los que se puede buscar.",
        "Digitalización a 300 puntos, reconocimiento de texto, nombre de archivo acordado y devolución del papel.",
        "Los expedientes foliados y en buen estado, con su relación de entrega.",
        ("Recibir con relación", "Digitalizar", "Revisar la calidad", "Devolver el papel")),
    "Respaldo y restauración": Sheet(
        "Servicio interno: respaldar un sistema o una carpeta, o recuperar lo que se perdió.",
        "Respaldo verificado o archivos recuperados, con la fecha de la copia.",
        "El servidor o la carpeta, la fecha y quién responde por los datos.",
        ("Localizar la copia", "Restaurar", "Verificar con el responsable")),
    "Paso a producción": Sheet(
        "Servicio interno: poner en uso una versión nueva de un sistema.",
        "Revisión del plan y de la reversión, publicación en la ventana acordada y vigilancia el primer día.",
        "El cambio autorizado, el plan de reversión probado y la ventana.",
        ("Revisar plan y reversión", "Publicar", "Vigilar el primer día")),
}
