"""`python -m bench.integrity` measures and writes README.md beside this file; `--quick` prints only, on smaller worlds."""

import sys
import time
from pathlib import Path

from bench.integrity.measuring import everything, table

HEAD = """# Integrity: what is found, what is wrongly suspected
Made by `python -m bench.integrity` from seeds, with the thresholds of `rulebook/values/integrity.yaml`. The worlds are
`tests/integrity/worlds.py`: 40 agencies, 400 mines a year, honest noise (tastes of assessors, phones in valleys, clocks that are
off, agencies' own phrases, the same viewpoint in another season), and fraud seeded in. They are drawn by a program; real
photographs and reports will differ, so the thresholds are dated values that are measured again on real cases.

"""


def main() -> int:
    quick = "--quick" in sys.argv
    began = time.monotonic()
    page = table(everything(large=not quick))
    print(page)
    print(f"{time.monotonic() - began:.0f} s")
    if not quick:
        (Path(__file__).parent / "README.md").write_text(HEAD + page + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
