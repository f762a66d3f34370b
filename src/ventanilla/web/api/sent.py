"""What webhooks send, for the reference: `webhooks` of the OpenAPI 3.1 document. The sending itself is in `webhooks.py`."""
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ninja import Field, Schema

ADDRESS: Final = "https://…"
"""Where the page of the reference says that it is sent: an address of whoever receives it."""
_ABOUT: Final = """Sent to every address that asked for the event. Check the signature before you believe it: `Ventanilla-Signature` is
`t=<seconds>,v1=<hex>`, and `<hex>` is the HMAC-SHA256 of `<seconds>.<body>` with the secret of the webhook as its key, the body byte by
byte as it came. Compare in constant time, and refuse what was signed many minutes ago.

Whatever answers 2xx within ten seconds has received it. Else it is tried again, up to twelve times in about two days: signed anew, with
the same `Ventanilla-Delivery`, by which you know a repetition. Redirects are not followed, and the order of events is not promised."""
_HEADERS: Final = {
    "Ventanilla-Event": ("string", "El suceso, el mismo que dice el cuerpo: `letter.answer`."),
    "Ventanilla-Delivery": ("uuid", "La entrega: la misma en cada intento."),
    "Ventanilla-Signature": ("string", "Cuándo se firmó este intento, y la firma: `t=<seconds>,v1=<hex>`."),
}


class SentCase(Schema):
    """The matter, and where the API tells the rest of it."""

    uuid: UUID
    kind: str
    state: str
    url: str


class SentEvent(Schema):
    """What happened: ids and states, never a subject or a name. `turn`: the turn that it happened to, if to one."""

    event: str = Field(examples=["letter.answer"])
    move: int
    at: datetime
    turn: UUID | None
    case: SentCase


def document() -> dict[str, Any]:
    """The part `webhooks` of the document."""
    return {"event": {"post": {
        "operationId": "receive_event", "tags": ["Webhooks"], "summary": "Lo que recibe su sistema: un suceso, firmado",
        "description": _ABOUT,
        "parameters": [{"name": name, "in": "header", "required": True, "description": said,
                        "schema": {"type": "string"} | ({"format": kind} if kind == "uuid" else {})}
                       for name, (kind, said) in _HEADERS.items()],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SentEvent"}}}},
        "responses": {"200": {"description": "Recibido, como con cualquier 2xx"},
                      "410": {"description": "Ya no lo quiere: esa entrega no se intenta otra vez"}}}}}


def shapes() -> dict[str, Any]:
    """The schemas that it speaks of, by name."""
    whole = SentEvent.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**whole.pop("$defs"), "SentEvent": whole}
