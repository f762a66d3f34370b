"""The label of an item: name, inventory number and a QR that opens its record (for who may see it)."""
from collections.abc import Sequence

import segno
from django.conf import settings
from django.urls import reverse

from ventanilla.core.exports.typeset import typeset
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem


def label_pdf(items: Sequence[ConfigurationItem]) -> bytes:
    """A page of 9 x 4 cm for each item, in order. Raises TypesetError."""
    rows, assets = [], {}
    for number, item in enumerate(items):
        url = settings.BASE_URL + reverse("ci", args=[item.pk])
        svg = segno.make(url, error="m").svg_inline(scale=4, border=2, omitsize=True)
        assets[f"qr{number}.svg"] = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).encode()
        rows.append({"institution": item.institution.name, "name": item.name, "code": item.code or f"#{item.pk}",
                     "type": item.type.label, "serial": item.serial, "unit": item.unit.name if item.unit else "", "qr": f"qr{number}.svg"})
    return typeset("servicedesk/ci_label.typ", {"labels": rows}, assets)
