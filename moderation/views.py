"""The receipt's page: by POST alone, so that no code stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from blog.contributing import contribution
from blog.contribution_form import ContributionForm
from blog.discussion import cleaning

from . import receipts


@csrf_exempt  # there is no cookie; ``contribution`` checks where it comes from
def receipt(request: HttpRequest) -> HttpResponse:
    """Asks for a code, shows where its comment stands, does what its writer asks."""
    if request.method == "POST":
        return _with_code(request)
    return _ask(request)


@never_cache
def _ask(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    return render(
        request, "moderation/receipt_ask.html", {"problem": problem}, status=status
    )


@contribution
def _with_code(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "")
    comment = receipts.find(code)
    if comment is None:
        return _ask(
            request,
            "No comment has this receipt. Check each letter and digit; it has 26 of "
            "them. A comment that was erased has none any more.",
            404,
        )
    problem, done, status = "", "", 200
    form = ContributionForm(initial={"text": comment.text, "name": comment.name})
    try:
        match request.POST.get("do", ""):
            case "correct":
                form = ContributionForm(request.POST)
                if form.is_valid():
                    receipts.correct(
                        comment,
                        _version(request),
                        form.cleaned_data["text"],
                        form.cleaned_data["name"],
                    )
                    done = "Corrected. It waits to be read again."
                else:
                    status = 422
            case "withdraw":
                receipts.withdraw(comment, _version(request))
                done = "Withdrawn. Its text is erased."
            case "appeal":
                receipts.appeal(comment, cleaning.text(request.POST.get("appeal", "")))
                done = "Your appeal is with the moderators."
    except receipts.NotPossible as reason:
        problem, status = reason.message, 409
    comment = receipts.find(code) or comment
    return render(
        request,
        "moderation/receipt.html",
        {
            "code": code,
            "standing": receipts.standing(comment),
            "comment": comment,
            "form": form,
            "appeal_text": request.POST.get("appeal", "") if problem else "",
            "problem": problem,
            "done": done,
        },
        status=status,
    )


def _version(request: HttpRequest) -> int:
    """The version that the page showed; one that no comment has if there is none."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
