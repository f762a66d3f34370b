"""Legal bases with the day on which they end, norms that are watched, the people that forms name, and which of them are the same."""
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE
OWNED = (("legalbasis", "practice", "practices_practice"), ("namedperson", "practice", "practices_practice"),
         ("norm", "person", "orgs_person"), ("sameperson", "decided_by", "orgs_person"))
OWNERS = "".join(f"""
ALTER TABLE practices_{table} ADD CONSTRAINT practices_{table}_{column}_owned FOREIGN KEY (institution_id, {column}_id)
  REFERENCES {target} (institution_id, id) DEFERRABLE INITIALLY DEFERRED;""" for table, column, target in OWNED)
UNOWNERS = "".join(f"ALTER TABLE practices_{table} DROP CONSTRAINT practices_{table}_{column}_owned;\n" for table, column, _target in OWNED)


def _id() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _institution() -> tuple[str, models.Field]:
    return "institution", models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="orgs.institution")


def _person(name: str) -> tuple[str, models.Field]:
    return name, models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="+", to="orgs.person")


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_name_search"), ("practices", "0004_revisions_are_found")]
    operations = [
        migrations.AddField("practice", "basis_told", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("practice", "basis_until", models.DateField(null=True, verbose_name="fundamento vigente hasta")),
        migrations.AddIndex("practice", models.Index(
            condition=Q(basis_until__isnull=False), fields=["basis_until", "id"], name="practices_practice_basis")),
        migrations.CreateModel(
            name="Norm",
            fields=[
                _id(), _institution(),
                ("name", models.CharField(max_length=300, verbose_name="nombre")), ("key", models.CharField(max_length=200)),
                ("published", models.DateField(verbose_name="publicada el")),
                ("since", models.DateField(verbose_name="en vigor desde el")),
                ("until", models.DateField(blank=True, null=True, verbose_name="en vigor hasta el")),
                ("replaced_by", models.CharField(blank=True, max_length=300, verbose_name="qué citar en su lugar")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="dónde consta")),
                _person("person"), ("at", models.DateTimeField()),
            ],
            options={"ordering": ["name", "published"], "constraints": [
                models.UniqueConstraint(fields=("institution", "key", "published"), name="practices_norm_once"),
                models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="practices_norm_period")]},
        ),
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                _id(), _institution(),
                ("practice", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="bases", to="practices.practice")),
                ("position", models.PositiveSmallIntegerField()), ("field", models.CharField(max_length=80)),
                ("norm", models.CharField(max_length=300)), ("key", models.CharField(max_length=200)),
                ("articles", models.JSONField(default=list)), ("gazette", models.CharField(blank=True, max_length=60)),
                ("published", models.DateField(null=True)), ("text", models.TextField(blank=True)),
                ("stated_until", models.DateField(null=True)), ("until", models.DateField(null=True)),
                ("known_by", models.CharField(blank=True, choices=[
                    ("", "No se conoce su vigencia"), ("text", "Lo dice el propio texto"), ("norm", "Tabla de normas"),
                    ("plan", "Planes de desarrollo")], default="", max_length=4)),
                ("replaced_by", models.CharField(blank=True, max_length=300)), ("watched", models.BooleanField(default=True)),
            ],
            options={"ordering": ["position"], "constraints": [
                models.UniqueConstraint(fields=("practice", "position"), name="practices_basis_place"),
                models.CheckConstraint(condition=Q(known_by__in=["", "text", "norm", "plan"]), name="practices_basis_known"),
                models.CheckConstraint(condition=Q(until=None) | ~Q(known_by=""), name="practices_basis_until")],
                "indexes": [models.Index(fields=["institution", "key"], name="practices_basis_norm")]},
        ),
        migrations.CreateModel(
            name="NamedPerson",
            fields=[
                _id(), _institution(),
                ("practice", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="named", to="practices.practice")),
                ("part", models.CharField(choices=[("titular", "Titular"), ("enlace", "Enlace")], max_length=8, verbose_name="papel")),
                ("name", models.CharField(max_length=300, verbose_name="nombre")),
                ("post", models.CharField(blank=True, max_length=300, verbose_name="cargo")),
                ("mail", models.CharField(blank=True, max_length=254, verbose_name="correo")),
                ("name_key", models.CharField(blank=True, max_length=200)),
                ("post_words", django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=40), default=list, size=None)),
                ("twin", models.BooleanField(default=False)),
            ],
            options={"ordering": ["practice", "-part"], "constraints": [
                models.UniqueConstraint(fields=("practice", "part"), name="practices_named_once"),
                models.CheckConstraint(condition=Q(part__in=["titular", "enlace"]), name="practices_named_part")],
                "indexes": [
                    models.Index(condition=~Q(name_key=""), fields=["name_key", "id"], name="practices_named_key"),
                    models.Index(condition=Q(twin=True), fields=["id"], name="practices_named_twins")]},
        ),
        migrations.CreateModel(
            name="SamePerson",
            fields=[
                _id(), _institution(),
                ("one", models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="+", to="practices.namedperson")),
                ("other", models.ForeignKey(on_delete=CASCADE, related_name="+", to="practices.namedperson")),
                ("same", models.BooleanField()),
                ("reasons", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                _person("decided_by"), ("decided_at", models.DateTimeField()),
            ],
            options={"constraints": [
                models.UniqueConstraint(fields=("one", "other", "institution"), name="practices_same_once"),
                models.CheckConstraint(condition=Q(one__lt=F("other")), name="practices_same_order")],
                "indexes": [models.Index(fields=["institution", "-decided_at", "id"], name="practices_same_newest")]},
        ),
        migrations.RunSQL(OWNERS, UNOWNERS),
    ]
