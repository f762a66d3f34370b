"""Letters of any body of the country, to develop the reader on: wide choice of senders, numbers, dates and posts.

The names of public bodies are facts; companies, people and numbers are invented. Only development layouts (`training`) use
this family, so that the demo's letters stay as they are.
"""

from dataclasses import replace
from datetime import date
from random import Random

from ventanilla.modules.correspondence.specimens import ink
from ventanilla.modules.correspondence.specimens.data import MONTHS, LetterData, long_date
from ventanilla.modules.correspondence.specimens.people import TITLES, TOWNS, initials

#: (order, lines above, sender, unit, acronym)
BODIES = (
    ("federal", ("Gobierno de México",), "Secretaría de Hacienda y Crédito Público", "Unidad de Política y Control Presupuestario", "UPCP"),
    ("federal", (), "Instituto Mexicano del Seguro Social", "Jefatura de Servicios Jurídicos", "JSJ"),
    ("federal", (), "Comisión Nacional del Agua", "Dirección Local Estado de México", "B00.00.R03"),
    ("federal", (), "Instituto Nacional de Antropología e Historia", "Coordinación Nacional de Monumentos Históricos", "CNMH"),
    ("federal", ("Gobierno de México",), "Registro Agrario Nacional", "Dirección de Titulación y Control Documental", "DTCD"),
    ("federal", (), "Procuraduría Federal del Consumidor", "Oficina de Defensa del Consumidor Zona Oriente", "ODECO"),
    ("federal", ("Poder Judicial de la Federación",), "Juzgado Tercero de Distrito en Materia Administrativa", "", "JTD"),
    ("state", ("Poder Judicial del Estado de México",), "Tribunal Superior de Justicia", "Dirección de Archivo General", "DAG"),
    ("state", (), "Tribunal de Justicia Administrativa del Estado de México", "Segunda Sala Regional", "SSR"),
    ("state", (), "Fiscalía General de Justicia del Estado de México", "Coordinación General Jurídica y Consultiva", "CGJC"),
    ("state", (), "Comisión de Derechos Humanos del Estado de México", "Primera Visitaduría General", "1VG"),
    ("state", (), "Universidad Autónoma del Estado de México", "Facultad de Arquitectura y Diseño", "FAD"),
    ("state", ("Gobierno del Estado de México",), "Tecnológico de Estudios Superiores de Jilotepec", "Subdirección Académica", "TESJI"),
    ("state", ("Gobierno del Estado de México", "Secretaría de Movilidad"), "Junta de Caminos del Estado de México",
     "Residencia Regional Toluca", "JC"),
    ("state", ("Gobierno del Estado de México",), "Procuraduría de Protección al Ambiente", "Subprocuraduría de Toluca", "PROPAEM"),
    ("state", ("Gobierno del Estado de México",), "Consejería Jurídica", "Dirección General del Registro Civil", "DGRC"),
    ("state", (), "Poder Legislativo del Estado de México", "Secretaría de Asuntos Parlamentarios", "SAP"),
    ("municipal", (), "H. Ayuntamiento Constitucional de {t}", "Dirección de Catastro Municipal", "DCM"),
    ("municipal", (), "Ayuntamiento de {t}", "Sindicatura Municipal", "SM"),
    ("municipal", (), "Sistema Municipal para el Desarrollo Integral de la Familia de {t}", "Procuraduría de Protección", "SMDIF"),
    ("municipal", (), "Organismo Público Descentralizado de Agua y Saneamiento de {t}", "Gerencia de Operación", "OPDAS"),
    ("municipal", ("H. Ayuntamiento de {t}",), "Instituto Municipal de Planeación de {t}", "Coordinación de Ordenamiento", "IMPLAN"),
    ("organisation", (), "Desarrollos Inmobiliarios del Altiplano, S.A. de C.V.", "", "DIA"),
    ("organisation", (), "Grupo Constructor Lomas Verdes, S. de R.L.", "Gerencia de Obra", "GCLV"),
    ("organisation", (), "Asociación de Colonos de San Mateo Oxtotitlán, A.C.", "", "ACSM"),
    ("organisation", (), "Sindicato Único de Trabajadores de la Vivienda", "Comité Ejecutivo", "SUTV"),
    ("organisation", (), "Caja Popular San Rafael, S.C.", "Gerencia de Cartera", "CPSR"),
    ("organisation", (), "Notaría Pública Número 38 del Estado de México", "", "NP38"),
    ("organisation", (), "Colegio de Ingenieros Civiles del Estado de México, A.C.", "Consejo Directivo", "CICEM"),
    ("organisation", (), "Banco Mercantil del Centro, S.A.", "Subdirección de Crédito Puente", "BMC"),
)
NUMBERS = ("{a}/{n}/{y}", "{a}/{n:04d}/{y}", "{a}-{n:03d}-{y}", "{a}/{s}/{n}/{y}", "{a}/OF/{n:03d}/{y}", "{d}.{a}.{n}/{y}",
           "{a}/{s}/{m:02d}-{n:03d}/{y}", "{n}/{y}", "{a}.{s}.{n:04d}.{y}", "OF.{a}.{n}-{y}", "{a}/{n:03d}-{b}/{y}", "{c}/{n}/{y}")
