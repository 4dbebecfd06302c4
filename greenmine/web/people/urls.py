"""Addresses of the pages that belong to no desk."""

from __future__ import annotations

from django.urls import path

from greenmine.web.people import entrance, files, members, notices, papers

app_name = "people"
urlpatterns = [
    path("", entrance.home, name="home"),
    path("language/", entrance.language, name="language"),
    path("activate/", entrance.activate, name="activate"),
    path("healthz", entrance.healthz, name="healthz"),
    path("notices/", notices.listed, name="notices"),
    path("notices/<int:notice>/", notices.opened, name="notice"),
    path("files/<int:provenance>/", files.one, name="file"),
    path("papers/<int:paper>/", papers.one, name="paper"),
    path("papers/<int:paper>/act/", papers.act, name="paper_act"),
    path("papers/<int:paper>/redraft/", papers.redraft, name="paper_redraft"),
    path("papers/<int:paper>/<slug:form>/", papers.file, name="paper_file"),
    path("people/", members.listed, name="members"),
    path("people/<int:person>/", members.one, name="member"),
    path("enterprises/", members.enterprises, name="enterprises"),
]
