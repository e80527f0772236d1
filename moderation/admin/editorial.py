"""Pages on which a comment is redacted, lifted or moved, and a discussion continued."""

import re

from django import forms
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Media, Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from blog.models import Comment, Post
from moderation.actions import NOTE_LENGTH
from moderation.editorial import lifting, masks, moving, redacting, rolling
from moderation.editorial.masks import NoWords
from moderation.models import QueuedComment
from moderation.reasons import REASONS
from moderation.transitions import NotAllowed, Outcome, Seen

from . import words
from .acting import DECIDE, Told, seen_of
from .filters import PostField

MAY_LIFT = (DECIDE, "blog.add_post")
MAY_ROLL_OVER = (*MAY_LIFT, "blog.change_post")
NEWEST = 300  # posts that are listed: of an older one the address is given
MEDIA = Media(
    css={"all": ("moderation/editorial.css",)},
    js=(Script("moderation/editorial.js", defer=True),),
)
_POST = re.compile(r"/([0-9]{4}/[0-9]{2}/[^/?#\s]+|p/[^/?#\s]+)\.html")


def _lines(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "dir": "auto"}),
    )


def _note(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


def key_of(comment: Comment) -> str:
    """Which comment, and as seen when; ``seen_of`` reads it."""
    return f"{comment.public_id}:{comment.version}"


class PlainForm(forms.Form):
    """Labels without a colon: they stand above their fields."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs, label_suffix="")


class RedactForm(PlainForm):
    """Which words go, one a line, by what they are."""

    name = _lines(f"Names, masked as {masks.KINDS['name']}")
    place = _lines(f"Places, masked as {masks.KINDS['place']}")
    removed = _lines(f"Anything else, masked as {masks.KINDS['removed']}")
    nameless = forms.BooleanField(
        label="Take the name above the comment away as well", required=False
    )
    reason = forms.ChoiceField(
        choices=[(each.code, f"{each.label}: {each.public}") for each in REASONS],
        initial=redacting.REASON,
    )
    public_note = _note("To its writer, beside the reason")
    private_note = _note("For moderators only")

    def masks(self) -> list[masks.Mask]:
        return masks.parse({kind: self.cleaned_data[kind] for kind in masks.KINDS})

    def digest(self) -> str:
        """What was previewed: other words need another preview."""
        found = [f"{mask.kind}:{mask.words}" for mask in self.masks()]
        return "|".join([*found, str(self.cleaned_data["nameless"])])


class LiftForm(PlainForm):
    title = forms.CharField(
        label="Title of the draft", required=False, max_length=500, strip=True
    )


class MoveForm(PlainForm):
    post = PostField(
        label="To the post",
        required=False,
        queryset=Post.objects.none(),
        empty_label="Choose, or give an address below",
    )
    where = forms.CharField(
        label="Or an address",
        required=False,
        max_length=500,
        help_text="Of a post, or of a comment (…/c/…/) that it is to answer there.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    private_note = _note("For moderators only")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        public = Post.objects.published()
        newest = public.newest_first().values_list("pk", flat=True)[:NEWEST]
        self.fields["post"].queryset = (
            public.filter(pk__in=list(newest))
            .newest_first()
            .only("title", "published_at", "address", "is_page", "status")
        )

    def place(self, comment: Comment) -> moving.Place:
        """Raises ``NotAllowed``."""
        post, where = self.cleaned_data["post"], self.cleaned_data["where"].strip()
        found = _POST.search(where)
        if found and "#c-" not in where:
            named = Post.objects.filter(address=found[1]).first()
            if named is None or (post and named.pk != post.pk):
                raise NotAllowed(f"Look at the address of the post again: {where}")
            return moving.place(comment, named, "")
        return moving.place(comment, post, where)


class RollOverForm(PlainForm):
    title = forms.CharField(label="Title of the new post", max_length=500)
    body = forms.CharField(
        label="Text",
        required=False,
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
        help_text="As in every post. The links between the two stand by themselves.",
    )
    publish = forms.ChoiceField(
        label="The new post is",
        choices=[
            ("", "a draft: readers see it when you publish it"),
            ("now", "published now"),
        ],
        initial="",
        required=False,
        widget=forms.RadioSelect,
    )
    private_note = _note("For moderators only")


class EditorialPages:
    """For ``QueueAdmin``: pages of their own, which work without any script."""

    def get_urls(self) -> list:
        view, name = self.admin_site.admin_view, "moderation_queuedcomment"
        return [
            path("roll-over/<int:pk>/", view(self.roll_over), name=f"{name}_roll_over"),
            path("<str:object_id>/redact/", view(self.redact), name=f"{name}_redact"),
            path("<str:object_id>/lift/", view(self.lift), name=f"{name}_lift"),
            path("<str:object_id>/move/", view(self.move), name=f"{name}_move"),
            *super().get_urls(),
        ]

    def redact(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Words to mask, then what becomes of the comment, and then the act."""
        comment = self._asked(request, object_id, DECIDE)
        form = RedactForm(request.POST if request.method == "POST" else None)
        context = {"previewed": ""}
        if request.method == "POST" and form.is_valid():
            try:
                wanted = form.masks()
                goes = form.cleaned_data["nameless"]
                if not wanted and not goes:
                    raise NoWords("Write at least one word to mask.")
                if request.POST.get("previewed") == form.digest() and (
                    request.POST.get("do") == "redact"
                ):
                    outcome = self._redacted(request, comment, wanted, form)
                    return self._done(request, comment, outcome, "redacted")
            except (NoWords, NotAllowed) as problem:
                return self._show(request, "redact", comment, form, str(problem))
            others, more = redacting.same_words_elsewhere(comment, wanted)
            context |= {
                "previewed": form.digest(),
                "preview": redacting.preview(comment, wanted),
                "others": [
                    {"called": words.handle(each), "comment": each, "key": key_of(each)}
                    for each in others
                ],
                "more": more,
                "lifted": redacting.lifted_into(comment, wanted),
                "ticked": request.POST.getlist("also"),
            }
        return self._show(request, "redact", comment, form, **context)

    @staticmethod
    def _redacted(
        request: HttpRequest,
        comment: QueuedComment,
        wanted: list[masks.Mask],
        form: RedactForm,
    ) -> Outcome:
        own = seen_of([request.POST.get("seen", "")])
        if not own or own[0].public_id != comment.public_id:
            raise NotAllowed("The page was sent without the comment it is about.")
        return redacting.redact(
            request.user,
            [*own, *seen_of(request.POST.getlist("also"))],
            wanted,
            nameless=[comment.public_id] if form.cleaned_data["nameless"] else [],
            **{
                name: form.cleaned_data[name]
                for name in ("reason", "public_note", "private_note")
            },
        )

    def lift(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A draft is made, and opened."""
        comment = self._asked(request, object_id, *MAY_LIFT)
        form = LiftForm(
            request.POST if request.method == "POST" else None,
            initial={"title": lifting.proposed_title(comment)},
        )
        if request.method != "POST" or not form.is_valid():
            return self._show(request, "lift", comment, form)
        try:
            outcome, post = lifting.lift(
                request.user,
                self._seen(request, comment),
                title=form.cleaned_data["title"],
            )
        except NotAllowed as problem:
            return self._show(request, "lift", comment, form, str(problem))
        if post is None or not request.user.has_perm("blog.change_post"):
            return self._done(request, comment, outcome, "lifted into a draft")
        Told.of(outcome, "lifted into a draft").keep(request)
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))

    def move(self, request: HttpRequest, object_id: str) -> HttpResponse:
        comment = self._asked(request, object_id, DECIDE)
        form = MoveForm(request.POST if request.method == "POST" else None)
        answers = Comment.objects.filter(
            tree_id=comment.tree_id, lft__gt=comment.lft, rght__lt=comment.rght
        )
        context = {"answers": answers.count()}
        if request.method != "POST" or not form.is_valid():
            return self._show(request, "move", comment, form, **context)
        try:
            outcome = moving.move(
                request.user,
                self._seen(request, comment),
                form.place(comment),
                private_note=form.cleaned_data["private_note"],
            )
        except NotAllowed as problem:
            return self._show(request, "move", comment, form, str(problem), **context)
        return self._done(request, comment, outcome, "moved")

    def roll_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perms(MAY_ROLL_OVER):
            raise PermissionDenied
        post = get_object_or_404(Post, pk=pk)
        form = RollOverForm(
            request.POST if request.method == "POST" else None,
            initial={"title": rolling.proposed_title(post)},
        )
        problem = rolling.unfit(post)
        if request.method == "POST" and form.is_valid():
            new = rolling.Continuation(
                title=form.cleaned_data["title"],
                body=form.cleaned_data["body"].replace("\r\n", "\n"),
                publish=form.cleaned_data["publish"] == "now",
            )
            note = form.cleaned_data["private_note"]
            try:
                row, made = rolling.roll_over(
                    request.user, post, new, private_note=note
                )
            except NotAllowed as reason:
                problem = str(reason)
            else:
                told = "The discussion is closed, and continued in a new post."
                Told(told, seqs=[row.seq]).keep(request)
                address = reverse("admin:blog_post_change", args=[made.pk])
                return HttpResponseRedirect(self._next(request) or address)
        context = {
            **self._context(request),
            "title": f"Continue “{post}” in a new post",
            "post": post,
            "form": form,
            "problem": problem,
            "waiting": rolling.waiting(post),
            "next": self._next(request),
        }
        return self._answer(request, "roll_over", context, is_wrong=bool(problem))

    # What they have in common

    def _asked(
        self, request: HttpRequest, object_id: str, *permissions: str
    ) -> QueuedComment:
        """The comment, with its own text."""
        if not request.user.has_perms(permissions):
            raise PermissionDenied
        if "\0" in object_id:  # which PostgreSQL does not even look for
            raise Http404
        rows = QueuedComment.objects.select_related("post", "parent")
        return get_object_or_404(rows, public_id=object_id)

    @staticmethod
    def _seen(request: HttpRequest, comment: QueuedComment) -> Seen:
        found = seen_of([request.POST.get("seen", "")])
        if not found or found[0].public_id != comment.public_id:
            raise NotAllowed("The page was sent without the comment it is about.")
        return found[0]

    def _show(
        self,
        request: HttpRequest,
        which: str,
        comment: QueuedComment,
        form: forms.Form,
        problem: str = "",
        **more,
    ) -> HttpResponse:
        called = words.handle(comment)
        verbs = {"redact": "Redact", "lift": "Lift", "move": "Move"}
        context = {
            **self._context(request),
            "title": f"{verbs[which]}: {called}",
            "called": called,
            "comment": comment,
            # What stands on this page is what the act is about.
            "seen": key_of(comment),
            "form": form,
            "problem": problem,
            "next": self._next(request),
            **more,
        }
        return self._answer(
            request, which, context, is_wrong=bool(problem) or bool(form.errors)
        )

    @staticmethod
    def _answer(
        request: HttpRequest, which: str, context: dict, *, is_wrong: bool
    ) -> HttpResponse:
        context["media"] += MEDIA
        status = 422 if is_wrong and request.method == "POST" else 200
        response = TemplateResponse(
            request,
            f"admin/moderation/queuedcomment/{which}.html",
            context,
            status=status,
        )
        response["Cache-Control"] = "no-store, private"
        return response

    def _done(
        self, request: HttpRequest, comment: QueuedComment, outcome: Outcome, done: str
    ) -> HttpResponse:
        Told.of(outcome, done).keep(request)
        own = reverse("admin:moderation_queuedcomment_change", args=[comment.public_id])
        return HttpResponseRedirect(self._next(request) or own)

    @staticmethod
    def _next(request: HttpRequest) -> str:
        """Where to go afterwards, if that is a page of this site."""
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        safe = url_has_allowed_host_and_scheme(
            wanted, {request.get_host()}, require_https=request.is_secure()
        )
        return wanted if safe else ""
