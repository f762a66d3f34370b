"""The words of `archive`: bodies, numbers, dates, posts, names and sentences by kind of paper; all invented."""

from typing import Final

#: The kinds of paper, one per layout of `training_more`.
KINDS: Final = ("columnas", "escudo", "informativa", "depara", "avisos", "cedula", "universitaria", "peticion", "sindical",
                "alpie", "partido", "digital")

#: By kind: (order, lines above, sender, unit, acronym); an empty sender is the person who signs.
OFFICES: Final[dict[str, tuple[tuple[str, tuple[str, ...], str, str, str], ...]]] = {
    "columnas": (
        ("federal", ("Gobierno Federal",), "Secretaría de Territorio y Aguas Interiores", "Unidad de Coordinación Regional",
         "512.UCR"),
        ("federal", ("Estados Unidos Mexicanos",), "Comisión Federal de Suelo y Riberas",
         "Dirección General Adjunta de Permisos", "B00.7.03"),
        ("federal", ("Gobierno Federal",), "Instituto Federal de Archivos Agrarios", "Dirección de Padrones y Planos",
         "IFAA.DPP"),
        ("federal", ("Gobierno Federal",), "Procuraduría de la Defensa del Inquilino", "Delegación Zona Centro", "PDI-ZC"),
    ),
    "escudo": (
        ("municipal", (), "H. Ayuntamiento Constitucional de {t}", "Presidencia Municipal", "PM"),
        ("municipal", (), "Municipio de {t}", "Secretaría Particular de la Presidencia", "PM/SP"),
        ("municipal", ("Gobierno Municipal 2025-2027",), "H. Ayuntamiento de {t}", "Presidencia", "HA-PRES"),
    ),
    "informativa": (
        ("state", (), "Instituto Estatal de Vivienda Rural", "Coordinación de Giras", "IEVR/CG"),
        ("state", ("Gobierno del Estado",), "Comisión Estatal de Ríos y Barrancas", "Subdirección de Riesgos", "CERB"),
        ("federal", (), "Centro Nacional de Materiales y Vivienda", "Oficina de la Dirección General", "CENMAV"),
    ),
    "depara": (
        ("state", (), "Servicios Educativos del Altiplano", "Departamento de Recursos Financieros", "SEA-DRF"),
        ("state", ("Secretaría de Bienestar Comunitario",), "Junta de Asistencia Privada del Oriente", "Unidad de Informática",
         "UI"),
        ("organisation", (), "Inmobiliaria y Servicios Tepeyolotl, S.A.P.I. de C.V.", "Gerencia Jurídica", "GJ"),
    ),
    "avisos": (
        ("state", ("Gobierno del Estado",), "Oficialía Mayor", "Dirección General de Personal", "OM/DGP"),
        ("state", (), "Contraloría del Poder Ejecutivo", "Dirección de Responsabilidades", "CPE-DR"),
        ("federal", (), "Comisión Nacional de Peritos y Valuadores", "Secretaría Técnica", "CNPV/ST"),
    ),
    "cedula": (
        ("state", ("Poder Judicial del Estado",), "Juzgado Sexto Civil de Primera Instancia de {t}", "Segunda Secretaría", "J6C"),
        ("state", ("Poder Judicial del Estado",), "Tercer Tribunal Laboral de la Región Poniente", "", "3TL"),
        ("federal", ("Poder Judicial de la Federación",), "Juzgado Decimonoveno de Distrito en Materias Mixtas",
         "Sección de Amparo", "JXIX"),
        ("state", (), "Junta Especial Número Cuatro de Conciliación", "Actuaría", "JE4"),
    ),
    "universitaria": (
        ("state", (), "Universidad Autónoma de los Volcanes", "Facultad de Ciencias del Hábitat", "FCH"),
        ("state", ("Secretaría de Educación",), "Universidad Politécnica de Ixtlapan", "Secretaría Académica", "UPI-SA"),
        ("federal", (), "Colegio Superior de Agrimensura", "Coordinación de Servicio Social", "CSA/CSS"),
        ("organisation", (), "Universidad del Valle de Ameyal, A.C.", "Escuela de Derecho", "ED"),
    ),
    "peticion": (("citizen", (), "", "", ""),),
    "sindical": (
        ("organisation", (), "Sindicato Nacional de Trabajadores del Suelo y la Vivienda", "Sección 17", "SNTSV/S17"),
        ("organisation", (), "Sindicato Independiente de Empleados de Obras y Aguas", "Comité Ejecutivo Estatal", "SIEOA-CEE"),
        ("organisation", ("Federación Obrera del Altiplano",), "Unión Sindical de Choferes y Operadores Chichimecas", "", "USCO"),
    ),
    "alpie": (
        ("state", ("Gobierno del Estado de Anáhuac",), "Secretaría de Infraestructura Hidráulica",
         "Dirección General de Proyectos", "SIH/DGP"),
        ("state", ("Gobierno del Estado de Anáhuac",), "Secretaría de Hacienda Estatal", "Procuraduría Fiscal", "SHE-PF"),
        ("state", ("Poder Ejecutivo",), "Secretaría de Movilidad y Caminos", "Residencia Oriente", "SMC/RO"),
    ),
    "partido": (
        ("state", ("Gobierno del Estado",), "Secretaría de Ordenamiento y Desarrollo Regional", "Dirección de Polígonos",
         "SODR/SSPT/DGPRU/DP"),
        ("federal", ("Gobierno Federal",), "Secretaría de Asentamientos y Litorales", "Unidad de Asuntos Jurídicos",
         "SAL/UAJ/DGCN/SC"),
        ("municipal", ("H. Ayuntamiento de {t}",), "Organismo Descentralizado de Aguas de {t}", "Dirección Comercial",
         "ODA/DG/DC/ATN"),
    ),
    "digital": (
        ("state", (), "Fiscalía Especializada en Delitos Patrimoniales", "Unidad Segunda de Investigación", "FEDP/U2"),
        ("state", ("Órgano Constitucional Autónomo",), "Comisión de Víctimas y Desplazados", "Visitaduría Quinta", "CVD/V5"),
        ("federal", (), "Auditoría de Programas y Subsidios", "Dirección de Cumplimiento D5", "APS.D5O"),
    ),
}

