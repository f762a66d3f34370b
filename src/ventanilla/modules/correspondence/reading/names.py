"""Names that are common in Mexico, as they are spelt: to give accents back, to mend one misread letter, and to know a name
from a motto.

From general knowledge of frequent names, no register of persons. A name that is not here is still a name; it is only less sure.
"""

import re
from functools import lru_cache

from ventanilla.modules.correspondence.reading.lines import fold

_GIVEN = """
Abel Abigail Abraham Adalberto Adán Adela Adelina Adolfo Adrián Adriana Agustín Aída Alan Alba Alberto Alejandra Alejandro
Alfonso Alfredo Alicia Alma Alonso Álvaro Amado Amalia Amanda Amelia Amparo Ana Anabel Anahí Andrea Andrés Ángel Ángela
Ángeles Angélica Aníbal Antonia Antonio Araceli Ariadna Armando Arnulfo Arturo Ascensión Aurelio Aurora Axel Azucena Bárbara
Beatriz Belén Benito Benjamín Bernardo Bertha Blanca Brenda Bruno Camila Camilo Carina Carla Carlos Carmen Carolina Catalina
Cecilia Celia César Christian Citlali Clara Claudia Claudio Clemente Concepción Consuelo Crescencio Cristian Cristina
Cristóbal Cuauhtémoc Cynthia Dagoberto Dalia Daniel Daniela Darío David Delfino Delia Diana Diego Dolores Domingo Dulce Edgar
Édgar Edith Edmundo Eduardo Efraín Efrén Elba Elena Eleazar Elías Elisa Elizabeth Elsa Elvia Elvira Emilia Emiliano Emilio
Emma Emmanuel Enrique Epifanio Erasmo Eric Érick Erick Erika Érika Ernestina Ernesto Esmeralda Esperanza Esteban Estela Esther
Eugenia Eugenio Eulalia Eunice Eusebio Eva Evangelina Evelia Evelyn Everardo Fabián Fabiola Fátima Faustino Federico Felipe
Félix Fermín Fernanda Fernando Fidel Fidencio Flor Florencia Florencio Francisca Francisco Froylán Gabriel Gabriela Genaro
Georgina Gerardo Germán Gilberto Giovanni Gisela Gloria Gonzalo Graciela Gregorio Griselda Guadalupe Guillermina Guillermo
Gustavo Héctor Heriberto Hermelinda Hernán Hilario Hilda Homero Horacio Hortensia Hugo Humberto Ignacio Iliana Imelda Inés
Ingrid Irene Iris Irma Isaac Isabel Isela Isaías Isidro Ismael Israel Itzel Iván Ivette Ivonne Jacinto Jacobo Jacqueline Jaime
Janet Javier Jazmín Jennifer Jessica Jesús Joaquín Joel Jonathan Jorge Josafat José Josefina Josué Juan Juana Judith Julia
Julián Juliana Julieta Julio Justino Karen Karina Karla Laura Lauro Leandro Leobardo Leonardo Leonel Leonor Leopoldo Leticia
Lidia Lilia Liliana Lizbeth Lorena Lorenzo Lourdes Lucas Lucero Lucía Lucila Lucio Luis Luisa Luz Magdalena Manuel Manuela
Marcela Marcelino Marcelo Marcial Marco Marcos Margarita María Mariana Maribel Maricela Mario Marisol Maritza Marlene Marta
Martha Martín Martina Mateo Matías Mauricio Mauro Máximo Mayra Melchor Mercedes Micaela Miguel Minerva Miriam Mireya Misael
Modesto Moisés Mónica Monserrat Montserrat Nadia Nancy Natalia Nayeli Néstor Nicanor Nicolás Nidia Noé Noel Noemí Nora
Norberto Norma Octavio Ofelia Olga Olivia Omar Óscar Osvaldo Pablo Paloma Paola Patricia Patricio Paula Paulina Paulino Pedro
Perla Petra Pilar Porfirio Primitivo Rafael Ramiro Ramón Raquel Raúl Raymundo Rebeca Refugio Reina René Reyna Ricardo
Rigoberto Rita Roberto Rocío Rodolfo Rodrigo Rogelio Román Rómulo Roque Rosa Rosalba Rosalía Rosalinda Rosario Rosaura Roxana
Rubén Rufino Ruth Salomón Salvador Samuel Sandra Santiago Santos Sara Sarahí Saúl Saturnino Sebastián Sergio Silvano Silvestre
Silvia Silverio Simón Socorro Sofía Soledad Sonia Susana Tania Teodoro Teresa Timoteo Tomás Trinidad Ulises Úrsula Valente
Valentín Valeria Vanessa Verónica Vicente Víctor Victoria Vidal Violeta Virginia Viridiana Virgilio Viviana Wendy Wilfrido
Ximena Yadira Yazmín Yesenia Yolanda Zaira Zenaida Zeferino Zulema Delfina Élmer Aldo Estefanía Estefany Karime Lizeth Anel
Ivet Ruperto Pánfilo Uriel Adelaida Armida Braulio Celestino Constantino Damián Elodia Ezequiel Herminia Hipólito Macario Mariela
Pascual Prudencio Ramona Regina Renata Rosendo Samantha Tadeo Valentina Wenceslao Xóchitl Yareli Yuridia Zoila
"""
_SURNAMES = """
Abarca Acevedo Acosta Aguado Águila Aguilar Aguilera Aguirre Alanís Alarcón Alba Albarrán Alcalá Alcántara Alcaraz Aldama
Alejo Alemán Alfaro Almaraz Almazán Alonso Altamirano Alva Alvarado Álvarez Amador Amaya Anaya Andrade Ángeles Angulo Antonio
Aparicio Aragón Aranda Araujo Arce Archundia Arellano Arenas Arévalo Argüello Arias Armenta Arreola Arriaga Arroyo Arteaga
Arzate Atilano Avendaño Ávila Avilés Ayala Badillo Baeza Báez Balderas Ballesteros Bañuelos Barajas Barragán Barraza Barrera
Barrientos Barrios Barrón Bastida Bautista Becerra Becerril Bello Beltrán Benavides Benítez Bermúdez Bernal Blanco Blas
Bobadilla Bolaños Bonilla Borja Bravo Briones Briseño Bueno Burgos Bustamante Bustos Caballero Cabrera Cadena Calderón Calixto
Calvo Calzada Camacho Camargo Camarillo Camarena Campos Campuzano Cano Cantú Cárdenas Cardona Cardoso Carbajal Carmona
Carranza Carrasco Carreón Carrera Carrillo Carrizales Casas Casillas Castañeda Castañón Castellanos Castillo Castro Cazares
Ceballos Cedillo Celis Centeno Cepeda Cerda Cerón Cervantes Cervera Chacón Chávez Chavarría Cisneros Colín Colunga Concha
Contreras Cordero Córdoba Córdova Cornejo Corona Coronado Corral Correa Cortés Cortez Cota Cruz Cuéllar Cuenca Cuevas Dávalos
Dávila Delgado Díaz Domínguez Duarte Dueñas Durán Echeverría Elizalde Elizondo Enciso Enríquez Escalante Escalona Escamilla
Escobar Escobedo Escudero Esparza Espejel Espino Espinosa Espinoza Esquivel Estévez Estrada Fabela Fajardo Farías Félix
Fernández Ferrer Figueroa Flores Franco Frías Fuentes Galarza Galicia Galindo Gallardo Gallegos Galván Gálvez Gamboa Gaona
García Garduño Garibay Garza Gaspar Gasca Gaytán Gil Godínez Gómez González Gordillo Granados Grajeda Guadarrama Guerra
Guerrero Guevara Guillén Gutiérrez Guzmán Haro Heredia Hernández Herrera Hidalgo Hinojosa Huerta Huitrón Hurtado Ibáñez Ibarra
Islas Izquierdo Jácome Jaimes Jaramillo Jasso Jardón Jerez Jiménez Juárez Jurado Lagunas Landa Lara Lazcano Leal Ledesma
Legorreta Lemus León Leyva Limón Linares Lira Llamas Llanos Lomelí López Lozada Lozano Lucero Lucio Lugo Luján Luna Luviano
Macedo Macías Madrid Madrigal Magaña Malagón Maldonado Mancilla Mancera Manjarrez Manzano Marín Mariscal Márquez Martínez Mata
Maya Mayén Mazón Medina Medrano Mejía Meléndez Melgar Melgarejo Méndez Mendieta Mendoza Meneses Mercado Merino Meza Miranda
Mireles Molina Moncada Mondragón Monroy Montalvo Montaño Monterrubio Montes Montero Montiel Montoya Mora Morales Moran Morán
Moreno Morones Mota Moya Munguía Muñiz Muñoz Murillo Murguía Nájera Naranjo Narváez Nava Navarrete Navarro Negrete Neri Nieto
Nieves Noguez Nolasco Noriega Novoa Núñez Oca Ocampo Ochoa Ojeda Olivares Olivera Olivos Olmos Olvera Ontiveros Ordaz Ordóñez
Orihuela Orozco Orta Ortega Ortiz Osorio Osornio Otero Oviedo Pacheco Padilla Páez Palacios Palma Palomares Pantoja Paredes
Parra Partida Patiño Paz Pedraza Pedroza Peña Peñaloza Peralta Perea Pereda Pérez Pichardo Pimentel Pineda Piña Pizarro Plata
Plaza Polanco Ponce Porras Portillo Posadas Prado Prieto Puebla Puente Pulido Quezada Quevedo Quijano Quintana Quintanar
Quintero Quiñones Quiroga Quiroz Ramírez Ramos Rangel Razo Rebollar Rebollo Regalado Rendón Rentería Reséndiz Retana Reyes
Reyna Reynoso Rico Rincón Ríos Rivas Rivera Rivero Robledo Robles Rocha Rodarte Rodríguez Rojas Rojo Roldán Román Romero Romo
Ronquillo Roque Rosales Rosas Rosete Rubí Rubio Rueda Ruiz Ruvalcaba Saavedra Saldaña Salas Salazar Salcedo Saldívar Salgado
Salinas Samaniego Sánchez Sandoval Sanabria Santana Santiago Santillán Santoyo Santos Sarabia Sauceda Segovia Segura Sepúlveda
Serna Serrano Servín Sevilla Sierra Silva Sobrino Solano Solares Solís Solórzano Soria Soriano Sosa Sotelo Soto Suárez Tamayo
Tapia Tavira Téllez Tejeda Tello Tenorio Terán Terrazas Terrón Tinoco Tinajero Toledo Toral Torre Torres Tovar Trejo Treviño
Trujillo Ugalde Ulloa Urbano Urbina Uribe Urrutia Vaca Valadez Valdés Valdez Valdivia Valencia Valenzuela Valerio Valero
Valladares Valle Vallejo Valverde Vara Varela Vargas Vásquez Vázquez Vega Velarde Velasco Velásquez Velázquez Velez Vélez
Venegas Ventura Vera Verduzco Vergara Vieyra Victoria Vidal Vilchis Villa Villagómez Villagrán Villalba Villalobos Villalpando
Villanueva Villar Villareal Villarreal Villaseñor Villavicencio Villegas Villeda Vivanco Yáñez Yépez Zaldívar Zambrano Zamora
Zamudio Ek Uc Ku Chi Pech Chuc Canul Canché Dzul Poot Cocom Itzá Ucán Tun Chan May Pat Puc Cob Caamal Noh Cauich Balam Euan Couoh
Chablé Batún Dzib Ceh Nah Uicab Tamay Xicoténcatl Cuautle Tecuapetla Tlapale Güemes Argüelles Müller Schmidt Zapata Zaragoza
Zárate Zarza Zavala Zea Zepeda Zermeño Zúñiga
"""
SMALL = {"de", "la", "del", "los", "las", "y", "san", "santa", "e", "van", "der", "den", "von", "da", "di", "du"}
#: What `J.` (José) stands before: `J. Guadalupe`, never a lone stroke before any other name.
AFTER_J = {"guadalupe", "trinidad", "jesus", "carmen", "refugio", "concepcion", "cruz", "natividad", "isabel", "santos", "rosario",
           "ascencion", "asuncion", "felix", "encarnacion", "dolores", "merced", "luz", "sacramento", "socorro"}
