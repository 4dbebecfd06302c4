"""Push-down (下推): the bound rules as one statement over a table of sheets, outcomes packed into 64-bit integers.

The closures are the oracle: on every row the statement gives the same outcome and the same `counted`.
"""

from greenmine.law.sql.batch import SqlBatch, compile_sql
from greenmine.law.sql.table import SQL_NONE, column, column_type, to_sql

__all__ = ["SQL_NONE", "SqlBatch", "column", "column_type", "compile_sql", "to_sql"]
