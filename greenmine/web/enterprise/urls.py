"""Addresses of the enterprise's desk. Who may open which stands in `accounts/matrix.yaml`."""

from __future__ import annotations

from django.urls import path

from greenmine.web.enterprise import (
    applications,
    applications_page,
    disclosures,
    engagements,
    home,
    listing,
    moving,
    sharing,
    submitting,
    weighing,
    workbooks,
    working,
)

app_name = "enterprise"

urlpatterns = [
    path("", home.page, name="home"),
    path("assessments/", listing.listed, name="assessments"),
    path("assessments/new/", listing.new, name="assessment_new"),
    path("assessments/<str:number>/", working.page, name="assessment"),
    path("assessments/<str:number>/items/<str:indicator>/", working.item, name="item"),
    path("assessments/<str:number>/items/<str:indicator>/evidence/", working.evidence, name="evidence"),
    path("assessments/<str:number>/evidence/<int:link>/detach/", working.detach, name="evidence_detach"),
    path("assessments/<str:number>/gaps/", weighing.gaps, name="gaps"),
    path("assessments/<str:number>/compare/", weighing.compare, name="compare"),
    path("assessments/<str:number>/share/", sharing.page, name="share"),
    path("assessments/<str:number>/workbook/", workbooks.page, name="workbook"),
    path("assessments/<str:number>/workbook.xlsx", workbooks.out, name="workbook_out"),
    path("assessments/<str:number>/move/", moving.page, name="move"),
    path("assessments/<str:number>/move/undo/", moving.undo, name="move_undo"),
    path("assessments/<str:number>/submit/", submitting.page, name="submit"),
    path("assessments/<str:number>/acknowledge/", submitting.acknowledge, name="acknowledge"),
    path("assessments/<str:number>/withdraw/", submitting.withdraw, name="withdraw"),
    path("assessments/<str:number>/report/", submitting.report, name="report"),
    path("assessments/<str:number>/report/<str:form>/", submitting.download, name="report_file"),
    path("mines/<str:number>/risk/", weighing.removal_risk, name="removal_risk"),
    path("mines/<str:number>/gates/", weighing.gates, name="gates"),
    path("applications/", applications.listed, name="applications"),
    path("applications/new/", applications.new, name="application_new"),
    path("applications/cases/<str:number>/", applications_page.of_case, name="application_case"),
    path("applications/<str:number>/", applications_page.page, name="application"),
    path("applications/<str:number>/act/", applications_page.act, name="application_act"),
    path("applications/<str:number>/files/<int:provenance>/", applications_page.file, name="application_file"),
    path("disclosures/", disclosures.page, name="disclosures"),
    path("engagements/", engagements.listed, name="engagements"),
    path("engagements/<str:number>/", engagements.page, name="engagement"),
    path("engagements/<str:number>/act/", engagements.act, name="engagement_act"),
    path("engagements/<str:number>/files/<int:provenance>/", engagements.file, name="engagement_file"),
]