PLACES = ("Toluca, Estado de México", "Toluca de Lerdo, México", "Tlalnepantla de Baz, México", "Texcoco de Mora, Méx.", "Ciudad de México",
          "Ixtapan de la Sal, Estado de México", "Nezahualcóyotl, México", "Cuautitlán Izcalli, Estado de México", "Toluca, Méx.")
GIVEN = {
    "f": ("Alma Delia", "Blanca Estela", "Dulce María", "Esmeralda", "Guadalupe", "Isabel", "Jacqueline", "Laura Elena", "Lilia",
          "Magdalena", "María del Carmen", "María de los Ángeles", "Nayeli", "Paulina", "Susana", "Violeta", "Zaira", "Gloria",
          "Luz María", "Ana Karen", "Elizabeth", "Maricela", "Rebeca", "Érika", "Angélica", "Bárbara", "Inés"),
    "m": ("Abel", "Aldo", "Armando", "Benjamín", "César Augusto", "Daniel", "David", "Edgar", "Emilio", "Ernesto", "Felipe",
          "Guillermo", "Horacio", "Ignacio", "Joaquín", "Julio César", "Lorenzo", "Marco Antonio", "Mauricio", "Néstor", "Omar",
          "Pablo", "Ramiro", "Roberto", "Salvador", "Tomás", "Vicente", "José de Jesús", "Adrián", "Andrés", "Élmer", "Hugo"),
}
SURNAMES = (
    "Acosta", "Aguirre", "Alcántara", "Alvarado", "Archundia", "Arellano", "Ávila", "Ayala", "Barrera", "Bautista", "Benítez", "Bernal",
    "Bustamante", "Caballero", "Calderón", "Campos", "Cárdenas", "Carmona", "Carrillo", "Castañeda", "Castro", "Cervantes", "Cisneros",
    "Contreras", "Córdova", "Cortés", "Dávila", "Delgado", "Durán", "Enríquez", "Escamilla", "Espinosa", "Figueroa", "Fuentes", "Galindo",
    "Gallegos", "Galván", "Garza", "Gil", "Guerrero", "Herrera", "Huerta", "Hurtado", "Jaimes", "Lara", "Lagunas", "León", "Luna",
    "Macedo", "Maldonado", "Manjarrez", "Marín", "Márquez", "Medina", "Mejía", "Meza", "Miranda", "Molina", "Montiel", "Montoya",
    "Mondragón", "Muñoz", "Navarrete", "Navarro", "Nieto", "Ochoa", "Olvera", "Orozco", "Padilla", "Palma", "Pineda", "Plata", "Ponce",
    "Quintana", "Ramos", "Rangel", "Ríos", "Robles", "Rojas", "Rosales", "Salazar", "Salinas", "Sandoval", "Santana", "Santos", "Serrano",
    "Sierra", "Solano", "Solís", "Soto", "Suárez", "Tapia", "Terrón", "Trejo", "Trujillo", "Uribe", "Valencia", "Vargas", "Vega",
    "Velasco", "Vera", "Vilchis", "Villanueva", "Zamora", "Zárate", "Zavala", "Zúñiga", "del Río", "de la Torre", "de León")
