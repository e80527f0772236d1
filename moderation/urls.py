"""The public addresses of moderation."""

from django.urls import path

from . import complaint_views, page_views, views

app_name = "moderation"
urlpatterns = [
    path("receipt/", views.receipt, name="receipt"),
    path("moderation/", page_views.moderation, name="page"),
    path("moderation/before-you-write/", page_views.writing, name="writing"),
    path("complaint/", complaint_views.start, name="complain"),
    path("complaint/<slug:public_id>/", complaint_views.complaint, name="complaint"),
    path("report/<slug:public_id>/", complaint_views.report, name="report"),
]
