"""Copies of documents: each is scanned and told by itself, and says what its original says without being recognised again."""
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from ventanilla.core.documents import tasks
from ventanilla.core.documents.models import DocumentVersion, State
from ventanilla.core.documents.services import text_of
from ventanilla.core.documents.services.copying import copy_documents
from ventanilla.core.documents.services.processing import process, reprocess
from ventanilla.core.documents.tests import samples
from ventanilla.core.orgs.services.setup import Refused

pytestmark = pytest.mark.django_db


def copied(actor, version, **extra):
    return copy_documents(actor=actor, documents=[version.document], **extra)[0].latest


def fresh(version):
    return DocumentVersion.objects.get(pk=version.pk)


def test_a_copy_says_what_its_original_says(stored, ana):
    original = stored(samples.letter(2))
    original.pages.filter(number=1).update(text="leída una vez")
    copy = copied(ana, original)
    assert (copy.blob, copy.state) == (original.blob, State.RECEIVED) and copy.document != original.document
    process(copy.pk, original.pk)
    copy = fresh(copy)
    assert (copy.state, copy.page_count, copy.thumbnail) == (State.READY, 2, original.thumbnail)
    assert text_of(copy) == text_of(original) and text_of(copy).startswith("leída una vez")
    assert [page.words for page in copy.pages.all()] == [page.words for page in original.pages.all()]
    reprocess(actor=ana, version=copy)
    process(copy.pk)
    assert "leída una vez" not in text_of(fresh(copy))


def test_what_is_not_read_yet_is_waited_for(stored, ana):
    original = stored(samples.letter(), read=False)
    with pytest.raises(Refused):
        copied(ana, original)
    copy = copied(ana, original, unread=True)
    ProcrastinateJob.objects.all().delete()
    tasks.process_version(version_id=copy.pk, original=original.pk)
    again = ProcrastinateJob.objects.get(status="todo")
    assert again.args == {"version_id": copy.pk, "original": original.pk} and again.scheduled_at
    assert fresh(copy).state == State.RECEIVED
    process(original.pk)
    tasks.process_version(**again.args)
    assert fresh(copy).state == State.READY and text_of(fresh(copy)) == text_of(fresh(original))


def test_a_copy_of_what_could_not_be_read_is_tried_by_itself(stored, ana):
    original = stored(samples.encrypted())
    copy = copied(ana, original)
    process(copy.pk, original.pk)
    assert (fresh(original).state, fresh(copy).state, fresh(copy).problem) == (State.FAILED, State.FAILED, original.problem)


def test_nothing_is_taken_from_another_file(stored, ana):
    one, other = stored(samples.letter(text="Una cosa")), stored(samples.letter(text="Otra cosa"), read=False)
    process(other.pk, one.pk)
    assert "Otra cosa" in text_of(fresh(other))
