"""Eight more layouts, only to develop the reader on: what it learns here must hold for layouts it never saw.

Neither the demo nor the tests' figures use them; `reading.bench` takes them by name. `specimen(seed, TRAINING["cuadro"])`.
"""

from ventanilla.modules.correspondence.specimens.layouts import Layout, template

_PLAIN = ("annexes", "sender_unit")


def _layout(name: str, *labels: str) -> Layout:
    return Layout(name, "varied", template(f"training_{name}"), labels, _PLAIN)


TRAINING: dict[str, Layout] = {
    item.name: item
    for item in (
        _layout("judicial", "OFICIO NÚMERO:", "OFICIO NÚM.", "OFICIO:"),
        _layout("academica", "Oficio número:", "Of. Núm.", "Oficio:"),
        _layout("lineal", "Oficio núm.", "No. de Oficio:", "Oficio Nº", "OFICIO No."),
        _layout("empresa", "Ref.:", "Referencia:", "Oficio No.", "Carta No."),
        _layout("tarjeta", "Número:", "No.", "Tarjeta No.", "Folio:"),
        _layout("cuadro", "Número de oficio", "No. de oficio", "Oficio núm."),
        _layout("derecha", "Oficio:", "Oficio No.:", "Núm. de oficio:", "Número de oficio:"),
        _layout("colonos", "Oficio No.", "OFICIO NÚMERO", "Oficio"),
    )
}
