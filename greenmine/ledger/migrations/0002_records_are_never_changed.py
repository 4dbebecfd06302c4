"""The database itself refuses to change or delete a record. Salts may be deleted, to forget; never changed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSALS = [
    ("ledger_record", "UPDATE", "records of the ledger are never changed"),
    ("ledger_record", "DELETE", "records of the ledger are never deleted"),
    ("ledger_salt", "UPDATE", "a salt is never changed"),
]


def refuse(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A trigger for each refusal, in the words of either database."""
    for table, deed, sentence in REFUSALS:
        name = f"{table}_refuses_{deed.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{sentence}'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )


def allow(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away again."""
    for table, deed, _ in REFUSALS:
        name = f"{table}_refuses_{deed.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {name} CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
