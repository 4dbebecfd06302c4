"""Background jobs for the command line: the same questions and the same act as on the operator's desk."""

from __future__ import annotations

from greenmine.web.operator.jobs import STUCK_AFTER, Job, overview, retry

__all__ = ["STUCK_AFTER", "Job", "overview", "retry"]
