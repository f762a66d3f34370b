"""Twelve more layouts, only to develop the reader on: letters as an archive holds them, each on paper of its own kind.

Like `training`, neither the demo nor the tests' figures use them. `specimen(seed, TRAINING_MORE["cedula"])`. The first of two
signatories is the truth, and whoever signs in absence of another; a subject is None where the letter has none.
"""

from ventanilla.modules.correspondence.specimens.layouts import Layout, template

_PLAIN = ("annexes", "sender_unit")
_PERSON = ("number", "signatory_post", *_PLAIN)


def _layout(name: str, *labels: str, hides: tuple[str, ...] = _PLAIN) -> Layout:
    return Layout(name, f"archive-{name}", template(f"more_{name}"), labels, hides)


TRAINING_MORE: dict[str, Layout] = {
    item.name: item
    for item in (
        _layout("columnas", "Oficio No.", "OFICIO NÚM.", "No. de Oficio:", "Oficio número"),
        _layout("escudo", "No. OFICIO:", "OFICIO NÚMERO:", "Oficio:", "NÚM. DE OFICIO"),
        _layout("informativa", "TARJETA INFORMATIVA No.", "Tarjeta Informativa", "T.I. núm."),
        _layout("depara", "No.", "Núm.:", "MEMORÁNDUM No.", "Memo:"),
        _layout("avisos", "CIRCULAR No.", "CIRCULAR NÚM.", "Circular", hides=("addressee", "addressee_post", *_PLAIN)),
        _layout("cedula", "OFICIO:", "OFICIO NÚMERO", "OF. NÚM.", "No. DE OFICIO:"),
        _layout("universitaria", "Of.", "Oficio", "Of. No.", "No. Ref.", hides=("subject", *_PLAIN)),
        _layout("peticion", "", hides=_PERSON),
        _layout("sindical", "OFICIO No.", "Oficio:", "Of. Núm.", "OF. N°"),
        _layout("alpie", "Oficio", "No. Oficio:", "Al contestar cite el número", "REF."),
        _layout("partido", "OFICIO No.", "OFICIO:", "Núm. de Oficio:"),
        _layout("digital", "OFICIO:", "Número de oficio:", "NÚMERO ÚNICO:"),
    )
}