_WORDS = ("{a}/{n}/{y}", "{a}/{n:04d}/{y}", "{a}-{n:03d}-{y}")
#: By kind; a: acronym, n, k: counters, y, yy, m: date, s, i: letters that resemble digits. Empty: without number.
NUMBERS: Final[dict[str, tuple[str, ...]]] = {
    "columnas": ("{a}.-{n:04d}/{y}", "{a}.{k}.{n}", "{a}/{k:02d}/{n:05d}/{yy}", "{a}.{n}.{y}"),
    "escudo": ("{a}/{n:03d}/{y}", "{a}/{n}/{m}/{y}", "{a}-OF-{n:04d}/{yy}", "{n:04d}"),
    "informativa": ("TI-{n:03d}/{y}", "{a}/TI/{n}", "{k:03d}", "{a}-{k:02d}/{m}/{y}"),
    "depara": ("{a}/M-{n:03d}", "{a}.{n}.{yy}", "MEMO-{n:04d}-{y}", *_WORDS),
    "avisos": ("{k:02d}/{y}", "{a}/C-{k:03d}/{y}", "{a}.CIRC.{k}.{yy}", "{k}"),
    "cedula": ("{n}", "{n}/{y}", "{a}-{n}/{y}", "{n}/{y}-{i}", "{n}-{i}/{y}"),
    "universitaria": ("{a}/DIR/{n:04d}/{yy}", "{a}.{n}/{y}", "{a}-{n:03d}/{y}-{i}", "{n}/{yy}"),
    "peticion": (),
    "sindical": ("{a}/CE-{k}/{y}", "{a}/{n:03d}/{yy}", "{a}-SG-{s}-{n:03d}-{y}", "{k:03d}/2024-2027"),
    "alpie": ("{a}/{n:05d}/{y}", "{a}.{m}.{n}.{y}", "{a}-{k:02d}-{n:04d}/{y}", "{s}/{a}/{n}/{y}"),
    "partido": ("{a}/{k:02d}/{n:05d}/{y}", "{a}-{s}/{n:04d}/{m}-{y}", "{a}/OF/{n}/{k}/{y}", "{a}/{s}/{i}/{n:06d}/{y}"),
    "digital": ("{a}/{s}/{n:05d}/{y}", "{a}-{s}0{k:02d}O-{y}", "{a}/O{k:02d}S/{n:04d}/{yy}", "{a}.{s}.0{n}.{y}-{i}"),
}