GIVEN = {fold(name): name for name in _GIVEN.split()}
SURNAMES = {fold(name): name for name in _SURNAMES.split()}
_BOTH = {**SURNAMES, **GIVEN}
#: Spelt with and without the accent: which one cannot be known.
EITHER = {"erick", "erika", "edgar", "moran", "velez"}


def known_share(name: str) -> float:
    """The share of a name's words (without `de la`) that are common names, 0..1."""
    words = [fold(w) for w in name.split() if fold(w) not in SMALL]
    return sum(w in _BOTH for w in words) / len(words) if words else 0.0


def spelt(word: str) -> str:
    """A common name as it is spelt (`PENA` -> `Peña`, `Chavez` -> `Chávez`); any other word as it came."""
    key = fold(word)
    return word if key in EITHER or key not in _BOTH else _BOTH[key]


def parted(word: str) -> list[str]:
    """Two common names read as one word, parted (`MEJÍARANGEL`); any other word alone."""
    key = fold(word)
    glued = re.fullmatch(r"(.{4,})(del?)", key)
    if glued and key not in _BOTH and glued[1] in GIVEN:
        return [word[: glued.end(1)], word[glued.end(1) :]]  # `Teresade Jesús`
    if re.fullmatch(r"[A-Z][A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,}", word) and key[1:] in _BOTH:
        return [word[1:]]  # a stroke before it read as a letter: `PRocío`
    if len(key) < 8 or key in _BOTH or re.fullmatch(r"[^\W\d]{3,}-[^\W\d]{3,}", word):  # a composed surname keeps its hyphen
        return [word]
    cuts = [i for i in range(3, len(key) - 2) if key[:i] in _BOTH and key[i:].lstrip("-.") in _BOTH]
    return [word[: cuts[0]], word[cuts[0] :].lstrip("-.")] if len(cuts) == 1 else [word]


@lru_cache(maxsize=4096)
def mended(word: str) -> str:
    """The one common name that is a single letter away from a longer word that is none; else the word."""
    key = fold(word)
    if len(key) < 5 or key in _BOTH:
        return word
    near = {name for known, name in _BOTH.items() if abs(len(known) - len(key)) <= 1 and _one_apart(key, known)}
    return near.pop() if len(near) == 1 else word


def _one_apart(a: str, b: str) -> bool:
    """Whether one change, loss or addition of a letter makes a into b."""
    if len(a) > len(b):
        a, b = b, a
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) == len(b):  # Hilaria is no misread Hilario
        return a[at + 1:] == b[at + 1:] and not (at == len(a) - 1 and {a[at], b[at]} == {"a", "o"})
    return a[at:] == b[at + 1:]
