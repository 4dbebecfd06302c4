"""Addresses of this desk. Who may open which stands in `accounts/matrix.yaml`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "enterprise"

urlpatterns: list[URLPattern] = []