#: By kind; p: place, l: long date, d, dd, m, M, T, mm, b, r, y, yy: parts, w, yw: words, W: `a los veintiún días`. "box": cells.
DATES: Final[dict[str, tuple[str, ...]]] = {
    "columnas": ("{p}, a {l}", "{p}, {dd} de {m} de {y}.", "{p}; {d} de {T} de {y}", "{p} a {dd} de {M} de {y}"),
    "escudo": ("{p}, {W} del mes de {m} de {y}", "{p}, a {d} de {m} del año {y}", "{p}; {W} del mes de {m} del año {yw}."),
    "informativa": ("{dd}-{r}-{y}", "{dd}/{mm}/{y}", "{dd}.{mm}.{yy}", "{d}-{r}-{yy}", "{dd}/{b}/{y}"),
    "depara": ("{dd}/{mm}/{y}", "{d}/{mm}/{y}", "{dd}-{mm}-{y}", "{dd}-{b}-{y}", "{d} de {m}, {y}"),
    "avisos": ("{p}, {m} {d} de {y}", "{T} {d}, {y}", "{p}, {d} de {m} de {y}", "{dd} de {m} del {y}"),
    "cedula": ("{p}, a {w} de {m} de {yw}", "{p}; {W} del mes de {m} del año {yw}", "{p}, {dd} de {m} de {y}",
               "{p}, a {d} ({w}) de {m} de {y}"),
    "universitaria": ("{m} {d}, {y}", "{T} {dd}, {y}.", "{p}, a {d} de {m} de {y}", "{p}, {m} {d} de {y}"),
    "peticion": ("{p}, a {d} de {m} del {y}", "{p} {d} de {m} {y}", "{p}, {W} de {m} de {y}", "{dd}/{mm}/{y}",
                 "{p}; {T} {d} de {y}"),
    "sindical": ("{p}, A {dd} DE {M} DEL {y}", "{p}., {dd} de {T} de {y}", "{p}, {M} {dd} DE {y}", "{d} de {M} de {y}"),
    "alpie": ("box",),
    "partido": ("{p}, {W} del mes de {m} del {y}", "{p}; a {l}", "{p}, {dd} de {m} de {y}", "{p} a {d}/{mm}/{y}"),
    "digital": ("{p}, {dd}/{mm}/{y}", "{p}; {dd} de {m} de {y}", "{y}-{mm}-{dd}", "{dd}/{r}/{y}"),
}

_CHIEFS = (("Directora General", "Director General"), ("Encargada de la Dirección", "Encargado de la Dirección"),
           ("Subdirectora de Control y Gestión", "Subdirector de Control y Gestión"),
           ("Titular de la Unidad Administrativa", "Titular de la Unidad Administrativa"),
           ("Jefa del Departamento de Trámites", "Jefe del Departamento de Trámites"))
