"""Articles whose review date comes near: whoever answers for them is told, once for each date."""
from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.notices.services import NoticeDraft, notify_many
from ventanilla.lib.spanish import long_date
from ventanilla.modules.servicedesk.models import Article

AHEAD: Final = 7


def remind(today: date) -> int:
    """Tell the owners of articles to review within AHEAD calendar days of a local date; returns how many articles there are."""
    rows = Article.objects.filter(current__isnull=False, review_on__lte=today + timedelta(days=AHEAD)).select_related("current")
    found = list(rows.order_by("pk")[:2000])
    notify_many([(a.owner_id, _notice(a)) for a in found])
    return len(found)


def _notice(article: Article) -> NoticeDraft:
    assert article.review_on
    text = _("Lea el artículo, corríjalo si algo cambió y póngale una nueva fecha de revisión (%(day)s).") % {
        "day": long_date(article.review_on)}
    return NoticeDraft("system", _("Toca revisar: %(title)s") % {"title": article}, f"article:{article.pk}:{article.review_on}", text,
                       reverse("article", args=[article.pk]))
