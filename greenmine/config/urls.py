"""Addresses. Each desk brings its own; what may be opened by whom stands in accounts/matrix.yaml."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

to_login = RedirectView.as_view(pattern_name="account_login")
urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    # Names allauth links to; accounts come from invitations, new passwords from the organisation's administrator.
    path("accounts/inactive/", to_login, name="account_inactive"),
    path("accounts/set-password/", to_login, name="account_set_password"),
    path("accounts/reset/", to_login, name="account_reset_password"),
    path("accounts/email/", to_login, name="account_email"),
    path("accounts/sent/", to_login, name="account_email_verification_sent"),
    path("accounts/2fa/", second_factor.index, name="mfa_index"),
    path("accounts/2fa/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/confirm/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/2fa/codes/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("", include("greenmine.web.people.urls")),
    path("api/v1/", include("greenmine.api.urls")),
    *(path(f"{desk}/", include(f"greenmine.web.{desk}.urls")) for desk in settings.DESKS),
]
