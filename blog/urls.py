"""The public addresses: Blogger's own shapes, so that old links keep working."""

from django.urls import path, register_converter

from . import contributing, media_views, views


class Year:
    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class Month(Year):
    regex = "0[1-9]|1[0-2]"

    def to_url(self, value: int) -> str:
        return f"{value:02}"


register_converter(Year, "year")
register_converter(Month, "month")

app_name = "blog"
urlpatterns = [
    path("", views.home, name="home"),
    path("<year:year>/", views.archive_year, name="year"),
    path("<year:year>/<month:month>/", views.archive_month, name="month"),
    path("<year:year>/<month:month>/<slug:slug>.html", views.post, name="post"),
    path("p/<slug:slug>.html", views.page, name="page"),
    path("search/label/<path:name>", views.label, name="label"),
    path("c/<slug:public_id>/", views.comment, name="comment"),
    path("c/<slug:public_id>/reply/", contributing.reply, name="reply"),
    path("media/<str:name>", media_views.image, name="image"),
    path("comment/preview/", contributing.preview, name="preview"),
    path("comment/send/", contributing.send, name="send"),
]
