"""Bounds that hold before anything is built: a pack is data that a province may upload."""

from __future__ import annotations

import re

ID = re.compile(r"[a-z][a-z0-9_.-]{0,59}")
NAME_LENGTH = 60
NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
PATH = re.compile(r"(?:[a-z]+\.)?[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
TEXT_LENGTH = 2000
DEPTH = 24
NODES = 500
IN_LIST = 200
DEFINITION_DEPTH = 8
NOT_CHAIN = 8
PERIODS_ON_A_DAY = 2
FILE_LENGTH = 4_000_000
YAML_DEPTH = 12
MONTHS = 1200
DAYS = 36500
SCALE = 8
PRODUCT_SCALE = 16
LARGEST = 3 * 10**18  # every intermediate result stays inside a signed 64-bit integer, in every engine
