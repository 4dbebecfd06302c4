"""Addresses of the public desk. All of them open to anyone; what they write goes into `directory.intake`."""

from __future__ import annotations

from django.urls import path

from greenmine.web.public import (
    batch,
    distribution,
    figures,
    letters,
    mine,
    mines,
    notices,
    openness,
    proving,
    start,
    statements,
)

app_name = "public"

urlpatterns = [
    path("", start.page, name="start"),
    path("mines/", mines.listed, name="mines"),
    path("mines/<str:key>/", mine.page, name="mine"),
    path("mines/<str:key>/feed.atom", statements.mine_feed, name="mine_feed"),
    path("mines/<str:key>/proof.json", proving.proof, {"form": "json"}, name="proof"),
    path("mines/<str:key>/proof.pdf", proving.proof, {"form": "pdf"}, name="proof_paper"),
    path("mines/<str:key>/correct/", letters.correction, name="correction"),
    path("statistics/", figures.page, name="figures"),
    path("map/", distribution.page, name="map"),
    path("map/cells.json", distribution.cells, name="map_cells"),
    path("notices/", notices.listed, name="notices"),
    path("notices/<str:number>/", notices.page, name="notice"),
    path("notices/<str:number>/object/", letters.objection, name="objection"),
    path("statements/", statements.listed, name="statements"),
    path("statements/feed.atom", statements.feed, name="feed"),
    path("statements/<str:number>/", statements.page, name="statement"),
    path("statements/<str:number>/proof.json", statements.proof, name="statement_proof"),
    path("statements/<str:number>/files/<int:file>/", statements.file, name="statement_file"),
    path("complain/", letters.complaint, name="complaint"),
    path("letters/", letters.status, name="status"),
    path("batch/", batch.page, name="batch"),
    path("check/", proving.check, name="check"),
    path("data/", proving.data, name="data"),
    path("data/<str:day>/<str:name>", proving.data_file, name="data_file"),
    path("log/", openness.log, name="log"),
    path("log/checkpoints/<int:size>.txt", openness.checkpoint, name="checkpoint"),
    path("log/export.jsonl", openness.export, name="log_export"),
    path("log/verify.py", openness.script, name="log_script"),
    path("about/", openness.about, name="about"),
]
