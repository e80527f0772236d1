"""The pages on which somebody reports a comment, or complains about it under the law:
no cookie, no account."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from blog.contributing import contribution, network_address
from blog.models import Comment

from . import complaints, reports
from .complaint_form import ComplaintForm
from .complaint_times import in_words
from .complaints import Arrival
from .notices import asked


@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Asks which comment it is about, by its link."""
    link = request.GET.get("comment", "").strip()
    problem = ""
    if link:
        if found := complaints.linked(link):
            return HttpResponseRedirect(
                reverse("moderation:complaint", args=[found.public_id])
            )
        problem = (
            "No comment has this link. In the discussion, the comment's name or time "
            "leads to it: copy the address of that link."
        )
    return render(
        request,
        "moderation/complaint_start.html",
        {"link": link[:2000], "problem": problem},
        status=404 if problem else 200,
    )


@csrf_exempt  # there is no cookie; ``contribution`` checks where it comes from
def complaint(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form of a complaint about one comment, and what takes it in."""
    if request.method == "POST":
        return _lodge(request, public_id)
    return _ask(request, public_id)


@require_safe
@never_cache
def _ask(request: HttpRequest, public_id: str) -> HttpResponse:
    comment = complaints.about(public_id)
    if comment is None:
        raise Http404
    return _page(request, comment, ComplaintForm())


@contribution
def _lodge(request: HttpRequest, public_id: str) -> HttpResponse:
    comment = complaints.about(public_id)
    form = ComplaintForm(request.POST)
    if comment is None:
        return _page(request, None, form, status=404)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    fields = form.cleaned_data
    arrival = Arrival(
        trap_filled=bool(fields["website"]),
        address=network_address(request),
        ticket=fields["ticket"],
    )
    lodged = complaints.lodge(comment, fields["kind"], form.given, arrival)
    if lodged.lacks:
        return _page(request, comment, form, lodged=lodged, status=422)
    return render(
        request,
        "moderation/complaint_kept.html",
        {
            "comment": comment,
            "complaint": lodged.complaint,
            "due": in_words(lodged.complaint.due_at),
        },
    )


@csrf_exempt  # as above
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes in that a comment breaks a rule of the site; its form stands on the page
    of the complaint."""
    if request.method == "POST":
        return _report(request, public_id)
    return _to_its_form(request, public_id)


@require_safe
@never_cache
def _to_its_form(request: HttpRequest, public_id: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("moderation:complaint", args=[public_id]))


@contribution
def _report(request: HttpRequest, public_id: str) -> HttpResponse:
    comment = complaints.about(public_id)
    if comment is None:
        return _reported(request, None, status=404)
    reason = request.POST.get("reason", "")
    if reason not in {each.code for each in reports.REASONS}:
        problem = "Choose what is wrong with it. Nothing was sent."
        return _page(request, comment, ComplaintForm(), problem=problem, status=422)
    arrival = Arrival(
        trap_filled=bool(request.POST.get("website")),
        address=network_address(request),
    )
    if not reports.report(comment, reason, arrival):
        return _reported(request, comment, status=409)
    return _reported(request, comment, status=200)


def _reported(
    request: HttpRequest, comment: Comment | None, *, status: int
) -> HttpResponse:
    """What became of a report. ``comment``: None if it is gone."""
    context = {"comment": comment, "is_done": status == 200}
    return render(request, "moderation/reported.html", context, status=status)


def _page(
    request: HttpRequest,
    comment: Comment | None,
    form: ComplaintForm,
    *,
    lodged: complaints.Lodged | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form, with all that was typed into it; above it the one of a report, of which
    ``problem`` tells. ``comment``: None if it is gone."""
    may_report = comment and comment.is_published and not form.is_bound
    kind = form["kind"].value()
    return render(
        request,
        "moderation/complaint.html",
        {
            "comment": comment,
            "form": form,
            "reasons": reports.REASONS if may_report else (),
            "problem": problem,
            "lacks": {name: asked(kind, name) for name in lodged.lacks}
            if lodged
            else {},
            "complaint": lodged.complaint if lodged else None,
            "ticket": lodged.ticket if lodged else form["ticket"].value() or "",
            "longest": complaints.LONGEST,
        },
        status=status,
    )
