"""What is remembered: leaves, their texts as long as they are published, their order, and the seals over it."""

from __future__ import annotations

from django.db import models

LEVEL_BITS = 48  # a node's place is its level above its index; 2^48 leaves are more than there will be


class Leaf(models.Model):
    """One published statement as two salted hashes (哈希). Written by the act; never changed, never deleted."""

    sha256 = models.CharField(max_length=64, unique=True)
    sm3 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.sha256


class Content(models.Model):
    """Salt and text of a leaf. They go when the statement is withdrawn (撤下), and not otherwise."""

    leaf = models.OneToOneField(Leaf, models.PROTECT, primary_key=True, related_name="content")
    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=64, db_index=True)
    on = models.DateField()
    salt = models.CharField(max_length=32)
    text = models.TextField(help_text="canonical JSON of kind, key, day and statement: what was hashed")

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.on}"


class Withdrawal(models.Model):
    """A statement was withdrawn: by which later leaf, why, on which day."""

    leaf = models.OneToOneField(Leaf, models.PROTECT, primary_key=True, related_name="withdrawal")
    by_leaf = models.OneToOneField(Leaf, models.PROTECT, related_name="withdraws")
    reason = models.TextField()
    on = models.DateField()

    def __str__(self) -> str:
        return self.reason


class Waiting(models.Model):
    """A leaf whose transaction is over or not yet, and which the sealer has not linked."""

    leaf = models.OneToOneField(Leaf, models.PROTECT, primary_key=True, related_name="waiting")

    def __str__(self) -> str:
        return str(self.pk)


class Link(models.Model):
    """The place of a leaf in the log (公开日志序号): from 1, without gaps, given by the sealer alone."""

    number = models.BigIntegerField(primary_key=True)
    leaf = models.OneToOneField(Leaf, models.PROTECT, related_name="link")

    def __str__(self) -> str:
        return str(self.number)


class Node(models.Model):
    """The hashes of a complete subtree above the leaves: level × 2^48 + index."""

    place = models.BigIntegerField(primary_key=True)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.place >> LEVEL_BITS}/{self.place & (1 << LEVEL_BITS) - 1}"


class Seal(models.Model):
    """A signed checkpoint (检查点): so many leaves, these two roots, at this moment."""

    size = models.BigIntegerField(primary_key=True)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    at = models.DateTimeField()
    note = models.TextField(help_text="the checkpoint as it leaves the machine: a signed note")

    class Meta:
        get_latest_by = "size"

    def __str__(self) -> str:
        return f"{self.size} {self.sha256}"


class Dispatch(models.Model):
    """Who got which checkpoint, how and when (检查点发送记录): kept elsewhere, it is what makes the log trustworthy."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="dispatches")
    to_key = models.CharField(max_length=64)
    to_name = models.CharField(max_length=200)
    way = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("seal", "to_key", "way"), name="a_checkpoint_goes_to_an_office_once_by_each_way"
            ),
        )

    def __str__(self) -> str:
        return f"{self.seal_id} → {self.to_name}"
