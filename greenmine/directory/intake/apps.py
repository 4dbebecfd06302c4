"""Its tables stand under a name of their own."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """`directory.intake`."""

    name = "greenmine.directory.intake"
    label = "intake"
