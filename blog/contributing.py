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
from django.views.decorators.http import require_safe

from .contribution_form import ContributionForm
from .discussion import claims, cleaning, pseudonyms, receipts, tokens, tree
from .discussion.linking import linked_if_written_now
from .discussion.submission import NOT_HERE, Circumstances, Refused, submit
from .discussion.text import contribution_html
from .models import Comment, Post
from .warnings import questions

LARGEST = 64 * 1024  # bytes of a request
LARGEST_GIVEN_BACK = 1024 * 1024  # of one that is refused; what is larger is not read
MOST_FIELDS = 50
FORM = "application/x-www-form-urlencoded"
# In which fields a contributor writes, on all pages that take something.
WRITTEN = (
    *("text", "answer", "appeal", "reply"),
    *("statement", "why", "meaning", "wrong"),
)
View = Callable[..., HttpResponse]


def contribution(view: View) -> View:
    """What all pages that take a contribution share.

    The request must not say that it comes from another site (Fetch Metadata, else
    Origin), must be a plain form of at most 64 KB, and hold nothing but text. The
    answer is stored nowhere.
    """

    @csrf_exempt
    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST":
            return _not_to_be_opened(request)
        if not _comes_from_here(request):
            return _refusal(request, 403, "other-site")
        if _length(request) > LARGEST:
            return _refusal(request, 413, "too-large")
        if request.content_type != FORM:
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
    """Sec-Fetch-Site decides; without it, an Origin must be this site.

    What has neither is taken: a proxy or a browser that tells little has left them out.
    Another site gains nothing by a form of which no browser says where it is from:
    there is no cookie and no session here, so that it could send the same by itself;
    and what is done to a comment needs its receipt.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin in (None, f"{request.scheme}://{request.get_host()}")


def _refusal(request: HttpRequest, status: int, why: str) -> HttpResponse:
    """Says why nothing was done, and gives back what was written: the page before is
    stored nowhere, so that the way back in the browser may lead to nothing."""
    context = {"why": why, "written": _written(request)}
    return render(request, "blog/refusal.html", context, status=status)


def _not_to_be_opened(request: HttpRequest) -> HttpResponse:
    """For who comes without a form, as a browser does that opens its tabs again."""
    response = render(request, "blog/not_to_be_opened.html", status=405)
    response["Allow"] = "POST"
    return response


def _written(request: HttpRequest) -> str:
    """What somebody wrote in a form that is refused, as far as it can be read; where
    something in it is no text, a sign stands for that."""
    if request.content_type != FORM or _length(request) > LARGEST_GIVEN_BACK:
        return ""
    try:
        pairs = parse_qsl(
            request.body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS
        )
    except (ValueError, BadRequest, SuspiciousOperation):
        return ""
    written = [value for name, value in pairs if name in WRITTEN]
    return "\n\n".join(written).replace("\0", "\ufffd")


def network_address(request: HttpRequest) -> str:
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
        {
            "post": parent.post,
            "parent": parent,
            "parent_mark": claims.marks([parent]).get(parent.pk),
            "form": ContributionForm(answers=parent),
            "suggestion": pseudonyms.suggestion(),
        },
    )


@contribution
def preview(request: HttpRequest) -> HttpResponse:
    """Shows the comment as it will stand, and gives the token that sends it."""
    place = _Place(request)
    form = ContributionForm(request.POST, answers=place.parent)
    if not place.post.has_discussion:
        return _page(request, place, form, problem="closed", words=NOT_HERE, status=403)
    if not place.is_known:
        return _page(request, place, form, problem="parent-gone", status=404)
    if not form.is_valid():
        return _page(request, place, form, status=422)
    try:
        proof = _proved(request, place, form)
    except pseudonyms.Busy:
        return _page(request, place, form, problem="busy", status=503)
    return _page(request, place, form, proof, status=200 if form.is_valid() else 422)


@contribution
def send(request: HttpRequest) -> HttpResponse:
    """Stores what was previewed and shows its receipt."""
    place = _Place(request)
    form = ContributionForm(request.POST, answers=place.parent)
    if not form.is_valid():
        return _page(request, place, form, status=422)
    text, name = form.cleaned_data["text"], form.cleaned_data["name"]
    try:
        proof = _proved(request, place, form)
    except pseudonyms.Busy:
        return _page(request, place, form, problem="busy", status=503)
    if not form.is_valid():
        return _page(request, place, form, status=422)
    try:
        if form.cleaned_data["phrase"]:  # which the preview did not show
            raise tokens.StaleToken
        token = tokens.read(
            request.POST.get("token", ""),
            place.post.pk,
            place.parent_id,
            text,
            name,
            proof,
        )
    except tokens.StaleToken:
        return _page(request, place, form, proof, problem="stale", status=409)
    # A comment that was sent before keeps its receipt, whatever became of its parent.
    if not place.is_known and not receipts.is_used(token.nonce):
        return _page(request, place, form, proof, problem="parent-gone", status=404)
    try:
        stored = submit(
            place.post,
            text,
            parent=place.parent,
            name=name,
            proof=proof,
            nonce=token.nonce,
            circumstances=Circumstances(
                form_age=token.age,
                trap_filled=bool(form.cleaned_data["website"]),
                address=network_address(request),
                earlier_receipt=form.cleaned_data["earlier"],
            ),
        )
    except Refused as refused:
        return _page(
            request,
            place,
            form,
            proof,
            problem="closed",
            words=refused.message,
            status=403,
        )
    except tree.NotInThisDiscussion:
        return _page(request, place, form, proof, problem="parent-gone", status=404)
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


def _proved(
    request: HttpRequest, place: _Place, form: ContributionForm
) -> pseudonyms.Proof | None:
    """What is proved of the name in a good form: by the phrase, or by an earlier
    preview in which it was typed. Raises ``pseudonyms.Busy``.

    The form gets a fault where a tag is wanted that only the phrase can give.
    """
    fields = form.cleaned_data
    if fields["phrase"]:
        return claims.prove(fields["phrase"], place.post, site_wide=fields["site_wide"])
    if fields["unclaim"]:
        return None
    earlier = request.POST.get("proof", "")
    proof = tokens.read_proof(earlier, place.post.pk, fields["name"])
    if fields["site_wide"] != (proof is not None and proof.is_site_wide):
        form.add_error(
            "phrase",
            "Type the pass-phrase for this: the tag of the whole site is another than "
            "that of this post.",
        )
    return proof


def _page(
    request: HttpRequest,
    place: _Place,
    form: ContributionForm,
    proof: pseudonyms.Proof | None = None,
    *,
    problem: str = "",
    words: str = "",
    status: int = 200,
) -> HttpResponse:
    """The preview with its form; with a token where it can be sent as it is."""
    earlier = request.POST.get("proof", "")
    context = {
        "post": place.post,
        "parent": place.parent,
        "parent_mark": place.parent
        and claims.marks([place.parent]).get(place.parent.pk),
        "form": form,
        "problem": problem,
        "words": words,
        "suggestion": pseudonyms.suggestion(),
        "phrase_was_typed": bool(request.POST.get("phrase")),
        "proof": proof,
        "proof_token": earlier,
    }
    if form.is_valid() and place.is_known and problem != "busy":
        text, name = form.cleaned_data["text"], form.cleaned_data["name"]
        context |= {
            "html": linked_if_written_now(
                place.post, place.parent, contribution_html(text)
            ),
            "name": name,
            "mark": claims.mark_of_new(place.post, name, proof),
            "proof_is_gone": bool(
                earlier and name and not proof and not form.cleaned_data["unclaim"]
            ),
            "questions": questions(text),
            "token": tokens.issue(
                receipts.new_nonce(),
                place.post.pk,
                place.parent_id,
                text,
                name,
                proof,
            ),
            "proof_token": _proof_token(earlier, place, form, proof),
            # The form shows what was kept of it, which is what will be sent.
            "text": text,
        }
    return render(request, "blog/contribute.html", context, status=status)


def _proof_token(
    earlier: str, place: _Place, form: ContributionForm, proof: pseudonyms.Proof | None
) -> str:
    """What the next preview takes the proof from; it grows old from the phrase on."""
    if proof is None:
        return ""
    if not form.cleaned_data["phrase"]:
        return earlier
    return tokens.issue_proof(proof, place.post.pk, form.cleaned_data["name"])
