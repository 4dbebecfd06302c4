"""The database itself refuses to change or delete what stands in the log. A text goes only where its withdrawal is written."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSALS = [
    (table, deed, f"{said} never {past}")
    for table, said in (
        ("publiclog_leaf", "leaves of the public log are"),
        ("publiclog_link", "the order of the public log is"),
        ("publiclog_node", "nodes of the public log are"),
        ("publiclog_seal", "checkpoints are"),
        ("publiclog_withdrawal", "withdrawals are"),
        ("publiclog_dispatch", "records of handed out checkpoints are"),
    )
    for deed, past in (("UPDATE", "changed"), ("DELETE", "deleted"))
]
REFUSALS += [("publiclog_content", "UPDATE", "a published text is never changed")]
KEPT = ("publiclog_content", "DELETE", "a published text goes only when it is withdrawn")
WITHDRAWN = "SELECT 1 FROM publiclog_withdrawal WHERE publiclog_withdrawal.leaf_id = OLD.leaf_id"
LINKED = ("publiclog_waiting", "DELETE", "a leaf waits until it is linked")
LINK = "SELECT 1 FROM publiclog_link WHERE publiclog_link.leaf_id = OLD.leaf_id"
CONDITIONS = {KEPT: WITHDRAWN, LINKED: LINK}
ALL = [*REFUSALS, KEPT, LINKED]


def refuse(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A trigger for each refusal, in the words of either database."""
    for refusal in ALL:
        table, deed, sentence = refusal
        name = f"{table}_refuses_{deed.lower()}"
        unless = CONDITIONS.get(refusal, "")
        if schema_editor.connection.vendor == "postgresql":
            found = f"IF EXISTS ({unless}) THEN RETURN OLD; END IF; " if unless else ""
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {found}RAISE EXCEPTION '{sentence}'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
        else:
            found = f"WHEN NOT EXISTS ({unless}) " if unless else ""
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {found}BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )


def allow(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away again."""
    for table, deed, _ in ALL:
        name = f"{table}_refuses_{deed.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {name} CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies = [("publiclog", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
