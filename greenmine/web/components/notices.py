"""Where a to-do is done (办理入口): by what it is about, on the desk of whoever reads it."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from greenmine.notifications.models import Notice

# kind of organisation → what the notice is about → (page, whether it takes the key)
PLACES: dict[str, dict[str, tuple[str, bool]]] = {
    "authority": {
        "case": ("authority:case", True),
        "opinion": ("authority:opinion", True),
        "delegation": ("authority:delegations", False),
        "paper": ("people:paper", True),
        "assessment": ("authority:assessment", True),
        "engagement": ("authority:engagement", True),
        "agency": ("authority:agency", True),
        "inquiry": ("authority:inquiry", True),
        "signal": ("authority:integrity_signal", True),
        "request": ("authority:request", True),
        "mine": ("authority:mine", True),
        "application": ("authority:application", True),
        "batch": ("authority:batch", True),
        "entry": ("authority:entry", True),
        "notice": ("authority:directory_notice", True),
        "objection": ("authority:objection", True),
        "removal": ("authority:removal", True),
        "change": ("authority:change", True),
        "legacy": ("authority:legacy_mine", True),
        "shared": ("authority:directory_news", False),
    },
    "enterprise": {
        "paper": ("people:paper", True),
        "assessment": ("enterprise:assessment", True),
        "engagement": ("enterprise:engagement", True),
        "request": ("authority:to_fill", False),
        "mine": ("authority:mine", True),
        "application": ("enterprise:application", True),
        "batch": ("enterprise:applications", False),
        "case": ("enterprise:application_case", True),
        "notice": ("enterprise:applications", False),
        "legacy": ("enterprise:applications", False),
        "entry": ("authority:entry", True),
    },
    "agency": {
        "paper": ("people:paper", True),
        "engagement": ("assessor:engagement", True),
        "assessment": ("assessor:engagements", False),
        "agency": ("assessor:staff", False),
    },
}


def place_of(notice: Notice, kind: str) -> str:
    """The page on which this to-do is done, for an organisation of this kind; empty where there is none."""
    if notice.url:
        return notice.url
    if kind == "enterprise" and notice.verb == "assessment.due":
        return f"{reverse('enterprise:assessment_new')}?mine={notice.about_key}"
    if kind == "authority" and notice.about_kind == "request" and notice.to_kind == "county_nr":
        return reverse("authority:to_fill")
    name, takes_key = PLACES.get(kind, {}).get(notice.about_kind, ("", False))
    if not name or (takes_key and not notice.about_key):
        return ""
    try:
        return reverse(name, args=[notice.about_key] if takes_key else [])
    except NoReverseMatch:  # a key that no address can hold
        return ""
