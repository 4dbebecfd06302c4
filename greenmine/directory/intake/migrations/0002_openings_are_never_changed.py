"""Who looked at a sealed identity stays written down: the database refuses to change or delete it."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "intake_opening"
REFUSED = ("UPDATE", "DELETE")


def refuse(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A trigger for each deed, in the words of either database."""
    for deed in REFUSED:
        name = f"{TABLE}_refuses_{deed.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'who opened an identity is never changed or forgotten'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {TABLE} "
                "BEGIN SELECT RAISE(ABORT, 'who opened an identity is never changed or forgotten'); END"
            )


def allow(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away again."""
    for deed in REFUSED:
        name = f"{TABLE}_refuses_{deed.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {name} CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
