"""The public addresses: Blogger's own shapes, so that old links keep working."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import contributing, feeds, media_views, sitemaps, views
from .search import views as search


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


class Number(StringConverter):
    """A number of another program, as it writes it."""

    regex = "[0-9]{1,30}"


class PostAddress(StringConverter):
    """What ``Post.address`` holds: ``2022/09/some-title``, ``p/about``."""

    regex = "(?:[0-9]{4}/(?:0[1-9]|1[0-2])|p)/[-a-zA-Z0-9_]+"


register_converter(Year, "year")
register_converter(Month, "month")
register_converter(Number, "number")
register_converter(PostAddress, "post_address")

app_name = "blog"
urlpatterns = [
    path("", views.home, name="home"),
    path("<year:year>/", views.archive_year, name="year"),
    path("<year:year>/<month:month>/", views.archive_month, name="month"),
    path("<year:year>/<month:month>/<slug:slug>.html", views.post, name="post"),
    path("p/<slug:slug>.html", views.page, name="page"),
    path("search", search.search, name="search"),
    path("search/label/<path:name>", views.label, name="label"),
    path("series/<str:key>/", views.series, name="series"),
    path("c/<slug:public_id>/", views.comment, name="comment"),
    path(
        "c/blogger/<number:number>/",
        views.comment_of_blogger,
        name="comment_of_blogger",
    ),
    path("c/<slug:public_id>/card/", views.comment_card, name="card"),
    path("c/<slug:public_id>/reply/", contributing.reply, name="reply"),
    path("media/<str:name>", media_views.image, name="image"),
    path("feeds/posts/default", feeds.posts, name="feed_of_posts"),
    path(
        "feeds/posts/default/-/<path:name>", feeds.posts_of_label, name="feed_of_label"
    ),
    path("feeds/comments/default", feeds.comments, name="feed_of_comments"),
    path(
        "feeds/<number:number>/comments/default",
        feeds.comments_of_number,
        name="feed_of_number",
    ),
    path(
        "feeds/<post_address:address>/comments/default",
        feeds.comments_of_post,
        name="feed_of_post",
    ),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("comment/preview/", contributing.preview, name="preview"),
    path("comment/send/", contributing.send, name="send"),
]
