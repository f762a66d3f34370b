"""How long an answer took is read from the one that stands: neither one sent back nor one that was withdrawn."""
from django.db import migrations

ALL_BUT_SENT_BACK = "a.verdict <> 'sent_back'"
THAT_STANDS = "a.verdict NOT IN ('sent_back', 'withdrawn')"


def _says(said: str, says: str) -> str:
    body = "pg_get_functiondef('public.letters_pace'::regproc)"
    return (f"DO $do$ BEGIN ASSERT strpos({body}, $said${said}$said$) > 0; "
            f"EXECUTE replace({body}, $said${said}$said$, $said${says}$said$); END $do$;")


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0018_figures_read_once"), ("cases", "0027_withdrawn_answers")]
    operations = [migrations.RunSQL(_says(ALL_BUT_SENT_BACK, THAT_STANDS), _says(THAT_STANDS, ALL_BUT_SENT_BACK))]
