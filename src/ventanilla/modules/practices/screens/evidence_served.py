"""Handing out the files of the evidence to whoever may read the practice: as attachments; of pictures also the small one."""
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import open_thumbnail
from ventanilla.core.orgs.models import Person
from ventanilla.modules.practices.models import Practice
from ventanilla.modules.practices.screens.common import practice_of
from ventanilla.modules.practices.services.permissions import may_write
from ventanilla.web.ui.downloads import download_or_why


def _version(request: HttpRequest, pk: int, uuid: UUID) -> tuple[Practice, Person, DocumentVersion]:
    """The newest version of a file of the practice's evidence. What is not published is for who writes the practice."""
    practice, person = practice_of(request, pk)
    shown = practice.evidence.filter(document__uuid=uuid)
    if not may_write(person, practice):
        shown = shown.filter(public=True)
    mine = shown.exists() or (may_write(person, practice) and practice.results.filter(document__uuid=uuid).exists())
    version = DocumentVersion.objects.filter(document__uuid=uuid).select_related("blob", "document", "thumbnail").latest_only().first()
    if not mine or version is None:
        raise Http404
    return practice, person, version


@require_safe
def document(request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse | FileResponse:
    """The file as it arrived; the log says who took it."""
    practice, person, version = _version(request, pk, uuid)
    return download_or_why(version, actor=person, institution_id=practice.institution_id, practice=practice.pk)


@require_safe
def picture(request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse | FileResponse:
    """The small picture of the first page, made by the reading of documents."""
    _practice, _person, version = _version(request, pk, uuid)
    try:
        stream = open_thumbnail(version)
    except (DocumentError, FileNotFoundError):
        raise Http404 from None
    answer = FileResponse(stream, content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
