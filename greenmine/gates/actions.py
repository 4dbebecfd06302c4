"""What happens at gates: a mine is judged, a closed gate is passed on a written ground, or a step goes through.

    gates.check("filing", mine, about=("application", "SB-2026-0001"), by=…, organisation=…, on=…) -> GateCheck
    gates.pass_closed(check, ground="…", evidence=[provenance], by=…, organisation=…, on=…) -> GatePass
    gates.go_through("entry", mine, about=…, by=…, organisation=…, on=…) -> GateCheck, or GateClosed
"""

from __future__ import annotations
