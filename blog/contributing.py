"""The pages with which a comment is written: form, preview, receipt.

No cookie, no session. The form in a post's page carries no token, so that the page can
be cached for everybody; it leads to the preview, which is cached by nobody and carries
the signed token that sends what it shows. Whatever is wrong with a form that can be
read, the text is in the answer.
"""

from collections.abc import Callable
from functools import wraps
from itertools import chain
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from .contribution_form import ContributionForm
from .discussion import cleaning, receipts, tokens, tree
from .discussion.submission import Circumstances, Refused, submit
from .discussion.text import contribution_html
from .models import Comment, Post
from .warnings import warnings

LARGEST = 64 * 1024  # bytes of a request
MOST_FIELDS = 50
View = Callable[..., HttpResponse]


def contribution(view: View) -> View:
    """What all pages that take a contribution share.

    The request must come from this site's own pages (Fetch Metadata, else Origin), be a
    plain form of at most 64 KB, and hold nothing but text. The answer is stored
    nowhere.
    """

    @csrf_exempt
    @never_cache
    @require_POST
    @sensitive_post_parameters()
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not _comes_from_here(request):
            return _refusal(request, 403, "other-site")
        if _length(request) > LARGEST:
            return _refusal(request, 413, "too-large")
        if request.content_type != "application/x-www-form-urlencoded":
            return _refusal(request, 415, "not-a-form")
        try:
            _read(request)
        except (ValueError, BadRequest, SuspiciousOperation):
            return _refusal(request, 400, "not-text")
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return _refusal(request, 404, "no-post")

    return checked


def _read(request: HttpRequest) -> None:
    """Reads the form; an exception if it is more or other than text."""
    pairs = parse_qsl(
        request.body.decode("ascii"),
        errors="strict",
        keep_blank_values=True,
        max_num_fields=MOST_FIELDS,
    )
    for value in chain.from_iterable(pairs):
        cleaning.refuse_what_is_no_text(value)
    _ = request.POST  # Django's own limits


def _length(request: HttpRequest) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return LARGEST + 1


def _comes_from_here(request: HttpRequest) -> bool:
    """OWASP's rule: Sec-Fetch-Site decides; without it, Origin must be this site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin in (None, f"{request.scheme}://{request.get_host()}")


def _refusal(request: HttpRequest, status: int, why: str) -> HttpResponse:
    return render(request, "blog/refusal.html", {"why": why}, status=status)


def _address(request: HttpRequest) -> str:
    """The sender's network address behind so many trusted proxies, for one hash.

    Only the entry that the outermost trusted proxy wrote counts: what stands left of it
    in X-Forwarded-For the sender wrote.
    """
    if not settings.TRUSTED_PROXIES:
        return request.META.get("REMOTE_ADDR", "")
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    return (
        hops[-settings.TRUSTED_PROXIES].strip()
        if (len(hops) >= settings.TRUSTED_PROXIES)
        else ""
    )


class _Place:
    """The post and the comment that a contribution answers, as the form names them."""

    def __init__(self, request: HttpRequest) -> None:
        self.post = get_object_or_404(
            Post.objects.published(), address=request.POST.get("post", "")
        )
        self.parent_id = request.POST.get("parent", "").strip()
        self.parent = None
        self.is_known = True
        if self.parent_id:
            self.parent = (
                Comment.objects.published()
                .filter(post=self.post, public_id=self.parent_id)
                .first()
            )
            self.is_known = self.parent is not None


@require_safe
@never_cache
def reply(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form under one comment, on a page of its own: works without JavaScript."""
    parent = get_object_or_404(
        Comment.objects.published().select_related("post"), public_id=public_id
    )
    get_object_or_404(Post.objects.published(), pk=parent.post_id)
    return render(
        request,
        "blog/contribute.html",
        {"post": parent.post, "parent": parent, "form": ContributionForm()},
    )


@contribution
def preview(request: HttpRequest) -> HttpResponse:
    """Shows the comment as it will stand, and gives the token that sends it."""
    place = _Place(request)
    form = ContributionForm(request.POST)
    if not place.is_known:
        return _page(request, place, form, problem="parent-gone", status=404)
    if not form.is_valid():
        return _page(request, place, form, status=422)
    return _page(request, place, form)


@contribution
def send(request: HttpRequest) -> HttpResponse:
    """Stores what was previewed and shows its receipt."""
    place = _Place(request)
    form = ContributionForm(request.POST)
    if not form.is_valid():
        return _page(request, place, form, status=422)
    text, name = form.cleaned_data["text"], form.cleaned_data["name"]
    try:
        token = tokens.read(
            request.POST.get("token", ""), place.post.pk, place.parent_id, text, name
        )
    except tokens.StaleToken:
        return _page(request, place, form, problem="stale", status=409)
    # A comment that was sent before keeps its receipt, whatever became of its parent.
    if not place.is_known and not receipts.is_used(token.nonce):
        return _page(request, place, form, problem="parent-gone", status=404)
    try:
        stored = submit(
            place.post,
            text,
            parent=place.parent,
            name=name,
            nonce=token.nonce,
            circumstances=Circumstances(
                form_age=token.age,
                trap_filled=bool(form.cleaned_data["website"]),
                address=_address(request),
                earlier_receipt=form.cleaned_data["earlier"],
            ),
        )
    except Refused as refused:
        return _page(
            request, place, form, problem="closed", words=refused.message, status=403
        )
    except tree.NotInThisDiscussion:
        return _page(request, place, form, problem="parent-gone", status=404)
    return render(
        request,
        "blog/receipt.html",
        {
            "post": place.post,
            "code": stored.code,
            "grouped": receipts.grouped(stored.code),
            "comment": stored.comment,
            "is_new": stored.is_new,
        },
    )


def _page(
    request: HttpRequest,
    place: _Place,
    form: ContributionForm,
    *,
    problem: str = "",
    words: str = "",
    status: int = 200,
) -> HttpResponse:
    """The preview with its form; with a token where it can be sent as it is."""
    context = {
        "post": place.post,
        "parent": place.parent,
        "form": form,
        "problem": problem,
        "words": words,
    }
    if form.is_valid() and place.is_known:
        text, name = form.cleaned_data["text"], form.cleaned_data["name"]
        context |= {
            "html": contribution_html(text),
            "name": name,
            "warnings": warnings(text),
            "token": tokens.issue(
                receipts.new_nonce(), place.post.pk, place.parent_id, text, name
            ),
            # The form shows what was kept of it, which is what will be sent.
            "text": text,
        }
    return render(request, "blog/contribute.html", context, status=status)
