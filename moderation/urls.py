"""The public addresses of moderation."""

from django.urls import path

from . import views

app_name = "moderation"
urlpatterns = [
    path("receipt/", views.receipt, name="receipt"),
]
