"""Print, as shell exports, the settings by which uv reads the same indexes and certificate as this machine's pip."""

from __future__ import annotations

import shlex
import subprocess
import sys

VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "no-index": "UV_NO_INDEX",
}


def pip_settings() -> dict[str, list[str]]:
    """What `pip config list` says for downloads; files first, so that the environment, which comes last, wins."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    settings: dict[str, list[str]] = {}
    for line in sorted(listed.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        scope, _, key = name.rpartition(".")
        if scope in {"global", "install", ":env:"} and key in VARIABLES:
            settings[key] = value.strip("'\"").replace("\\n", " ").split()
    return settings


def main() -> None:
    """One export a line; values with several entries are separated as uv wants them."""
    for key, values in pip_settings().items():
        separator = "," if key == "find-links" else " "
        print(f"export {VARIABLES[key]}={shlex.quote(separator.join(values))}")


if __name__ == "__main__":
    main()
