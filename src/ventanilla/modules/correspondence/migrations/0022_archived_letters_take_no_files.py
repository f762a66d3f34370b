"""The database refuses what somebody would add to a letter that lies in the archive; what an import brings, and the platform's own paper,
belong to it from before and name nobody."""
from django.db import migrations

SEALED = """
CREATE FUNCTION public.letters_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE here varchar;
BEGIN
  SELECT c.state INTO here FROM public.cases_case c WHERE c.id = NEW.case_id AND c.kind = 'letter' FOR SHARE;  -- whoever archives it now
  IF here = 'archived' THEN
    RAISE EXCEPTION 'un documento en el archivo ya no recibe archivos' USING ERRCODE = '23514', CONSTRAINT = 'letters_sealed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER letters_sealed BEFORE INSERT OR UPDATE OF case_id, document_id ON cases_attachment
  FOR EACH ROW WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION public.letters_sealed();
"""


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0021_withdrawn_answers_do_not_count"), ("cases", "0034_open_turns")]
    operations = [migrations.RunSQL(SEALED, "DROP FUNCTION public.letters_sealed() CASCADE;")]
