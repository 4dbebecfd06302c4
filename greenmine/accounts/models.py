"""What is remembered of organisations, people and the roles they hold from a day to a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from greenmine.accounts.vocabulary import Department, Kind, Level, Role


class Organisation(models.Model):
    """An organisation (单位): a department of a government, an enterprise, an agency, or the house that runs this system."""

    key = models.CharField(max_length=24, unique=True, help_text="permanent number: O00000001")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    department = models.CharField(max_length=24, choices=Department.choices, blank=True, default="")
    level = models.CharField(max_length=12, choices=Level.choices, blank=True, default="")
    division = models.CharField(max_length=6, blank=True, default="", help_text="six digits; 000000 is the country")
    credit_code = models.CharField(max_length=18, blank=True, default="")
    enterprise = models.CharField(max_length=24, blank=True, default="", help_text="permanent key in the registry")
    verified_on = models.DateField(null=True)
    verified_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="a_credit_code_belongs_to_one_organisation", fields=("credit_code",), condition=~Q(credit_code="")
            ),
            models.CheckConstraint(
                name="an_authority_has_department_level_and_division",
                condition=~Q(kind="authority") | ~Q(department="") & ~Q(level="") & ~Q(division=""),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> str:
        """The word by which facts name this source (stated_by)."""
        if self.kind != Kind.AUTHORITY:
            return {"enterprise": "enterprise", "agency": "third_party"}.get(self.kind, self.kind)
        if self.department in {Department.NATURAL_RESOURCES, Department.GOVERNMENT}:
            return f"{self.level}_{'nr' if self.department == Department.NATURAL_RESOURCES else 'gov'}"
        return self.department

    @property
    def address(self) -> tuple[str, str]:
        """How others address it without knowing its account: its actor word, and its enterprise key or division.

        An agency is addressed by its own key: several of one town must not read each other's post.
        """
        if self.kind == Kind.AGENCY:
            return self.actor, self.key
        return self.actor, self.enterprise or self.division or self.key


class People(BaseUserManager["Person"]):
    """Finds people by the name they sign in with."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person of this sign-in name."""
        return self.get(username=username)


class Person(AbstractBaseUser):
    """A person (人员). Signs in by a name that is never given to anyone else."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True, default="")
    is_active = models.BooleanField(default=False, help_text="activated, not suspended, not left")
    invited_at = models.DateTimeField()
    code_hash = models.CharField(max_length=128, blank=True, default="", help_text="of the one-time code")
    code_until = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    suspended_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    is_demo = models.BooleanField(default=False, help_text="made for the demonstration; ./run serve refuses to start")

    objects = People()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = ["name"]  # noqa: RUF012 -- Django's own declaration

    def __str__(self) -> str:
        return self.name

    def snapshot(self, on: date) -> dict[str, Any]:
        """The person as he is on this day, for the ledger: text that points at nothing and never changes."""
        held = [row for row in self.memberships.select_related("organisation").order_by("id") if row.holds(on)]
        organisation = held[0].organisation if held else None
        return {
            "id": self.pk,
            "username": self.username,
            "name": self.name,
            "organisation": organisation.key if organisation else "",
            "organisation_name": organisation.name if organisation else "",
            "roles": sorted({row.role for row in held}),
        }


class Membership(models.Model):
    """That a person holds a role in an organisation (任职) from a day until the day before `until`."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    since = models.DateField()
    until = models.DateField(null=True, help_text="first day on which it no longer holds")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="a_membership_does_not_end_before_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        )
        indexes = (models.Index(fields=("organisation", "role"), name="members_of_an_organisation"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation} · {self.get_role_display()}"

    def holds(self, on: date) -> bool:
        """Whether the role is held on this day."""
        return self.since <= on and (self.until is None or on < self.until)


class SavedView(models.Model):
    """Filters of a list that a person keeps under a name of his own (常用筛选)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=32)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="a_saved_view_has_a_name_of_its_own", fields=("person", "page", "name")),
        )

    def __str__(self) -> str:
        return self.name
