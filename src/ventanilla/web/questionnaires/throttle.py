"""How often something may be tried in a while, counted in the shared cache; never by office, only by link or for unknown links."""
import hashlib

from django.core.cache import cache


def too_often(bucket: str, limit: int, seconds: int) -> bool:
    """Counts one try; True when there were more than `limit` within about `seconds`. Nothing readable is kept as key."""
    key = "questionnaires:" + hashlib.sha256(bucket.encode()).hexdigest()[:40]
    if cache.add(key, 1, seconds):
        return False
    try:
        return int(cache.incr(key)) > limit
    except ValueError:  # it ended in between
        return False
