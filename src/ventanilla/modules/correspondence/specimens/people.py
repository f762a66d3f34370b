"""Invented people and plain facts about places: names with two surnames, titles, towns."""
from random import Random

WOMEN = ("María Guadalupe", "Ana Laura", "Verónica", "Leticia", "Claudia", "Norma Angélica", "Rosa Isela", "Gabriela",
         "Beatriz", "Adriana", "Silvia", "Martha Elena", "Yolanda", "Araceli", "Mónica", "Patricia", "Sofía",
         "Ximena", "Itzel", "Citlali", "Fernanda", "Karla Ivette", "Lucía", "Rocío", "Irma", "Teresa de Jesús")
MEN = ("José Luis", "Juan Carlos", "Miguel Ángel", "Francisco Javier", "Jesús", "Alejandro", "Ricardo", "Óscar",
       "Héctor", "Raúl", "Sergio", "Jorge Alberto", "Arturo", "Víctor Manuel", "Eduardo", "Rubén", "Gerardo",
       "Iván", "Ulises", "Erick", "Leonel", "Saúl", "Noé", "Agustín", "Luis Fernando", "Ángel")
SURNAMES = ("Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez", "Ramírez",
            "Cruz", "Flores", "Gómez", "Morales", "Vázquez", "Reyes", "Jiménez", "Torres", "Díaz", "Gutiérrez",
            "Mendoza", "Ruiz", "Aguilar", "Ortiz", "Castillo", "Moreno", "Romero", "Álvarez", "Chávez", "Rivera",
            "Juárez", "Domínguez", "Guzmán", "Velázquez", "Estrada", "Becerril", "Colín", "Albarrán", "Peña",
            "Núñez", "Salgado", "Valdés", "Zepeda", "Ibáñez", "Nava", "Arriaga", "Quiroz", "Esquivel", "Mejía",
            "Ordóñez", "Villegas", "Camacho", "Legorreta", "Monroy", "Garduño", "Piña", "de la Cruz", "Montes de Oca")
TITLES = {"f": ("Lic.", "Mtra.", "Ing.", "Arq.", "Dra.", "C.P.", "C."), "m": ("Lic.", "Mtro.", "Ing.", "Arq.", "Dr.", "C.P.", "C.")}
PLACES = ("Toluca de Lerdo, Estado de México", "Toluca, México", "Metepec, Estado de México",
          "Naucalpan de Juárez, Estado de México", "Ciudad de México", "Zinacantepec, México", "Tenango del Valle, México",
          "Ecatepec de Morelos, Estado de México", "Atlacomulco, Estado de México", "Valle de Bravo, México")
TOWNS = ("Metepec", "Lerma", "Atlacomulco", "Tultitlán", "Chalco", "Ixtapaluca", "Texcoco", "Zumpango", "Tejupilco",
         "Jilotepec", "Tenancingo", "Amecameca", "Huehuetoca", "Tecámac", "Nicolás Romero", "Ixtlahuaca", "Almoloya de Juárez")


def person(rng: Random) -> tuple[str, str, str]:
    """`(title, full name with two surnames, 'f' or 'm')`."""
    gender = rng.choice("fm")
    given = rng.choice(WOMEN if gender == "f" else MEN)
    return rng.choice(TITLES[gender]), f"{given} {rng.choice(SURNAMES)} {rng.choice(SURNAMES)}", gender


def initials(name: str) -> str:
    """`JLHG` for José Luis Hernández García; small words are left out."""
    return "".join(word[0] for word in name.split() if word[0].isupper())
