"""Addresses of the website, by noun."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from narrows.site.views import (
    about,
    answer,
    clinician,
    compare,
    emergency,
    evidence,
    health,
    home,
    injection,
    options,
    page,
    rules,
    scan,
    search,
    shelves,
    spine,
)

handler404 = "narrows.site.views.trouble.not_found"
handler500 = "narrows.site.views.trouble.broken"
handler403 = "narrows.site.views.trouble.forbidden"
handler400 = "narrows.site.views.trouble.bad"

urlpatterns = [
    path("health/", health.health, name="health"),
    path("static/<str:name>", health.static, name="static"),
    path("favicon.ico", health.mark),
    path("robots.txt", health.robots),
    *i18n_patterns(
        path("", home.home, name="home"),
        path("emergency/", emergency.emergency, name="emergency"),
        path("injection/", injection.injection, name="injection"),
        path("already/", emergency.already, name="already"),
        path("spine/", spine.start, name="spine"),
        path("spine/questions/<int:number>/", spine.questions_screen, name="questions"),
        path("spine/stop/", spine.stop, name="stop"),
        path("spine/scan/", scan.scan, name="scan"),
        path("spine/answer/", answer.person, name="answer"),
        path("spine/clinician/", answer.clinician, name="answer-clinician"),
        path("spine/answer.pdf", answer.pdf, name="answer-pdf"),
        path("spine/keep/", answer.keep, name="keep"),
        path("spine/narrows-case.json", answer.file_json, name="case-json"),
        path("spine/narrows-case.toml", answer.file_toml, name="case-toml"),
        path("spine/load/", spine.load, name="load"),
        path("spine/forget/", spine.forget, name="forget"),
        path("compare/", compare.compare, name="compare"),
        path("page/", page.page, name="page"),
        path("clinician/", clinician.clinician, name="clinician"),
        path("clinician/form/", clinician.form, name="clinician-form"),
        path("clinician/what-if/", clinician.what_if, name="what-if"),
        path("options/", options.shelf, name="options"),
        path("options/<slug:key>/", options.option, name="option"),
        path("evidence/", evidence.shelf, name="evidence"),
        path("evidence/studies.csv", evidence.studies_csv, name="studies-csv"),
        path("evidence/<slug:option>/<slug:condition>/", evidence.outcomes, name="outcomes"),
        path("evidence/<slug:option>/<slug:condition>/outcomes.csv", evidence.outcomes_csv, name="outcomes-csv"),
        path("studies/<slug:key>/", evidence.study, name="study"),
        path("claims/", shelves.claims, name="claims"),
        path("claims/<slug:key>/", shelves.claim, name="claim"),
        path("criteria/", rules.criteria, name="criteria"),
        path("criteria/<slug:key>/", rules.criterion, name="criterion"),
        path("syndromes/", rules.syndromes, name="syndromes"),
        path("syndromes/<slug:key>/", rules.syndrome, name="syndrome"),
        path("instruments/", shelves.instruments, name="instruments"),
        path("instruments/<slug:key>/", shelves.instrument, name="instrument"),
        path("sources/", shelves.sources, name="sources"),
        path("sources/<slug:key>/", shelves.source, name="source"),
        path("glossary/", shelves.glossary, name="glossary"),
        path("search/", search.search, name="search"),
        path("about/", about.about, name="about"),
        prefix_default_language=False,
    ),
]
