"""What can happen to signals, samples and inquiries: one place to call from."""

from greenmine.integrity.drawing import make_draw, order
from greenmine.integrity.inquiring import (
    Finding,
    Opening,
    add_record,
    close,
    debar,
    investigate,
    look_again,
    open_inquiry,
    plead,
    refute,
    verify,
)
from greenmine.integrity.issuing import draft, notification, publish, serve, sign
from greenmine.integrity.permissions import CannotInquire, CannotJudge
from greenmine.integrity.signalling import dismiss, look

__all__ = [
    "CannotInquire",
    "CannotJudge",
    "Finding",
    "Opening",
    "add_record",
    "close",
    "debar",
    "dismiss",
    "draft",
    "investigate",
    "look",
    "look_again",
    "make_draw",
    "notification",
    "open_inquiry",
    "order",
    "plead",
    "publish",
    "refute",
    "serve",
    "sign",
    "verify",
]
