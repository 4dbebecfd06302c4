"""An insert that would replace what stands in the log is refused, too."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What of a row already there makes an insert a replacement: SQLite's INSERT OR REPLACE deletes without any DELETE trigger.
SAME = {
    "publiclog_leaf": ("id", "sha256"),
    "publiclog_content": ("leaf_id",),
    "publiclog_link": ("number", "leaf_id"),
    "publiclog_node": ("place",),
    "publiclog_seal": ("size",),
    "publiclog_withdrawal": ("leaf_id", "by_leaf_id"),
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
            "BEGIN SELECT RAISE(ABORT, 'what stands in the public log is never replaced'); END"
        )


def allow(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away again."""
    if schema_editor.connection.vendor == "sqlite":
        for table in SAME:
            schema_editor.execute(f"DROP TRIGGER {table}_refuses_replace")


class Migration(migrations.Migration):
    """Triggers on SQLite."""

    dependencies = [("publiclog", "0002_leaves_are_never_changed")]
    operations = [migrations.RunPython(refuse, allow)]
