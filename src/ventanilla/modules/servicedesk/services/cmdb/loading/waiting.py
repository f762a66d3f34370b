"""A file that was looked at waits for its confirmation, an hour, in the cache: it would be too long for a hidden field."""
import zlib
from typing import Final
from uuid import UUID, uuid4

from django.core.cache import cache
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused

SECONDS: Final = 3600


def keep_file(person: Person, data: bytes) -> UUID:
    """Keep the file for that person; the key is also that of the load it may become."""
    key = uuid4()
    cache.set(f"cmdb-load:{person.pk}:{key}", zlib.compress(data, 6), SECONDS)
    return key


def kept_file(person: Person, key: str) -> tuple[UUID, bytes]:
    """The file again. Raises Refused when it is not there any more, or is another person's."""
    try:
        data = cache.get(f"cmdb-load:{person.pk}:{UUID(key)}")
    except ValueError:
        data = None
    if data is None:
        raise Refused(_("Pasó más de una hora desde la vista previa; elija el archivo de nuevo."), "file")
    return UUID(key), zlib.decompress(data)
