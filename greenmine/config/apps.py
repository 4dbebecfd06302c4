"""What only config may connect: lower rooms offer hooks, upper rooms' deeds are hung into them here."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """Connects the rooms once Django is set up."""

    name = "greenmine.config"
    label = "config"

    def ready(self) -> None:
        """Whoever leaves hands his open to-dos and his work in cases to his successor."""
        from greenmine.accounts import actions as accounts  # noqa: PLC0415 -- models are loaded now, not before
        from greenmine.notifications import actions as notifications  # noqa: PLC0415 -- as above
        from greenmine.procedures import actions as procedures  # noqa: PLC0415 -- as above

        for hand_over in (notifications.hand_over, procedures.hand_over):
            if hand_over not in accounts.hand_overs:
                accounts.hand_overs.append(hand_over)
