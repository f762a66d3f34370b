"""The municipalities of the State of Mexico, by folded name (Ley Orgánica Municipal, art. 6), to mend a town hall's name."""

from ventanilla.modules.correspondence.reading.lines import fold

_NAMES = """
Acambay de Ruíz Castañeda;Acolman;Aculco;Almoloya de Alquisiras;Almoloya de Juárez;Almoloya del Río;Amanalco;Amatepec;
Amecameca;Apaxco;Atenco;Atizapán;Atizapán de Zaragoza;Atlacomulco;Atlautla;Axapusco;Ayapango;Calimaya;Capulhuac;Chalco;
Chapa de Mota;Chapultepec;Chiautla;Chicoloapan;Chiconcuac;Chimalhuacán;Coacalco de Berriozábal;Coatepec Harinas;Cocotitlán;
Coyotepec;Cuautitlán;Cuautitlán Izcalli;Donato Guerra;Ecatepec de Morelos;Ecatzingo;El Oro;Huehuetoca;Hueypoxtla;Huixquilucan;
Isidro Fabela;Ixtapaluca;Ixtapan de la Sal;Ixtapan del Oro;Ixtlahuaca;Jaltenco;Jilotepec;Jilotzingo;Jiquipilco;Jocotitlán;
Joquicingo;Juchitepec;La Paz;Lerma;Luvianos;Malinalco;Melchor Ocampo;Metepec;Mexicaltzingo;Morelos;Naucalpan de Juárez;
Nextlalpan;Nezahualcóyotl;Nicolás Romero;Nopaltepec;Ocoyoacac;Ocuilan;Otumba;Otzoloapan;Otzolotepec;Ozumba;Papalotla;
Polotitlán;Rayón;San Antonio la Isla;San Felipe del Progreso;San José del Rincón;San Martín de las Pirámides;San Mateo Atenco;
San Simón de Guerrero;Santo Tomás;Soyaniquilpan de Juárez;Sultepec;Tecámac;Tejupilco;Temamatla;Temascalapa;Temascalcingo;
Temascaltepec;Temoaya;Tenancingo;Tenango del Aire;Tenango del Valle;Teoloyucan;Teotihuacán;Tepetlaoxtoc;Tepetlixpa;
Tepotzotlán;Tequixquiac;Texcaltitlán;Texcalyacac;Texcoco;Tezoyuca;Tianguistenco;Timilpan;Tlalmanalco;Tlalnepantla de Baz;
Tlatlaya;Toluca;Tonanitla;Tonatico;Tultepec;Tultitlán;Valle de Bravo;Valle de Chalco Solidaridad;Villa de Allende;
Villa del Carbón;Villa Guerrero;Villa Victoria;Xalatlaco;Xonacatlán;Zacazonapan;Zacualpan;Zinacantepec;Zumpahuacán;Zumpango
"""
TOWNS = {fold(name.strip()): name.strip() for name in _NAMES.replace("\n", "").split(";")}