POSTS = {
    "f": ("Directora", "Coordinadora", "Titular de la Unidad", "Jefa de Departamento", "Encargada del Despacho",
          "Secretaria Técnica", "Delegada", "Gerente"),
    "m": ("Director", "Coordinador", "Titular de la Unidad", "Jefe de Departamento", "Encargado del Despacho",
          "Secretario Técnico", "Delegado", "Gerente"),
}
SCOPES = ("de Administración", "de Asuntos Jurídicos", "de Planeación y Evaluación", "de Obras y Servicios",
          "de Atención a Usuarios", "General", "Regional Toluca")
MOTTOES = ("“Patria, Ciencia y Trabajo”", "“Sufragio Efectivo. No Reelección”", "“El trabajo todo lo vence”",
           "“Unidos por la comunidad”", "")
SHORT_DATES = ("{d:02d}/{m:02d}/{y}", "{d:02d}-{m:02d}-{y}", "{l}")


def anyone(rng: Random) -> tuple[str, str, str]:
    """`(title, name, 'f' or 'm')` from names that the other letters do not use."""
    gender = rng.choice("fm")
    name = f"{rng.choice(GIVEN[gender])} {rng.choice(SURNAMES)} {rng.choice(SURNAMES)}"
    return rng.choice((*TITLES[gender], "M. en D.", "L.C.", "")), name, gender


def dated(rng: Random, place: str, day: date) -> str:
    """One of the ways in which a place and a date are written."""
    month = MONTHS[day.month - 1]
    forms = ("{p}; a {l}", "{p}, a {l}", "{p}, {l}", "{p}, a {d:02d} de {m} de {y}", "{p} a {d} de {m} del {y}",
             "{p}, a los {d} días del mes de {m} de {y}", "{p}, {m} {d} de {y}", "{l}")
    return rng.choice(forms).format(p=place, l=long_date(day), d=day.day, m=month, y=day.year)


def varied(base: LetterData, rng: Random) -> LetterData:
    """A state letter's matter, written by another body: sender, number, people, date line and post are drawn anew."""
    order, above, sender, unit, acronym = rng.choice(BODIES)
    town = rng.choice(TOWNS)
    sender, head = sender.format(t=town), [line.format(t=town) for line in above]
    (title, name, gender), (to_title, to_name, _) = anyone(rng), anyone(rng)
    y = base.day.year
    number = rng.choice(NUMBERS).format(a=acronym, n=rng.randint(1, 3900), y=y, m=base.day.month,
                                        s=rng.choice(("SA", "DJ", "UT", "CG", "112")), d=rng.randint(100, 999), b=rng.choice("ABC"),
                                        c=base.number.split("/")[0])
    seal = ink.seal(rng, rng.choice(("INSTITUTO DE VIVIENDA", "DIRECCIÓN GENERAL", "SECRETARÍA PARTICULAR")),
                    f"{min(base.day.day + 1, 28):02d}/{base.day.month:02d}/{y} {rng.randint(9, 17)}:{rng.randint(10, 59)}")
    return replace(
        base, number=number, sender=sender, unit=unit, letterhead=(*head, sender, *((unit,) if unit else ())),
        order=order, title=title,
        signatory=name, signatory_post=f"{rng.choice(POSTS[gender])} {rng.choice(SCOPES)}", addressee_title=to_title, addressee=to_name,
        date_text=dated(rng, rng.choice(PLACES), base.day),
        initials=f"{initials(name)}/{initials(to_name).lower()}" if rng.random() < 0.4 else "",
        seal=seal, signature=ink.signature(rng), record=f"{acronym}/EXP/{rng.randint(1, 99)}/{y}" if rng.random() < 0.5 else "",
        extra={**base.extra, "motto": rng.choice(MOTTOES),
               "short_date": rng.choice(SHORT_DATES).format(d=base.day.day, m=base.day.month, y=y, l=long_date(base.day))})
