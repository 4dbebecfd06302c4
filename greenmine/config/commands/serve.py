"""`./run serve`: the server for real use. Refuses whatever is only good for a demonstration."""

from __future__ import annotations

import argparse
import ipaddress
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from greenmine.config import starting
from greenmine.config.environment import read
from greenmine.config.keys import kept_key
from greenmine.config.starting import refuse, say


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run serve",
        description="正式运行：拒绝演示账号、调试模式、无密钥，以及本机以外的明文 http · "
        "The server for real use: refuses demo accounts, DEBUG, a missing key, and plain http beyond loopback.",
        epilog="首次运行前 · before the first run: ./run admin prepare --data DIR",
    )
    arguments.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    arguments.add_argument("--port", type=int, default=8000, metavar="N")
    arguments.add_argument("--data", type=Path, metavar="DIR", help="data folder (default ./data)")
    arguments.add_argument("--workers", type=int, default=2, metavar="N", help="web processes (default 2)")
    arguments.add_argument("--tls-certificate", default="", metavar="FILE")
    arguments.add_argument("--tls-key", default="", metavar="FILE")
    arguments.add_argument("--behind-proxy", action="store_true", help="a proxy in front of this speaks https")
    return arguments


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refusal(options: argparse.Namespace, data: Path) -> str | None:
    """Why this may not be served; None if it may."""
    if read("GREENMINE_DEBUG"):
        return "GREENMINE_DEBUG=1 时不能正式运行，请取消。 · GREENMINE_DEBUG is on: unset it."
    if read("GREENMINE_DEMO"):
        return "GREENMINE_DEMO=1 时不能正式运行，请取消。 · GREENMINE_DEMO is on: unset it."
    if not kept_key(data):
        return f"缺少密钥：请先运行 ./run admin prepare --data {data} · The signing key is missing: run that first."
    encrypted = bool(options.tls_certificate and options.tls_key) or options.behind_proxy
    if not encrypted and not is_loopback(options.host):
        return (
            "对外服务必须使用 https：请给出 --tls-certificate 和 --tls-key，或在 https 代理之后使用 --behind-proxy。"
            " · Beyond loopback only https: give a certificate and key, or --behind-proxy."
        )
    return None


def main(argv: Sequence[str]) -> int:
    """Check, migrate, serve until stopped."""
    options = parser().parse_args(argv)
    data = options.data.resolve() if options.data else read("GREENMINE_DATA")
    starting.prepare_folder(data)
    if (why := refusal(options, data)) is not None:
        return refuse(why)
    if options.tls_certificate or options.behind_proxy:
        os.environ["GREENMINE_HTTPS"] = "1"
    try:
        held = starting.hold_folder(data)
    except starting.FolderInUse as in_use:
        return refuse(str(in_use))
    starting.set_up()
    starting.migrate()
    from greenmine.accounts.models import Person  # noqa: PLC0415 -- after set-up
    from greenmine.config.processes import WORKER_RESTARTS, Group, Web, port_is_free  # noqa: PLC0415 -- after set-up

    if Person.objects.filter(is_demo=True, is_active=True).exists():
        return refuse(
            "数据目录中有演示账号，不能正式运行；请使用新的数据目录。 · Demo accounts exist: use a new data folder."
        )
    if not port_is_free(options.host, options.port):
        return refuse(f"端口 {options.port} 已被占用。 · Port {options.port} is taken.")
    web = Web(
        options.host, options.port, workers=options.workers, certificate=options.tls_certificate, key=options.tls_key
    )
    with held:
        group = Group(held)
        group.start(web.command())
        group.start([sys.executable, "-m", "greenmine.config.worker"], restarts=WORKER_RESTARTS)
        say(f"GreenMine 绿矿 {options.host}:{options.port}")
        return group.wait()
