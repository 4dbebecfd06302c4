"""Addresses of this desk. Who may open which stands in `accounts/matrix.yaml`."""

from __future__ import annotations

from django.urls import path

from greenmine.web.assessor import (
    engagements,
    home,
    site,
    site_record,
    site_report,
    site_sync,
    site_work,
    staff,
)

app_name = "assessor"

urlpatterns = [
    path("", home.page, name="home"),
    path("engagements/", engagements.listed, name="engagements"),
    path("engagements/<str:number>/", engagements.page, name="engagement"),
    path("engagements/<str:number>/act/", engagements.act, name="engagement_act"),
    path("engagements/<str:number>/files/<int:provenance>/", engagements.file, name="engagement_file"),
    path("engagements/<str:number>/self/", engagements.self_assessment, name="self_assessment"),
    path(
        "engagements/<str:number>/self/paper.<str:form>",
        engagements.self_assessment_paper,
        name="self_assessment_paper",
    ),
    path(
        "engagements/<str:number>/self/<int:provenance>/", engagements.self_assessment_file, name="self_assessment_file"
    ),
    path("staff/", staff.page, name="staff"),
    path("staff/act/", staff.act, name="staff_act"),
    path("leniency/", staff.leniency, name="leniency"),
    # the site pack: what lies under site/ is what the service worker keeps
    path("site/", site.listed, name="site_list"),
    path("site/worker.js", site.worker, name="site_worker"),
    path("site/manifest.json", site.manifest, name="site_manifest"),
    path("site/<str:engagement>/<int:number>/", site.page, name="site_pack"),
    path("site/<str:engagement>/<int:number>/pack.json", site.data, name="site_data"),
    path("site/<str:engagement>/<int:number>/sync/", site_sync.sync, name="site_sync"),
    path("site/<str:engagement>/<int:number>/photo/<str:op>/", site_sync.photo, name="site_photo"),
    # the work of one engagement
    path("fieldwork/<str:engagement>/", site_work.page, name="fieldwork"),
    path("fieldwork/<str:engagement>/open/", site_work.begin, name="fieldwork_open"),
    path("fieldwork/<str:engagement>/desk/", site_work.desk_review, name="desk_review"),
    path("fieldwork/<str:engagement>/answers/", site_work.answers, name="desk_answers"),
    path("fieldwork/<str:engagement>/plan/", site_work.plan, name="plan_visit"),
    path("fieldwork/<str:engagement>/visits/<int:number>/", site_record.page, name="visit"),
    path("fieldwork/<str:engagement>/visits/<int:number>/act/", site_record.act, name="visit_act"),
    path(
        "fieldwork/<str:engagement>/visits/<int:number>/photo/<int:capture>/", site_record.picture, name="visit_photo"
    ),
    path("fieldwork/<str:engagement>/report/", site_report.page, name="report"),
    path("fieldwork/<str:engagement>/report/act/", site_report.act, name="report_act"),
    path("fieldwork/<str:engagement>/report/<str:number>.<str:ending>", site_report.download, name="report_file"),
]
