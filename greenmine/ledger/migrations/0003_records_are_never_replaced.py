"""An insert that would replace a record is refused, too."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What of a row already there makes an insert a replacement: SQLite's INSERT OR REPLACE deletes without any DELETE trigger.
SAME = {
    "ledger_record": ("id", "hash", "previous"),
    "ledger_salt": ("record",),
}


def refuse(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Only SQLite can replace a row by an insert."""
    if schema_editor.connection.vendor != "sqlite":
        return
    for table, columns in SAME.items():
        same = " OR ".join(f"{column} = NEW.{column}" for column in columns)
        schema_editor.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            "BEGIN SELECT RAISE(ABORT, 'records of the ledger are never replaced'); END"
        )


def allow(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away again."""
    if schema_editor.connection.vendor == "sqlite":
        for table in SAME:
            schema_editor.execute(f"DROP TRIGGER {table}_refuses_replace")


class Migration(migrations.Migration):
    """Triggers on SQLite."""

    dependencies = [("ledger", "0002_records_are_never_changed")]
    operations = [migrations.RunPython(refuse, allow)]
