"""What `./run bench rules` does."""

from __future__ import annotations

from bench import page, rules_bench


def main(*, quick: bool) -> int:
    """Measure, print, write; 1 where one of our own cells differs."""
    found = rules_bench.run(rules_bench.QUICK if quick else rules_bench.Sizes())
    print(page.printed(found, quick=quick))
    if not quick:
        rules_bench.write(found)
        page.write()
    checked = [found["oracle"], found["million"], *found["ours"], *found["linear"]]
    return int(any(line.get("wrong_cells") for line in checked))
