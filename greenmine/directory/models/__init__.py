"""What is remembered of the directory: entries and their history, notices, objections, removals, changes, old lists, packages."""

from greenmine.directory.models.campaigns import Campaign, CampaignMine
from greenmine.directory.models.changes import Change, ChangeEntry
from greenmine.directory.models.entries import Entry, EntryEvent, Tier
from greenmine.directory.models.exchange import Delivery, ImportRow, IncomingFile, OutgoingPackage, SharedNote
from greenmine.directory.models.legacy import LegacyMine
from greenmine.directory.models.notices import NoticeMine, PublicNotice
from greenmine.directory.models.objections import Objection, ObjectionRecord, ObjectorOpening, SealedObjector
from greenmine.directory.models.removals import Removal, RemovalRecord

__all__ = [
    "Campaign",
    "CampaignMine",
    "Change",
    "ChangeEntry",
    "Delivery",
    "Entry",
    "EntryEvent",
    "ImportRow",
    "IncomingFile",
    "LegacyMine",
    "NoticeMine",
    "Objection",
    "ObjectionRecord",
    "ObjectorOpening",
    "OutgoingPackage",
    "PublicNotice",
    "Removal",
    "RemovalRecord",
    "SealedObjector",
    "SharedNote",
    "Tier",
]
