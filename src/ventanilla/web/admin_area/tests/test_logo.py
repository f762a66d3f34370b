"""The institution's logo: made safe, shown in the top bar and on papers, removed; nothing else gets in."""
import io

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin
from tests import make

from ventanilla.core.orgs.models import InstitutionLogo
from ventanilla.core.orgs.services.branding import logo_of, set_logo
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.correspondence.services import issue_receipt
from ventanilla.modules.correspondence.services.papers import receipt_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def signed_in(person):
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def picture(size=(1200, 400), kind="PNG", **extra):
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size, "#8A1538").save(out, kind, **extra)
    return out.getvalue()


def sent(content, name="logo.png"):
    return {"file": SimpleUploadedFile(name, content)}


def test_it_is_shown_in_the_top_bar_and_on_papers_and_goes_again(w):
    client = signed_in(w.admin)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "nombre de una persona")
    assert client.post(reverse("admin_area:logo"), sent(picture(pnginfo=notes))).status_code == 302
    w.institution.refresh_from_db()
    kept = logo_of(w.institution)
    with Image.open(io.BytesIO(kept)) as made:
        assert made.format == "PNG" and made.size == (640, 213)
    assert b"nombre de una persona" not in kept
    address = reverse("ui:logo", args=[w.institution.slug, w.institution.tokens["logo"]["digest"]])
    assert address in signed_in(w.clerk).get("/bandeja/").content.decode()
    served = Client().get(address)
    assert served["Content-Type"] == "image/png" and served.content == kept and "immutable" in served["Cache-Control"]
    assert Client().get(reverse("ui:logo", args=[w.institution.slug, "x" * 12])).status_code == 404
    case = make.letter(w)
    case.institution.refresh_from_db()
    receipt = issue_receipt(actor=w.clerk, case=case)
    assert pictures_in(receipt_pdf(receipt)) == 1
    assert client.post(reverse("admin_area:no_logo")).status_code == 302
    w.institution.refresh_from_db()
    receipt.case.institution.refresh_from_db()
    assert logo_of(w.institution) is None and not InstitutionLogo.objects.exists() and "logo" not in w.institution.tokens
    assert pictures_in(receipt_pdf(receipt)) == 0


def pictures_in(pdf):
    page = pypdfium2.PdfDocument(pdf)[0]
    return sum(1 for o in page.get_objects(max_depth=4) if o.type == 3)


def test_colours_and_logo_do_not_undo_each_other(w):
    client = signed_in(w.admin)
    client.post(reverse("admin_area:logo"), sent(picture(kind="JPEG"), "logo.jpg"))
    page = client.post(reverse("admin_area:institution"), {
        "name": "Instituto", "short_name": "I", "time_zone": "America/Mexico_City", "light_primary": "#7A1030"})
    assert page.status_code == 302
    w.institution.refresh_from_db()
    assert w.institution.tokens["light"] == {"primary": "#7A1030"} and w.institution.tokens["logo"]["digest"]


@pytest.mark.parametrize(("content", "words"), [
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "PNG o JPEG"),
    (b"GIF89a" + b"\0" * 60, "PNG o JPEG"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "dañada"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 1_000_001, "más de 1 MB"),
    (picture((9, 9)), "muy pequeña"),
])
def test_anything_else_is_refused_at_the_field(w, content, words):
    answer = signed_in(w.admin).post(reverse("admin_area:logo"), sent(content))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not InstitutionLogo.objects.exists()


def test_a_huge_picture_is_not_decoded(w):
    content = bytearray(picture((64, 64)))
    content[16:24] = (60_000).to_bytes(4, "big") * 2
    answer = signed_in(w.admin).post(reverse("admin_area:logo"), sent(bytes(content)))
    assert answer.status_code == 422 and not InstitutionLogo.objects.exists()


def test_only_the_administration_of_that_institution(w):
    assert signed_in(w.head).post(reverse("admin_area:logo"), sent(picture())).status_code == 404
    with pytest.raises(NotAllowed):
        set_logo(actor=make.world().admin, institution=w.institution, png=picture(), width=9, height=9)
