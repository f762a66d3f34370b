"""Articles whose review date comes near: whoever answers for them is told, once for each date."""
from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.notices.services import NoticeDraft, notify_many
from ventanilla.core.orgs.models import Person
from ventanilla.lib.spanish import long_date
from ventanilla.modules.servicedesk.models import Article

AHEAD: Final = 7


def remind(today: date) -> int:
    """Tell the owners of articles to review within AHEAD calendar days of a local date; returns how many articles there are.

    In the place of an owner who left, whoever published it, else whoever wrote it.
    """
    rows = Article.objects.filter(current__isnull=False, review_on__lte=today + timedelta(days=AHEAD)).select_related(
        "owner", "current__publisher", "current__writer")
    found = list(rows.order_by("pk")[:2000])
    notify_many([(person.pk, _notice(a)) for a in found if (person := _answers(a))])
    return len(found)


def _answers(article: Article) -> Person | None:
    assert article.current
    people = (article.owner, article.current.publisher, article.current.writer)
    return next((p for p in people if p and p.active), None)


def _notice(article: Article) -> NoticeDraft:
    assert article.review_on
    text = _("Lea el artículo (tocaba el %(day)s). Si todo sigue igual, oprima «Sigue vigente»; si algo cambió, edítelo.") % {
        "day": long_date(article.review_on)}
    return NoticeDraft("system", _("Toca revisar: %(title)s") % {"title": article}, f"article:{article.pk}:{article.review_on}", text,
                       reverse("article", args=[article.pk]))
