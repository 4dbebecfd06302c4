"""Its tables stand under a name of their own."""

from django.apps import AppConfig


class PublishedConfig(AppConfig):
    """`directory.published`."""

    name = "greenmine.directory.published"
    label = "published"