#: By kind: a woman's and a man's.
POSTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    **dict.fromkeys(("informativa", "depara", "avisos", "partido"), _CHIEFS),
    "columnas": (*_CHIEFS, ("La Coordinadora Regional", "El Coordinador Regional"), ("Delegada Federal", "Delegado Federal")),
    "escudo": (("Presidenta Municipal Constitucional", "Presidente Municipal Constitucional"),
               ("Presidenta Municipal por Ministerio de Ley", "Presidente Municipal por Ministerio de Ley"),
               ("Síndica Procuradora", "Síndico Procurador"), ("Secretaria Particular", "Secretario Particular")),
    "cedula": (("La Secretaria de Acuerdos", "El Secretario de Acuerdos"), ("Jueza del Conocimiento", "Juez del Conocimiento"),
               ("Actuaria Ejecutora", "Actuario Ejecutor"),
               ("Secretaria Judicial en Funciones", "Secretario Judicial en Funciones")),
    "universitaria": (("Directora", "Director"), ("Rectora", "Rector"), ("Secretaria Académica", "Secretario Académico"),
                      ("Coordinadora de Vinculación y Servicio Social", "Coordinador de Vinculación y Servicio Social")),
    "peticion": (("", ""),),
    "sindical": (("Secretaria General", "Secretario General"),
                 ("Secretaria del Trabajo y Conflictos", "Secretario del Trabajo y Conflictos"),
                 ("Delegada Sindical", "Delegado Sindical")),
    "alpie": (*_CHIEFS, ("Procuradora Fiscal", "Procurador Fiscal"), ("Residente de Obra", "Residente de Obra")),
    "digital": (("Agente del Ministerio Público", "Agente del Ministerio Público"), ("Visitadora Adjunta", "Visitador Adjunto"),
                ("Auditora Habilitada", "Auditor Habilitado")),
}
#: How a second person stands beside the signatory, and with which post.
SECOND: Final = (("Vo. Bo.", "Titular del Área Requirente"), ("Autorizó", "Enlace de Administración"),
                 ("Revisó", "Responsable Jurídico"), ("Vo.Bo.", "Titular de la Unidad de Enlace"),
                 ("Testigo", "Vocal de Organización"), ("Elaboró", "Analista Especialista"))
ATTENTION: Final = ("AT’N: {one}, {post}", "AT'N. {one}", "Con atención a: {one}, {post}", "At’n.: {two}")
ABSENCE: Final = ("P.A. del titular, {name}", "POR AUSENCIA DE {name}, CON FUNDAMENTO EN EL ARTÍCULO 34 DEL REGLAMENTO INTERIOR",
                  "En suplencia por ausencia de {name}, firma", "P.A.", "p. o.")
COPIES: Final = ("{one}, {post}.- Para su conocimiento.- Presente.", "{one}. {post}. En atención al oficio {ref}.",
                 "{one}, {post}. Folio {ext}.",
                 "{two}.- {post}.- Su oficio {ref} del {short}.", "Archivo / Minutario {ext}.", "Expediente {file}.")
STAMPS: Final = ("INSTITUTO DE VIVIENDA", "CORRESPONDENCIA DE ENTRADA", "OFICIALÍA DE PARTES COMÚN", "SECRETARÍA PARTICULAR",
                 "CONTROL DE GESTIÓN")
LEGENDS: Final = ("“{y}, Año de la Mujer Rural”", "{y}. Año del Agua y de los Pueblos Originarios",
                  "“{y}, Centenario del Archivo del Estado”",
                  "“Año {y}, de las y los Constructores del Altiplano”")
