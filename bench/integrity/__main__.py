"""`python -m bench.integrity` measures and writes README.md beside this file; `--quick` prints only, on smaller worlds."""

import sys
import time
from pathlib import Path

from bench.integrity.measuring import CHOSEN, FRESH_SEED, FRESH_SITE, everything, table

HEAD = f"""# Integrity: what is found, what is wrongly suspected
Made by `python -m bench.integrity` from seeds, with the thresholds of `rulebook/values/integrity.yaml`. The worlds are
`tests/integrity/worlds.py`: 40 agencies, 400 mines a year, honest noise (tastes of assessors, phones in valleys, clocks that
are off, agencies' own phrases, the same viewpoint in another season), and fraud seeded in. They are drawn by a program; real
photographs and reports will differ, so the thresholds are dated values that are measured again on real cases.

Thresholds were chosen on the sites {CHOSEN["sites"]} and the seeds {CHOSEN["seeds"]}. The figures below come from others: sites from
{FRESH_SITE} and seeds from {FRESH_SEED}, looked at once.

"""
TAIL = """

## What the figures say, and what they do not
- Photographs: a copy counts as found when its original is among the candidates and fits. "Cropped" leaves 70 to 95 % of the
  area, at any place and of any shape, and is recompressed; "closely cropped" leaves 42 to 85 %. Pictures turned by more
  than a few degrees, photographed from a screen at an angle, or montages are not looked for. A camera that stays on its
  tripod from season to season can look like a copy (fixed monitoring points): the signal says so as an innocent explanation.
- Leniency: seeded are three agencies of forty that give 6, 10 or 15 points of 100 more than they should at their own work, and
  judge fairly when they re-check others. With six to nine assessments an agency the estimate is certain to about three
  points either way, so six points too many are seen in three cases of four, and three hardly ever; below six nothing is claimed. A
  province in which everybody is lenient to the same degree looks like one in which nobody is: only re-checks by outsiders
  and the items that facts decide show that.
- Pairs: a pair counts as seeded when it met at least four times.
- "Suspected" is what a person would have looked at and dismissed. None of it does anything by itself.
"""


def main(*, quick: bool = False) -> int:
    quick = quick or "--quick" in sys.argv
    began = time.monotonic()
    page = table(everything(large=not quick))
    print(page)
    print(f"{time.monotonic() - began:.0f} s")
    if not quick:
        (Path(__file__).parent / "README.md").write_text(HEAD + page + TAIL, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
