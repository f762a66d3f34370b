"""The board's figures are the recount of the rows, for those who may measure."""
import pytest
from django.utils import timezone
from tests import make

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.services import AnswerDraft
from ventanilla.core.indicators.reading import total
from ventanilla.modules.correspondence.models import Programme
from ventanilla.modules.correspondence.services import cancel, figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make.world()


def test_letters_count_once_by_direction_and_not_when_cancelled(w):
    today = timezone.localdate()
    kept, gone = make.letter(w), make.letter(w)
    cancel(actor=w.head, case=gone, reason="Error")
    make.letter(w, direction="internal")
    units = [w.root.pk]
    assert total("letters", units, today, today) == 2
    assert total("letters", units, today, today, part="incoming") == 1
    assert total("letters_by_type", units, today, today, part=f"type:{w.oficio.pk}") == 2
    assert kept.pk


def test_the_board_answers_and_names_the_bottleneck(w, client):
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va"))
    turn.refresh_from_db()
    spine.approve(actor=w.head, turn=turn)
    make.turn(make.letter(w), w.head, w.south)
    Programme.objects.create(unit=w.north, since=timezone.localdate())
    Programme.objects.create(unit=w.south_1, since=timezone.localdate())
    client.force_login(w.head.user)
    html = client.get("/correspondencia/tablero/").content.decode()
    assert "100 % de los turnos se atendió en plazo" in html and "Dirección Sur" in html and "Departamento Sur Uno" in html
    assert [load.unit_id for load in figures.loads([w.north.pk, w.south.pk])] == [w.south.pk]
    assert client.get("/correspondencia/tablero/", {"periodo": "anio", "unidad": w.north.pk}).status_code == 200
    assert client.get("/correspondencia/tablero/", {"unidad": "99999999"}).status_code == 404


def test_without_the_right_there_is_no_board(w, client):
    client.force_login(w.staff.user)
    assert client.get("/correspondencia/tablero/").status_code == 404
