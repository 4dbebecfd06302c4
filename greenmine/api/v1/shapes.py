"""What answers look like (数据格式). Every field says what it means; days are YYYY-MM-DD, codes of places are those of GB/T 2260."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

Tier = Literal["national", "provincial"]
Standing = Literal["listed", "rectifying", "changing", "notice", "removed", "ended"]
Scale = Literal["large", "medium", "small"]
Stage = Literal["league", "provincial", "national"]
NoticeState = Literal["running", "ended", "withdrawn"]
Kind = Literal[
    "entry", "notice", "notice_end", "objection_outcome", "confirmation", "removal", "change", "gate_pass", "correction",
    "withdrawal", "disclosure",
]  # fmt: skip
LARGEST = 2**63 - 1
PLACE = r"^\d{6}$"


class Words(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


class Point(Schema):
    """A position as published."""

    longitude: float
    latitude: float
    exact: bool = Field(
        description="whether an authority released the exact point; otherwise the middle of a square the size of a county"
    )


class Mine(Schema):
    """A mine as published (公开矿山)."""

    key: str = Field(description="permanent number of the mine · 矿山编号")
    name: str
    holder: str = Field(description="holder of the mining right; people's names are not published · 矿业权人")
    credit_code: str = Field(description="unified social credit code of the holder · 统一社会信用代码")
    province: str
    prefecture: str
    region_code: str = Field(description="county · 县级行政区划代码")
    place: str
    mineral: str = Field(description="code of the fact dictionary · 矿种代码")
    mineral_words: Words
    scale: str = Field(description="large, medium, small, or empty where unknown · 规模")
    tier: str = Field(description="the highest tier it holds; empty before entry · 名录级别")
    standing: Standing = Field(description="a proposed removal is no public standing · 状态")
    number: str = Field(description="of its entry in that tier · 名录编号")
    entered_on: date | None
    point: Point | None
    changed_on: date


class MineDetail(Mine):
    """The rest of a mine's page."""

    standings: list[dict[str, Any]] = Field(
        description="standing in each tier, with days, numbers and owner · 各级状态"
    )
    results: dict[str, Any] = Field(description="results of the assessment by dimension · 评估结果")
    why: dict[str, Any] = Field(description="why it is listed, redacted · 列入理由")
    commitments: list[dict[str, Any]]
    notices: list[str] = Field(description="numbers of the notices it stands in · 公示编号")


class Mines(Schema):
    """One page of mines; `next` is the cursor of the following page, null on the last."""

    mines: list[Mine]
    next: int | None


class StatementFile(Schema):
    """A paper published with a statement."""

    name: str
    media_type: str
    size: int
    sha256: str


class Statement(Schema):
    """A published statement (公开信息) and its number in the public log."""

    number: str
    kind: Kind
    mine: str
    mine_name: str
    notice: str
    region_code: str
    on: date
    title: Words
    body: dict[str, Any]
    office: str
    by_enterprise: bool = Field(description="the enterprise speaks of itself · 企业自行公开")
    log_number: int | None = Field(description="null for the second in which it waits for the sealer · 公开日志序号")
    withdrawn_on: date | None
    withdrawn: Words | None
    files: list[StatementFile]


class Statements(Schema):
    """One page of statements."""

    statements: list[Statement]
    next: int | None


class NoticeMine(Schema):
    """One mine of a notice."""

    key: str
    name: str
    holder: str
    region_code: str
    result: Words


class Notice(Schema):
    """A public notice (公示)."""

    number: str
    stage: Stage
    state: NoticeState
    office: str
    region_code: str
    title: Words
    contact: str
    from_on: date
    until_on: date = Field(description="last day on which objections are taken · 公示截止日")
    outcome: Words
    closed_on: date | None


class NoticeDetail(Notice):
    """A notice with its list."""

    mines: list[NoticeMine]


class Notices(Schema):
    """One page of notices."""

    notices: list[Notice]
    next: int | None


class Change(Schema):
    """One change of what is published, under its number in the public log."""

    number: int
    kind: str = Field(
        description="kind of the statement; log.withdrawal and log.open-data are the log's own; empty where the text is withdrawn"
    )
    statement: Statement | None


class Changes(Schema):
    """What was published after a number: keep `next` and nothing is missed, for numbers have no gaps."""

    changes: list[Change]
    next: int = Field(description="ask with after=next")
    size: int = Field(description="newest number of the log")


class Key(Schema):
    """A public key by which this house signs."""

    algorithm: str
    public_key: str


class Checkpoint(Schema):
    """A signed checkpoint (检查点)."""

    size: int
    sha256: str
    sm3: str
    at: datetime
    note: str = Field(description="the signed note: keep this text elsewhere")


class NewestCheckpoint(Checkpoint):
    """The newest checkpoint and the keys."""

    keys: list[Key]


class Checkpoints(Schema):
    """One page of checkpoints, newest first."""

    checkpoints: list[Checkpoint]
    next: int | None


class LogProof(Schema):
    """An inclusion proof (存在性证明, RFC 6962)."""

    number: int
    commitment: dict[str, str]
    size: int
    root: dict[str, str]
    path: dict[str, list[str]]
    checkpoint: str


class LogConsistency(Schema):
    """A consistency proof (一致性证明, RFC 6962)."""

    old: dict[str, Any]
    new: dict[str, Any]
    path: dict[str, list[str]]


class Signature(Schema):
    """A signature over the canonical text (RFC 8785) of the payload."""

    algorithm: str
    public_key: str
    signature: str


class Signed(Schema):
    """A signed document: a proof of standing, or a status list."""

    payload: dict[str, Any]
    signatures: list[Signature]


class Document(Schema):
    """A proof of standing that somebody holds."""

    payload: dict[str, Any] = Field(default_factory=dict)
    signatures: list[Any] = Field(default_factory=list)


class Verdict(Schema):
    """What is true of a proof."""

    good: bool
    said: list[Words]
    standing_now: str = Field(description="empty where the mine is not in the directory")


class Codes(Schema):
    """Unified social credit codes to ask for."""

    codes: list[str] = Field(max_length=100_000)


class HolderMine(Schema):
    """A published mine of a holder."""

    key: str
    name: str
    holder: str
    region_code: str
    tier: str
    standing: Standing
    standings: list[dict[str, Any]]


class Holder(Schema):
    """What is published of the mines of one holder; no mines: none in the directory."""

    code: str
    problem: Words | None = Field(description="why this can be no credit code")
    mines: list[HolderMine]


class Holders(Schema):
    """An answer for each code, in the order asked."""

    holders: list[Holder]


class OpenFile(Schema):
    """One file of a day."""

    name: str
    sha256: str
    bytes: int
    rows: int | None
    kept: bool = Field(
        description="files with texts of statements are kept of the newest day only, until one is withdrawn"
    )


class OpenDay(Schema):
    """The files of a day; their hashes are a leaf of the public log."""

    on: date
    at: datetime
    sha256_in_log: str
    files: list[OpenFile]


class OpenDays(Schema):
    """The days that are kept, newest first."""

    days: list[OpenDay]


class Problem(Schema):
    """One problem of one parameter."""

    parameter: str
    zh: str
    en: str


class Error(Schema):
    """Why a question is refused."""

    error: Words
    problems: list[Problem] = Field(default_factory=list)