REFERRED: Final = (
    "En atención a su oficio {ref}, de fecha {when}, le comento lo siguiente.",
    "En respuesta al oficio número {ref} recibido el {short}, firmado por {one}, se informa:",
    "Por instrucciones de {one} y en alcance al diverso {ref} del {when}, hago de su conocimiento:",
    "Me refiero al similar {ref}, del {when}, por el que se remitió el expediente {file}.",
)
LEADS: Final[dict[str, tuple[str, ...]]] = {
    "cedula": (
        "En los autos del juicio ordinario promovido por {one} en contra de {two}, relativo al expediente {file}, se dictó un "
        "auto de "
        "fecha {words} que en lo conducente dice: “Agréguese a los autos el escrito de cuenta y gírese atento oficio”.",
        "En cumplimiento a lo ordenado en proveído de {words}, dictado en el expediente {file}, y toda vez que la parte "
        "actora, {two}, "
        "no señaló domicilio dentro de la jurisdicción, se le requiere en los términos siguientes.",
    ),
    "peticion": (
        "Los que suscribimos, vecinos de la calle 5 de Mayo y de la privada 16 de Septiembre, acudimos ante usted porque el "
        "día {when} "
        "entregamos un escrito al C. {two} y a la fecha no hemos tenido contestación.",
        "Por medio de la presente y de la manera más atenta me dirijo a su persona, ya que desde el {short} he venido "
        "solicitando lo siguiente, "
        "según consta en el folio {ext} que me entregaron en ventanilla.",
    ),
    "sindical": (
        "Con fundamento en la cláusula 45, fracción V, del Contrato Colectivo de Trabajo depositado el {when} con el folio "
        "{file}, y por acuerdo "
        "de la asamblea de nuestra representación, nos permitimos manifestarle:",
        "A petición de {one}, de nuestra base y con plaza en esa dependencia desde el {short}, nos permitimos gestionar ante usted "
        "lo que se expone:",
    ),
    "digital": (
        "Dentro de la carpeta de investigación {file}, iniciada el {short} con motivo de la denuncia de {two}, se ha acordado "
        "solicitar "
        "a esa institución lo siguiente.",
        "Con motivo del expediente {file} y del acta levantada el {when}, en la que intervino {one}, se requiere:",
    ),
    "escudo": ("Reciba un cordial saludo de parte del pueblo y gobierno municipal que me honro en presidir desde el {when}.",
               "Por este conducto, y con fundamento en el artículo 48 de la Ley Orgánica Municipal publicada el {short}, me "
               "dirijo a usted."),
    "universitaria": ("Por este medio le presento a {two}, con número de cuenta {ext}, alumno regular de esta institución "
    "desde el {when}, "
                      "quien desea realizar su estancia profesional en el área a su digno cargo.",),
    "avisos": ("Con fundamento en los Lineamientos publicados el {when} y en alcance a la circular {file}, se les comunica lo "
    "siguiente.",),
}
SUBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "cedula": ("Se notifica auto de radicación", "Se solicita informe", "Se ordena girar oficio y se requiere domicilio",
               "Se notifica sentencia interlocutoria"),
    "sindical": ("Licencia sindical con goce de sueldo", "Solicitud de mesa de trabajo", "Pliego de peticiones 2025",
                 "Entrega de uniformes y equipo de protección"),
    "escudo": ("Invitación al Primer Informe de Gobierno", "Solicitud de apoyo con maquinaria", "Donación de predio para panteón",
               "El que se indica"),
    "digital": ("Requerimiento de información", "Se solicita copia certificada de expediente",
                "Colaboración institucional. URGENTE"),
    "avisos": ("Horario de guardias", "Suspensión de labores", "Cierre del ejercicio y entrega de comprobantes",
               "Uso obligatorio de gafete"),
    "informativa": ("Estado que guarda la gira de trabajo", "Inundación en la colonia Río Hondo",
                    "Reunión con ejidatarios de San Mateo"),
    "depara": ("Viáticos pendientes", "Cambio de adscripción", "Baja de bienes muebles", "Reprogramación de vacaciones"),
    "peticion": ("Se solicita audiencia", "Solicitud de escrituras", "Queja contra el comité de obra", "Petición de condonación"),
}
GIVEN: Final = {
    "f": ("Yaretzi Abigail", "Nicté-Ha", "Xóchitl Guadalupe", "Zyanya", "Kenia Monserrat", "Ma. del Socorro",
          "María del Refugio", "Donají",
          "Metztli", "Brigitte", "Akemi", "Ekaterina", "Ma. Concepción", "Ana Sofía de los Remedios", "Itzayana",
          "Flor de Azalea", "Eréndira",
          "Hilaria", "Anahí", "Wendoline", "Rosaura", "Nayelhi", "Tzitziki", "Fátima", "Ivonne", "Petra", "María José", "Eloísa"),
    "m": ("Cuauhtémoc", "Tonatiuh Emmanuel", "J. Guadalupe", "Hermenegildo", "Kristian", "Wilfrido", "José María", "Ixcóatl",
          "Nezahualcóyotl",
          "Jean Pierre", "Hiroshi", "J. Trinidad", "Pánfilo", "Juan de Dios", "Yahir", "Balam", "Uriel", "Fidencio", "Hans",
          "Eustaquio",
          "Ángel de Jesús", "Crescencio", "Mauro", "Irving Alexis", "Otoniel", "Jacinto", "Íker", "Zeferino"),
}
SURNAMES: Final = (
    "Xool", "Ucán", "Chuc", "Ek", "Pech", "Canul", "Tzompantzi", "Cuautle", "Cóyotl", "Quiahua", "Tecpanécatl", "Xicoténcatl",
    "Huitrón",
    "Xolalpa", "Chimal", "Poot", "Dzul", "Itzá", "Cocom", "Tlapanco", "Cuatecontzi", "Zempoalteca", "Nahuacatl", "Tehuitzil",
    "Caamal",
    "Schmidt", "O’Farrill", "Haddad", "Nakamura", "Wong", "Bianchi", "Dupont", "Müller", "Van der Linden", "D’Alessio",
    "Kowalski", "Abud",
    "McGregor", "Jalife", "Ponce de León", "Díaz Barriga", "San Román", "Sáenz de Miera", "de los Santos", "López-Portillo",
    "Fernández de Lara",
    "Güemes", "Argüelles", "Iturbide", "Echeverría", "Zepahua", "Ñeco", "Ibarrola", "Oyarzábal", "Urrutia", "Lizárraga", "Peón",
    "Gil", "Paz",
    "Bolaños", "Cacho", "Rubio", "Blanco", "Toledo", "Yáñez", "Quijada", "Villaseñor", "Treviño", "Elizondo", "Sepúlveda",
    "Cantú", "Ferráez")
