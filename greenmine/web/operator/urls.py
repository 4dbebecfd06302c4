"""Addresses of the operator's desk. Who may open which stands in `accounts/matrix.yaml`."""

from __future__ import annotations

from django.urls import path

from greenmine.web.operator import additions, editions, history, organisations, records, system

app_name = "operator"

urlpatterns = [
    path("system/", system.page, name="system"),
    path("system/jobs/<uuid:job>/retry/", system.retry, name="job_retry"),
    path("editions/", editions.page, name="editions"),
    path("editions/compare/", editions.compare, name="compare"),
    path("editions/activate/", editions.activate, name="activate"),
    path("editions/comparisons/<int:number>/", editions.comparison, name="comparison"),
    path("editions/activations/<int:number>/", editions.activation, name="activation"),
    path("additions/", additions.page, name="additions"),
    path("additions/file/", additions.shipped_file, name="addition_file"),
    path("history/", history.page, name="history"),
    path("organisations/", organisations.page, name="organisations"),
    path("records/", records.listed, name="records"),
    path("records/verify/", records.verify, name="records_verify"),
    path("records/export.xlsx", records.export, name="records_export"),
]
