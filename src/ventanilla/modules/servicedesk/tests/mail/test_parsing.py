"""Raw bytes are read whatever they claim; what is too large or too deep is refused with a reason."""
import random
import time
from contextlib import suppress

import pytest

from ventanilla.modules.servicedesk.services.mail.pages import text_of_html
from ventanilla.modules.servicedesk.services.mail.parsing import Limits, MailRefused, head, parse
from ventanilla.modules.servicedesk.services.mail.quoting import MARK, own_words
from ventanilla.modules.servicedesk.tests.mail.mails import mail, with_files


def raw(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"From: Ana <ANA@example.org>", b"Message-ID: <a@b>", *headers, b"", body])


@pytest.mark.parametrize(("body", "charset"), [
    ("Señor, la página no abre".encode(), b"us-ascii"), ("Señor, la página no abre".encode(), b"iso-8859-1"),
    ("Señor, la página no abre".encode("cp1252"), b"utf-8"), ("Señor, la página no abre".encode("latin-1"), b"inventado-99"),
    ("Señor, la página no abre".encode("utf-16"), b"utf-16"), ("Señor, la página no abre".encode(), b'"utf-8"'),
])
def test_charsets_that_lie_are_read(body: bytes, charset: bytes) -> None:
    assert parse(raw(body, b"Content-Type: text/plain; charset=" + charset)).text == "Señor, la página no abre"


def test_headers_are_read_though_badly_encoded() -> None:
    good = parse(raw(b"x", b"Subject: =?utf-8?q?Petici=C3=B3n?= =?iso-8859-1?q?_urgente_=F1?="))
    assert good.subject == "Petición urgente ñ" and good.sender == "ana@example.org" and good.sender_name == "Ana"
    assert parse(raw(b"x", "Subject: Petición sin codificar".encode())).subject == "Petición sin codificar"
    assert parse(raw(b"x", b"Subject: =?utf-8?b?no es base64!?=")).subject
    assert "\n" not in parse(raw(b"x", b"Subject: a\r\n b\x00c")).subject


def test_html_becomes_text_without_scripts_or_addresses_to_fetch() -> None:
    page = "<html><head><title>T</title><style>p{color:red}</style></head><body><p>Hola <b>mundo</b></p><script>alert(1)</script>" \
           "<ul><li>uno<li>dos</ul><img src='http://rastro.example/1.gif'>A&ntilde;o &lt;b&gt;<p>fin"
    text = text_of_html(page)
    assert "Hola mundo" in text and "- uno" in text and "Año <b>" in text and "fin" in text
    assert not any(bad in text for bad in ("alert", "color:red", "rastro", "<p>"))


def test_plain_text_wins_over_html() -> None:
    assert parse(with_files("la sencilla", html="<p>la otra</p>")).text == "la sencilla"


def test_files_are_kept_winmail_is_not_and_tiny_inline_pictures_neither() -> None:
    made = with_files("hola", ("acta.pdf", "application/pdf", b"%PDF-1.4 x"), ("winmail.dat", "application/ms-tnef", b"x" * 50),
                      ("../../etc/passwd", "application/octet-stream", b"z"))
    assert [a.name for a in parse(made).attachments] == ["acta.pdf", "../../etc/passwd"]  # the store cleans names
    inline = raw(b"--b\r\nContent-Type: text/html\r\n\r\n<img src=cid:1>texto\r\n--b\r\nContent-Type: image/gif\r\nContent-ID: <1>\r\n\r\nGIF89a\r\n"
                 b"--b\r\nContent-Type: image/png; name=foto.png\r\nContent-ID: <2>\r\n\r\n" + b"P" * 3000 + b"\r\n--b--\r\n",
                 b"Content-Type: multipart/related; boundary=b")
    read = parse(inline)
    assert read.text == "texto" and [(a.name, a.inline) for a in read.attachments] == [("foto.png", True)]


def test_a_mail_above_the_limit_is_refused_at_once() -> None:
    with pytest.raises(MailRefused) as no:
        parse(raw(b"x" * (30 * 1024 * 1024)))
    assert no.value.reason == "size"


def bomb_of_depth(depth: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth))
    return b"From: a@b.c\r\n" + opened + b"Content-Type: text/plain\r\n\r\nhola\r\n"


@pytest.mark.parametrize("bomb", [
    bomb_of_depth(30), bomb_of_depth(5_000),
    b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\nContent-Type: text/plain\r\n\r\nhola\r\n" * 10_000,
    b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nhola\r\n" * 10_000,
], ids=["deep", "very deep", "many parts", "many bare parts"])
def test_bombs_are_refused_quickly(bomb: bytes) -> None:
    started = time.process_time()  # of the processor: a busy machine is no bomb
    with pytest.raises(MailRefused) as no:
        parse(bomb)
    assert no.value.reason == "bomb" and time.process_time() - started < 5


def test_too_many_files_are_refused() -> None:
    with pytest.raises(MailRefused) as no:
        parse(with_files("x", *((f"{n}.txt", "application/octet-stream", b"x") for n in range(50))), Limits(parts=300, files=40))
    assert no.value.reason == "files"


def test_whatever_bytes_come_it_is_read_or_refused() -> None:
    """Mails cut, mixed and scratched by seed: never another exception."""
    chance = random.Random(7)
    good = [mail("ana@example.org"), with_files("hola", ("a.pdf", "application/pdf", b"%PDF"), html="<p>x"), bomb_of_depth(8)]
    for _ in range(400):
        scratched = bytearray(chance.choice(good))
        for _again in range(chance.randrange(1, 30)):
            scratched[chance.randrange(len(scratched))] = chance.randrange(256)
        with suppress(MailRefused):
            parse(bytes(scratched[:chance.randrange(1, len(scratched))]))
        head(bytes(scratched))


def test_the_same_mail_by_another_way_is_the_same() -> None:
    one = mail("ana@example.org", number=5)
    other = b"Received: from x by y\r\nReturn-Path: <ana@example.org>\r\n" + one.replace(b"\n", b"\r\n")
    assert parse(one).digest == parse(other).digest != parse(mail("ana@example.org", text="otra", number=5)).digest


@pytest.mark.parametrize("quoted", [
    "El lun, 3 nov 2026 a las 10:00, Mesa <mesa@example.org> escribió:\n> Hola", "On Mon, Nov 3, 2026, Mesa wrote:\n> Hola",
    "-----Mensaje original-----\nDe: Mesa", f"{MARK}\nHola", "De: Mesa <mesa@example.org>\nEnviado el: lunes\nPara: Ana\nAsunto: x", "> Hola\n> otra",
    "_________________________\nDe: Mesa\nFecha: hoy",
])
def test_quoted_mails_are_left_out(quoted: str) -> None:
    assert own_words(f"Sigue igual.\nGracias\n\n{quoted}\n") == "Sigue igual.\nGracias"


def test_a_mail_that_only_quotes_keeps_its_text() -> None:
    assert own_words("> todo citado") == "> todo citado"
    assert own_words("El portal de escritos no abre: marca error") == "El portal de escritos no abre: marca error"
