"""Where the database of the running test is, for processes that a test starts."""
from urllib.parse import quote

from django.db import connection


def url() -> str:
    """As DATABASE_URL takes it; a server's host may be the folder of its socket."""
    said = connection.settings_dict
    password = f":{quote(said['PASSWORD'])}" if said["PASSWORD"] else ""
    return f"postgresql://{quote(said['USER'])}{password}@/{said['NAME']}?host={said['HOST']}&port={said['PORT'] or 5432}"
