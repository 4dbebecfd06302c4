"""Addresses of the authority's desk. Who may open which stands in `accounts/matrix.yaml`."""

from __future__ import annotations

from django.urls import path

from greenmine.web.authority import (
    assessments,
    boundary,
    dashboard,
    imports,
    mine_page,
    mines,
    requests,
    rulebook,
    stating,
    to_fill,
)

app_name = "authority"

urlpatterns = [
    path("dashboard/", dashboard.page, name="dashboard"),
    path("dashboard/unknowns.xlsx", dashboard.unknowns_export, name="unknowns_export"),
    path("mines/", mines.listed, name="mines"),
    path("mines/export.xlsx", mines.export, name="mines_export"),
    path("mines/views/save/", mines.save_view, name="view_save"),
    path("mines/views/<int:view>/remove/", mines.remove_view, name="view_remove"),
    path("mines/<str:number>/", mine_page.page, name="mine"),
    path("mines/<str:number>/findings.xlsx", mine_page.export, name="mine_export"),
    path("mines/<str:number>/why/<str:rule>/", mine_page.explanation, name="explanation"),
    path("mines/<str:number>/area/", boundary.page, name="boundary"),
    path("mines/<str:number>/state/", stating.page, name="state_fact"),
    path("requests/", requests.listed, name="requests"),
    path("requests/new/", requests.new, name="request_new"),
    path("requests/<str:number>/", requests.page, name="request"),
    path("requests/<str:number>/chase/", requests.chase, name="request_chase"),
    path("requests/<str:number>/export.xlsx", requests.export, name="request_export"),
    path("to-fill/", to_fill.listed, name="to_fill"),
    path("imports/", imports.listed, name="imports"),
    path("imports/<int:batch>/", imports.page, name="import"),
    path("imports/<int:batch>/progress/", imports.progress, name="import_progress"),
    path("imports/<int:batch>/map/", imports.remap, name="import_map"),
    path("imports/<int:batch>/recognise/", imports.recognise, name="import_recognise"),
    path("imports/<int:batch>/commit/", imports.commit, name="import_commit"),
    path("imports/<int:batch>/undo/", imports.undo, name="import_undo"),
    path("assessments/", assessments.listed, name="assessments"),
    path("assessments/export.xlsx", assessments.export, name="assessments_export"),
    path("assessments/<str:number>/", assessments.page, name="assessment"),
    path("assessments/<str:number>/compare/", assessments.compare, name="assessment_compare"),
    path("assessments/<str:number>/return/", assessments.give_back, name="assessment_return"),
    path("assessments/<str:number>/file/<str:form>/", assessments.download, name="assessment_file"),
    path("rulebook/", rulebook.index, name="rulebook"),
    path("rulebook/rules/<str:identifier>/", rulebook.rule, name="rule"),
    path("rulebook/<str:instrument>/", rulebook.document, name="document"),
    path("rulebook/<str:instrument>/<path:path>/", rulebook.provision, name="provision"),
]