TITLES: Final = {
    "f": ("Lic.", "Lcda.", "Mtra.", "Ing.", "Dra.", "C.P.", "C.", "Profra.", "M. en A.P.", "L.A.E.", "Arq.", "M.V.Z.", ""),
    "m": ("Lic.", "Mtro.", "Ing.", "Dr.", "C.P.", "C.", "Profr.", "M. en D.", "L.A.E.", "Arq.", "M.V.Z.", "Cap.", ""),
}
TOWNS: Final = ("San Bartolo Xochitepec", "Villa de Tepexcuautla", "Santa Cruz Amialtepec", "Ocuitzingo de Degollado",
                "Tlalixpan", "Ahuacuotla",
                "Ciudad Oxkintla", "Puerto Cenízaro", "Rincón de Guayabos")
PLACES: Final = ("Ciudad de México", "Toluca de Lerdo, Méx.", "Ocuitzingo de Degollado, Anáhuac",
                 "Tlaxcala de Xicohténcatl, Tlax.", "Mérida, Yucatán",
                 "Santiago de Querétaro, Qro.", "San Cristóbal de las Casas, Chiapas", "Heroica Puebla de Zaragoza",
                 "Pachuca de Soto, Hidalgo",
                 "Cd. Nezahualcóyotl, Edo. de Méx.", "Xalapa-Enríquez, Veracruz", "Chilpancingo de los Bravo, Guerrero",
                 "Oaxaca de Juárez, Oax.")
