"""Addresses of the operator's desk. Who may open which stands in `accounts/matrix.yaml`."""

from __future__ import annotations

from django.urls import path

from greenmine.web.operator import additions, editions, history, indicator_sets, organisations, records, system

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
    path("indicator-sets/", indicator_sets.page, name="indicator_sets"),
    path("indicator-sets/preview/", indicator_sets.preview, name="indicator_set_preview"),
    path("indicator-sets/load/", indicator_sets.load, name="indicator_set_load"),
    path("indicator-sets/withdraw/", indicator_sets.withdraw, name="indicator_set_withdraw"),
    path("indicator-sets/compare/", indicator_sets.compare, name="indicator_set_compare"),
    path("indicator-sets/<str:identifier>/template.xlsx", indicator_sets.template, name="indicator_set_template"),
    path("indicator-sets/<str:identifier>/text.yaml", indicator_sets.text, name="indicator_set_text"),
    path("indicator-sets/<str:before>/to/<str:after>/", indicator_sets.mapping, name="indicator_mapping"),
    path(
        "indicator-sets/<str:before>/to/<str:after>/pairs.xlsx",
        indicator_sets.mapping_template,
        name="indicator_mapping_template",
    ),
    path("organisations/", organisations.page, name="organisations"),
    path("records/", records.listed, name="records"),
    path("records/verify/", records.verify, name="records_verify"),
    path("records/export.xlsx", records.export, name="records_export"),
]
