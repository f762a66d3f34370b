"""The words by which a line of a letterhead is known as a body, a company, or a unit of one; all on folded text."""

import re

INSTITUTION = re.compile(
    r"^\W*(?:dependencia:? *|gobierno del estado de mexico )?"
    r"(?:(?:primer|segund|tercer|cuart|quint|sext|septim|octav|noven|decim)[oa]? (?=tribunal|juzgado))?(?:instituto"
    r"|secretaria (?!del ayuntamiento|particular|tecnica|general(?! de gobierno)"
    r"|ejecutiva)|comision|h\.? ?ayuntamiento|ayuntamiento|municipio de|universidad|organismo"
    r"|sistema (?:nacional|para|municipal|estatal|de|dif)|auditoria (?!interna)|fiscalia|poder |tribunal|juzgado|registro (?!civil|y )"
    r"|congreso|legislatura|camara|colegio|fundacion|union |asociacion|consejo|consejeria|junta(?! local)|banco|procuraduria (?!fiscal)"
    r"|servicios? |centro |sindicato|federacion|confederacion|constructora|grupo|patronato|comite (?!de transparencia)"
    r"|presidencia (?:municipal|de la republica)|tecnologico|notaria (?:publica|n[uo°º]|\d)|caja |cooperativa|sociedad"
    r"|hospital|academia|escuela|barra "
    r"|inmobiliaria|desarrolladora|desarrollos|promotora|consultor|despacho|corporativo|agencia|fideicomiso|fondo |archivo general"
    r"|suprema corte|defensoria|guardia nacional|petroleos|museo|casa |club |frente |movimiento |red |parroquia|diocesis"
    r"|alcaldia|ejido |comisariado |bienes comunales|embajada|consulado|correduria|clinica|laboratorio|operadora|comercializadora"
    r"|compania|industrias|transportes |distribuidora|arrendadora|aseguradora|afianzadora|bufete|organizacion |alianza |coalicion"
    r"|partido (?!judicial)|central (?:de|campesina|obrera)|cruz roja|iglesia|observatorio |preparatoria|bachillerato|conalep"
    r"|protectora de|productora nacional|exportadora de"
    r"|jardin de ninos|telesecundaria|guarderia|estancia infantil"
    r"|(?:vecin[oa]s|colon[oa]s|habitantes|residentes|condominos|locatarios) (?:de|del|y) )"
)
COMPANY = re.compile(r"(?<!\w)(?:a\. ?c|[s$]\. ?a|[s$5]\. ?c|i\. ?a\. ?p|[s$]\. ?p\. ?r|[s$]\. ?n\. ?c|a\. ?r)\.|(?<!\w)[s$]\. ?de ?r\b")
SUFFIX = re.compile(
    r"^[^\w$]*(?:[\w ]{0,40}, ?)?(?:a\. ?c|[s$]\. ?a|[s$]\. ?c|i\. ?a\. ?p|[s$]\. ?p\. ?r|[s$]\. ?n\. ?c|[s$]\. ?de ?r|de c\. ?v)\b[\w. ]*$"
)
UNIT = re.compile(
    r"^\W*(?:seccion: *|area: *|unidad administrativa: *)?(?:direccion|subdireccion|departamento|facultad|sala |residencia|subprocuraduria"
    r"|visitaduria|division"
    r"|administracion (?:general|central|desconcentrada|regional|local)|subadministracion|subdelegacion|superintendencia|abogad[oa] general"
    r"|oficina registral|inspeccion|supervision|vocalia|vicepresidencia|comandancia|zona |region |distrito "
    r"|(?:primera|segunda|tercera|cuarta|quinta|sexta|septima|octava|novena|decima) (?:sala|visitaduria|secretaria|regiduria|sindicatura)"
    r"|regiduria|oficialia mayor|centro de|comite|consejo directivo"
    r"|coordinacion|unidad|delegacion|jefatura|jurisdiccion|junta local|mesa directiva|subgerencia|subsecretaria|subcomision"
    r"|secretaria (?:del ayuntamiento"
    r"|particular|tecnica|ejecutiva|general(?! de gobierno))|tesoreria|contraloria|oficina|organo interno|area de|gerencia"
    r"|sindicatura|regiduria|procuraduria fiscal|rectoria|cabildo"
    r"|actuaria|registro y |representacion (?:estatal|federal|regional|en )|organo de operacion"
    r"|ponencia |seccion (?!sindical)|secretaria de acuerdos|(?:primera|segunda|tercera) secretaria"
    r"|presidencia(?=\W*$))\b"
)
HOUSE = re.compile(
    r"^\W*(?:dependencia:? *)?(?:universidad|h\.? ?ayuntamiento|ayuntamiento|municipio|poder (?:legislativo|judicial)"
    r"|congreso|colegio|sindicato|camara"
    r"|asociacion|union|sistema|tecnologico|federacion|confederacion|fundacion|tribunal|fiscalia|barra|sociedad)"
)
#: What no body is called alone: the line under it goes on.
GENERIC = re.compile(
    r"\W*(?:dependencia:? *)?(?:h\.? ?)?(?:ayuntamiento(?: constitucional)?|instituto|secretaria|comision|tribunal|municipio|organismo)\W*"
)
POWER = re.compile(r"^\W*poder (?:judicial|ejecutivo|legislativo)\b")
BODY = re.compile(r"^\W*(?:juzgado|tribunal|suprema corte|consejo de la judicatura|organo superior|auditoria superior|camara de)")
INNER = re.compile(
    r"^\W*(?:dependencia:? *)?(?:secretaria|presidencia|consejo (?:directivo|tecnico|de administracion)"
    r"|comite|junta directiva|escuela|facultad|instituto de (?:investigacion|ciencias)"
    r"|mesa directiva|comision (?:legislativa|edilicia|permanente|de)|procuraduria (?:de proteccion|municipal)"
    r"|centro de|colegio de|archivo|registro|fondo|servicios)"
)
