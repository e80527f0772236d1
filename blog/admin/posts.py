"""Writing posts, for people who never saw Django."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.forms.widgets import Script
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST, require_safe

from blog import addresses, quotable
from blog.discussion import citations, shown
from blog.models import Label, Passage, Post

from .post_filters import LabelFilter, StateFilter, YearFilter
from .post_form import PostForm

PLAIN = "text/plain; charset=utf-8"


def in_words(post: Post) -> str:
    """When the post is or will be published; the day alone where no more is known."""
    if post.published_at is None:
        return ""
    return format_date(post.day, "j F Y, H:i" if post.shows_time else "j F Y")


class PostList(ChangeList):
    """The list of posts; it reads their labels but never their texts."""

    def get_queryset(self, request: HttpRequest, **kwargs) -> QuerySet:
        found = super().get_queryset(request, **kwargs)
        return found.prefetch_related("labels").defer(
            "body", "body_html", "plain", "summary"
        )


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    form = PostForm
    list_display = ("headline", "state", "dated", "label_list", "comment_total")
    list_display_links = ("headline",)
    list_filter = (StateFilter, YearFilter, LabelFilter)
    list_per_page = 50
    search_fields = ("title",)
    search_help_text = "Words of the title"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    ordering = (
        Case(When(status=Post.Status.DRAFT, then=0), default=1),
        F("published_at").desc(nulls_first=True),
        "-pk",
    )

    readonly_fields = (
        "resulting_address",
        "imported_from",
        "imported_address",
        "imported_format",
        "imported_comments",
    )

    class Media:
        css = {"all": ("blog/admin/post.css",)}
        js = (Script("blog/admin/post.js", defer=True),)

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_comment_count()

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return PostList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": "Posts", **(extra_context or {})}
        )

    @admin.display(description="title", ordering="title")
    def headline(self, post: Post) -> str:
        return str(post)

    @admin.display(description="state", ordering="status")
    def state(self, post: Post) -> str:
        if post.status == Post.Status.DRAFT:
            words = "draft"
        elif post.is_public:
            words = "published"
        else:
            words = f"scheduled for {in_words(post)}"
        return f"Page, {words}" if post.is_page else words[0].upper() + words[1:]

    @admin.display(description="date", ordering="published_at", empty_value="–")
    def dated(self, post: Post) -> str | None:
        return in_words(post) or None

    @admin.display(description="labels", empty_value="–")
    def label_list(self, post: Post) -> str | None:
        return ", ".join(label.name for label in post.labels.all()) or None

    @admin.display(description="comments", ordering="comment_count")
    def comment_total(self, post: Post) -> str | SafeString:
        if not (post.comment_count and post.is_public):
            return str(post.comment_count)
        return format_html(
            '<a href="{}#comments">{}</a>', post.get_absolute_url(), post.comment_count
        )

    # The page of one post

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> list:
        if obj is not None and not self.has_change_permission(request, obj):
            shown = ("headline", "state", "dated", "author_name", "label_list", "text")
            return [(None, {"fields": shown})]
        fixed = obj is not None and self._address_is_fixed(obj)
        address = ("resulting_address",) if fixed else ("slug", "resulting_address")
        fieldsets = [
            (
                None,
                {
                    "fields": (
                        "title",
                        "body",
                        "quote",
                        "label_names",
                        "author_name",
                    )
                },
            ),
            ("When readers see it", {"fields": ("status", ("date", "time"))}),
            ("Address", {"fields": address, "classes": ("collapse",)}),
        ]
        if obj is not None and obj.source:
            fieldsets.append(
                (
                    "Where it came from",
                    {
                        "fields": (
                            "imported_from",
                            "imported_address",
                            "imported_format",
                            "imported_comments",
                        ),
                        "classes": ("collapse",),
                    },
                )
            )
        return fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        last = Post.objects.exclude(author_name="").order_by("-pk")
        author = last.values_list("author_name", flat=True).first()
        initial = {"author_name": author or request.user.get_full_name()}
        if named := request.GET.getlist("quote"):
            try:
                initial["body"] = quotable.quotations(
                    " ".join(named), Post.Format.MARKDOWN
                )
            except quotable.NotQuotable as reason:
                self.message_user(request, str(reason), messages.WARNING)
        return initial

    @staticmethod
    def _address_is_fixed(post: Post) -> bool:
        """Readers have seen it, or may have: links to it must keep working."""
        return bool(post.address) and (
            post.is_public or post.status == Post.Status.DRAFT
        )

    @admin.display(description="address")
    def resulting_address(self, post: Post) -> str:
        if post.address:
            address = post.get_absolute_url()
            if self._address_is_fixed(post):
                return f"{address} (it stays, since links may lead to it)"
            return f"{address} (until it is published, another slug changes it)"
        slug = post.slug or addresses.slug_from_title(post.title)
        if post.is_page:
            return f"/{addresses.page_address(slug)}.html"
        if not (post.slug or post.title):
            return (
                "Made of the month and the title when the post is published: "
                "/2030/01/words-of-title.html"
            )
        day = post.day or timezone.localtime()
        return f"/{addresses.post_address(day.year, day.month, slug)}.html"

    @admin.display(description="text")
    def text(self, post: Post) -> SafeString:
        return format_html(
            '<div class="prose">{}</div>',
            mark_safe(post.body_html),  # noqa: S308  made safe when it was saved
        )

    @admin.display(description="source")
    def imported_from(self, post: Post) -> str:
        return post.source

    @admin.display(description="old address")
    def imported_address(self, post: Post) -> str:
        paths = post.old_addresses.values_list("path", flat=True)
        return ", ".join(paths) or "not recorded"

    @admin.display(description="text is kept as")
    def imported_format(self, post: Post) -> str:
        return post.get_body_format_display()

    @admin.display(description="comments at the source")
    def imported_comments(self, post: Post) -> str:
        if not post.comments_recorded:
            return "The source does not hold them."
        if post.comments_declared is None:
            return "The source does not state their number."
        return f"{post.comments_declared} by its own count"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        title = {"title": "Write a post"} if object_id is None else {}
        with transaction.atomic():
            if request.method == "POST":
                self._keep_others_out(object_id)
            return super().changeform_view(
                request, object_id, form_url, {**title, **(extra_context or {})}
            )

    @staticmethod
    def _keep_others_out(object_id: str | None) -> None:
        """Until it is saved: what the form compares and writes back stays true."""
        if object_id and object_id.isdecimal():
            locked = Post.objects.select_for_update().filter(pk=object_id)
            locked.values_list("pk").first()

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Post | None = None,
    ) -> HttpResponse:
        preview = reverse("admin:blog_post_preview_form")
        context["form_preview_url"] = f"{preview}?post={obj.pk}" if obj else preview
        context["show_save_and_add_another"] = False
        if obj is not None:
            if self.has_change_permission(request, obj):
                context["title"] = "Edit post"
            # The row as it is stored: the form may have put unsaved words into `obj`.
            stored = self.get_queryset(request).get(pk=obj.pk)
            context["post_is_public"] = stored.is_public
            context["post_state"] = self.state(stored)
            context["post_date"] = self.dated(stored)
            context["published_comments"] = stored.comment_count
            context["has_comments"] = obj.comments.exists()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def view_on_site(self, post: Post) -> str:
        """What readers see, or would."""
        if post.is_public and post.address:
            return post.get_absolute_url()
        return reverse("admin:blog_post_preview", args=[post.pk])

    def has_delete_permission(
        self, request: HttpRequest, obj: Post | None = None
    ) -> bool:
        """A post that was discussed stays: it can be taken from readers as a draft. So
        does one in which a discussion is continued, until that is taken back."""
        allowed = super().has_delete_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        continues = obj.passages_in.filter(kind=Passage.Kind.ROLL_OVER)
        return not (obj.comments.exists() or continues.exists())

    # Saving

    def save_model(self, request, obj: Post, form: PostForm, change: bool) -> None:
        dated = Post.objects.filter(pk=obj.pk, published_at__isnull=False)
        was_dated = change and dated.exists()
        super().save_model(request, obj, form, change)
        citations.saved(obj)
        if change and obj.published_at and not was_dated:
            # Imported comments of a draft without a date were seen by nobody so far.
            shown.settle_posts([obj.pk])
        if not change or {"status", "date", "time"} & set(form.changed_data):
            self.message_user(request, self._what_readers_see(obj), messages.INFO)

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        citations.settle_all(without=[obj.pk])
        super().delete_model(request, obj)

    def _what_readers_see(self, post: Post) -> str | SafeString:
        if post.status == Post.Status.DRAFT:
            return f"“{post}” is a draft: only editors see it."
        if not post.is_public:
            return f"Readers will see “{post}” on {in_words(post)}."
        return format_html(
            'Readers see “{0}” now at <a href="{1}">{1}</a>.',
            post,
            post.get_absolute_url(),
        )

    # Preview

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("preview/", view(self.preview_form), name="blog_post_preview_form"),
            path("quotation/", view(self.quotation), name="blog_post_quotation"),
            path("<int:pk>/preview/", view(self.preview), name="blog_post_preview"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def preview_form(self, request: HttpRequest) -> HttpResponse:
        """The post in the form as readers would see it; nothing is saved.

        ``?post=ID`` names the post that is being edited; with ``?fragment=1`` the
        answer is the article alone.
        """
        post = None
        if "post" in request.GET:
            post = self.get_object(request, request.GET["post"])
            if post is None:
                raise Http404
            allowed = self.has_change_permission(request, post)
        else:
            allowed = self.has_add_permission(request)
        if not allowed:
            raise PermissionDenied
        form_class = self.get_form(request, post, change=post is not None)
        form = form_class(request.POST, instance=post)
        unsaved = form.unsaved()
        return self._preview(
            request,
            unsaved,
            form.cleaned_data.get("label_names", []),
            fragment="fragment" in request.GET,
        )

    @method_decorator(require_safe)
    def quotation(self, request: HttpRequest) -> HttpResponse:
        """``?quote=`` as text for a post: what post.js puts where the cursor stands."""
        may_change = self.has_change_permission(request)
        if not (may_change or self.has_add_permission(request)):
            raise PermissionDenied
        body_format = request.GET.get("format", Post.Format.MARKDOWN)
        if body_format not in Post.Format:
            raise Http404
        try:
            words = quotable.quotations(request.GET.get("quote", ""), body_format)
        except quotable.NotQuotable as reason:
            words, status = str(reason), 404
        else:
            status = 200
        response = HttpResponse(words, status=status, content_type=PLAIN)
        response["Cache-Control"] = "no-store, private"
        return response

    @method_decorator(require_safe)
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A post as it is saved, public or not, the way readers would see it."""
        post = get_object_or_404(Post, pk=pk)
        if not self.has_view_permission(request, post):
            raise PermissionDenied
        labels = [label.name for label in post.labels.all()]
        return self._preview(request, post, labels)

    def _preview(
        self,
        request: HttpRequest,
        post: Post,
        labels: list[str],
        *,
        fragment: bool = False,
    ) -> HttpResponse:
        template = "_article.html" if fragment else "post_preview.html"
        context = {
            "post": post,
            "date": post.published_at or timezone.now(),
            "labels": [Label(name=name) for name in labels],
        }
        response = render(request, f"blog/{template}", context)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store, private"
        return response
