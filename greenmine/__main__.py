"""`./run COMMAND …`: finds the command's module and calls its `main(argv)`. Imports nothing heavy, so `assess` starts fast."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "demo": ("demo", "演示省份（默认） · the demonstration province, the default: ./run [--port N] [--data DIR]"),
    "test": ("test", "运行测试 · run the suite; --db runs it on PostgreSQL"),
    "check": ("check", "检查代码、规则库与文档 · style, types, architecture, rulebook, migrations, messages"),
    "assess": ("assess", "判定台账 · judge every mine of a ledger, without a database"),
    "import": ("import_ledger", "导入台账 · take a ledger into the database"),
    "rulebook": ("rulebook", "规则库 check|coverage|explain|new · the law as data"),
    "bench": ("bench", "性能对比 · the engine beside its peers"),
    "serve": ("serve", "正式运行 · the server for real use"),
    "admin": ("admin", "运维 · operator's commands"),
    "verify": ("verify", "自查公开日志和行为台账 · the public log and the ledger; --export writes them for outsiders"),
    "docs": ("docs", "生成参考文档 · build the reference"),
}
UNKNOWN_COMMAND = 2


def usage() -> str:
    """One line for each command."""
    lines = [f"  ./run {name:<9} {meaning}" for name, (_, meaning) in COMMANDS.items()]
    return "\n".join(["GreenMine 绿矿", "", *lines, "", "每个命令都有 --help · each command has --help"])


def main(argv: Sequence[str]) -> int:
    """Call the command named first; without one, or with options only, the demonstration."""
    name, rest = (argv[0], argv[1:]) if argv and not argv[0].startswith("-") else ("demo", argv)
    if name == "help" or list(argv) in (["--help"], ["-h"]):
        print(usage())
        return 0
    if name not in COMMANDS:
        print(f"没有命令“{name}” · there is no command “{name}”\n\n{usage()}", file=sys.stderr)
        return UNKNOWN_COMMAND
    module = importlib.import_module(f"greenmine.config.commands.{COMMANDS[name][0]}")
    return int(module.main(list(rest)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
