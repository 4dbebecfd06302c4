"""`./run`: builds the demonstration province through the real actions, then serves it on loopback."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

from greenmine.config import starting
from greenmine.config.environment import read
from greenmine.config.starting import say

HOST = "127.0.0.1"


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run",
        description="演示省份：只在本机提供服务 · The demonstration province, served on this machine only.",
    )
    arguments.add_argument("--port", type=int, default=8000, metavar="N", help="port (default 8000)")
    arguments.add_argument("--data", type=Path, metavar="DIR", help="data folder (default ./data)")
    arguments.add_argument("--new-passwords", action="store_true", help="new random passwords for the demo accounts")
    return arguments


def main(argv: Sequence[str]) -> int:
    """Prepare, build where nothing is built yet, print the sign-ins, serve until stopped."""
    options = parser().parse_args(argv)
    data = options.data.resolve() if options.data else read("GREENMINE_DATA")
    starting.prepare_folder(data, demo=True)
    from greenmine.config.keys import make_key  # noqa: PLC0415 -- after the folder is known
    from greenmine.config.processes import WORKER_RESTARTS, Group, Web, answers, port_is_free  # noqa: PLC0415 -- only where it serves

    try:
        held = starting.hold_folder(data)
    except starting.FolderInUse as in_use:
        return starting.refuse(str(in_use))
    if not port_is_free(HOST, options.port):
        return starting.refuse(
            f"端口 {options.port} 已被占用，请用 --port 另选。 · Port {options.port} is taken: choose another with --port."
        )
    make_key(data)
    starting.set_up()
    starting.migrate()
    _build(new_passwords=options.new_passwords)
    group = Group(held)
    with held:
        group.start(Web(HOST, options.port).command())
        group.start([sys.executable, "-m", "greenmine.config.worker"], restarts=WORKER_RESTARTS)
        if not answers(f"http://{HOST}:{options.port}/healthz"):
            group.end()
            return starting.refuse("网站没有启动，请看上面的信息。 · The web server did not start: see above.")
        say(f"GreenMine 绿矿  http://{HOST}:{options.port}   （Ctrl+C 停止 · stops it）")
        return group.wait()


def _build(*, new_passwords: bool) -> None:
    """Build the demonstration once; the sign-ins are shown when they are made, and never again."""
    from greenmine.config import demo  # noqa: PLC0415 -- needs Django

    sign_ins = demo.build(progress=say) if not demo.is_built() else demo.renew_passwords() if new_passwords else []
    if sign_ins:
        say("", "演示账号（口令随机生成，只显示这一次） · demo sign-ins, shown once:")
        for account in sign_ins:
            if not account.group:
                say(f"  {account.username:<14} {account.password}   {account.who}")
        together = sorted((one for one in sign_ins if one.group), key=lambda one: one.group)
        for group, names in itertools.groupby(together, key=lambda one: one.group):
            members = list(names)
            say(f"  {group}: 同一口令 · one password for all   {members[0].password}")
            say(*(f"    {one.username:<22} {one.who}" for one in members))
        say("")
    else:
        say(
            "演示账号沿用上次的口令；遗忘可用 ./run --new-passwords · sign-ins as before; --new-passwords makes new ones"
        )
