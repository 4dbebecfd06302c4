"""What can happen in selection (遴选). `take` is the one door of an application that was filed.

batch = open_batch(NewBatch(…)); issue_batch(batch, document)
application = prepare(batch, mine_key); bring(application, item, upload); file(application, agreed=True)
take(application, step, payload, seen=version)                 every step of the way, by the table
draw(batch, Sample(…)); open_notice(batch, stage, …); end_notice(notice); announce(batch)
propose_recommendation(batch, chosen); decide_recommendation(recommendation)
"""

from greenmine.selection.batching import NewBatch, announce, issue_batch, move, open_batch
from greenmine.selection.filing import file
from greenmine.selection.noticing import end_notice, open_notice
from greenmine.selection.permissions import CannotSelect
from greenmine.selection.preparing import bring, discard, prepare, refill
from greenmine.selection.recommending import decide_recommendation, propose_recommendation
from greenmine.selection.taking import take
from greenmine.selection.verifying import Sample, draw

__all__ = [
    "CannotSelect",
    "NewBatch",
    "Sample",
    "announce",
    "bring",
    "decide_recommendation",
    "discard",
    "draw",
    "end_notice",
    "file",
    "issue_batch",
    "move",
    "open_batch",
    "open_notice",
    "prepare",
    "propose_recommendation",
    "refill",
    "take",
]
