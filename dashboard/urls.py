"""Every address of the site, but for `/k8s/`, where the Kubernetes API is."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from dashboard.accounts import views as accounts
from dashboard.clusters import (
    apply,
    clock,
    compare,
    dns,
    explorer,
    fork,
    kubectl,
    manifests,
    objects,
    overhttps,
    past,
    people,
    recent,
    request,
    schemas,
    settings,
    tables,
    terminal,
)
from dashboard.landing import views as landing
from dashboard.lessons import views as lessons

admin.autodiscover()
admin.site.site_header = admin.site.site_title = "Kubarium"
admin.site.index_title = "Administration"

handler400 = "dashboard.errors.senseless"
handler403 = "dashboard.errors.forbidden"
handler404 = "dashboard.errors.not_found"
handler500 = "dashboard.errors.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", landing.landing, name="landing"),
    path("clusters/", landing.new_cluster, name="new-cluster"),
    path("clusters/<slug:slug>/", explorer.explorer, name="explorer"),
    path("clusters/<slug:slug>/apply", apply.apply, name="apply"),
    path("clusters/<slug:slug>/apply/", apply.apply),
    path("clusters/<slug:slug>/plan", apply.plan, name="plan"),
    path("clusters/<slug:slug>/clock", clock.clock, name="clock"),
    path("clusters/<slug:slug>/dns", dns.page, name="dns"),
    path("clusters/<slug:slug>/dns/", dns.page),
    path("clusters/<slug:slug>/recent", recent.recent, name="recent"),
    path("clusters/<slug:slug>/recent/overview", recent.overview, name="overview"),
    path("clusters/<slug:slug>/past", past.moment, name="past"),
    path("clusters/<slug:slug>/past/changes", past.changes, name="past-changes"),
    path("clusters/<slug:slug>/manifests", manifests.manifests, name="manifests"),
    path("clusters/<slug:slug>/compare", compare.compare, name="compare"),
    path("clusters/<slug:slug>/fork", fork.fork, name="fork"),
    path("clusters/<slug:slug>/resolve", dns.resolve, name="resolve"),
    path("clusters/<slug:slug>/request", request.page, name="request"),
    path("clusters/<slug:slug>/request/", request.page),
    path("clusters/<slug:slug>/tables", tables.page, name="tables"),
    path("clusters/<slug:slug>/tables/", tables.page),
    path("clusters/<slug:slug>/terminal", terminal.page, name="terminal"),
    path("clusters/<slug:slug>/terminal/", terminal.page),
    path("clusters/<slug:slug>/kubectl", kubectl.page, name="kubectl"),
    path("clusters/<slug:slug>/kubectl/<int:number>/end", kubectl.end, name="end-key"),
    path("clusters/<slug:slug>/dns-query", overhttps.over_https, name="dns-query"),
    path("clusters/<slug:slug>/schemas", schemas.index, name="schemas"),
    path("clusters/<slug:slug>/schemas/<path:version>/<str:kind>", schemas.schema, name="schema"),
    path("clusters/<slug:slug>/starters/<slug:name>", apply.starter, name="starter"),
    path("clusters/<slug:slug>/settings", settings.settings, name="settings"),
    path("clusters/<slug:slug>/people", people.people, name="people"),
    path("clusters/<slug:slug>/delete", settings.delete, name="delete-cluster"),
    path("clusters/<slug:slug>/objects/<str:resource>/<str:namespace>/<str:name>", objects.show, name="object"),
    path("lessons/", lessons.index, name="lessons"),
    path("lessons/<slug:slug>/", lessons.show, name="lesson"),
    path("lessons/<slug:slug>/start", lessons.start, name="lesson-start"),
    path("lessons/<slug:slug>/next", lessons.go_on, name="lesson-next"),
    path("lessons/<slug:slug>/do", lessons.help_out, name="lesson-do"),
    path("lessons/<slug:slug>/apply", lessons.apply, name="lesson-apply"),
    path("lessons/<slug:slug>/choose", lessons.choose, name="lesson-choose"),
    path("lessons/<slug:slug>/end", lessons.end, name="lesson-end"),
    path(
        "accounts/login/",
        login_not_required(LoginView.as_view(template_name="accounts/login.html", redirect_authenticated_user=True)),
        name="login",
    ),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/password/", accounts.password, name="password"),
    path("admin/", admin.site.urls),
    # Browsers ask for it on pages that name no icon, such as a plain answer.
    path("favicon.ico", login_not_required(RedirectView.as_view(url=static("favicon.svg"))), name="favicon"),
]
