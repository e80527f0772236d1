"""The receipt's page: by POST alone, so that no code stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from blog import passages
from blog.contributing import contribution
from blog.contribution_form import ContributionForm
from blog.discussion import cleaning
from blog.models import Comment
from blog.warnings import Question
from blog.warnings import questions as asked_about

from . import actions, appeals, complaints, questions, receipts, statements


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
            "them. What was erased has no receipt any more: spam after 30 days, what "
            "was refused after half a year.",
            404,
        )
    problem, done, status = "", "", 200
    warned: list[Question] = []
    form = ContributionForm(initial={"text": comment.text, "name": comment.name})
    try:
        match request.POST.get("do", ""):
            case "correct":
                form = ContributionForm(request.POST)
                if not form.is_valid():
                    status = 422
                elif not (warned := _to_warn_of(request, comment, form)):
                    receipts.correct(
                        comment,
                        _version(request),
                        form.cleaned_data["text"],
                        form.cleaned_data["name"],
                    )
                    done = "Corrected. It waits to be read again."
            case "withdraw":
                receipts.withdraw(comment, _version(request))
                done = "Withdrawn. Its text is erased."
            case "appeal":
                receipts.appeal(comment, cleaning.text(request.POST.get("appeal", "")))
                done = "Your appeal is with the moderators."
            case "answer-question":
                questions.answer(
                    comment,
                    _version(request),
                    cleaning.text(request.POST.get("answer", "")),
                )
                done = "Your answer is with the moderators."
            case "answer-complaint":
                complaints.reply(comment, cleaning.text(request.POST.get("reply", "")))
                done = "Your answer is with the moderators."
    except receipts.NotPossible as reason:
        problem, status = reason.message, 409
    except complaints.NoReply as reason:
        problem, status = str(reason), 409
    comment = receipts.find(code) or comment
    against = complaints.of_writer(comment)
    now, question = receipts.standing(comment), questions.of_writer(comment)
    lifted_into = passages.lifted_into(comment)
    return render(
        request,
        "moderation/receipt.html",
        {
            "code": code,
            "standing": now,
            "statement": statements.statement(comment, now.decision),
            "promise": appeals.promise_for(now),
            "question": question,
            "may_answer": questions.may_answer(comment, question),
            "answer_text": request.POST.get("answer", "") if problem else "",
            "comment": comment,
            "lifted_into": lifted_into,
            "form": form,
            "warned": warned,
            "appeal_text": request.POST.get("appeal", "") if problem else "",
            "complaints": against,
            "may_reply": complaints.may_reply(against),
            "reply_text": request.POST.get("reply", "") if problem else "",
            "problem": problem,
            "done": done,
        },
        status=status,
    )


def _to_warn_of(
    request: HttpRequest, comment: Comment, form: ContributionForm
) -> list[Question]:
    """What a correction may tell of its writer or others, unless all of that was shown
    to them before; nothing where it cannot be stored anyway."""
    if (
        comment.version != _version(request)
        or comment.state not in actions.ACTIONS["edit"].sources
    ):
        return []
    found = asked_about(form.cleaned_data["text"])
    # A browser sends other line ends than it was given.
    seen = {" ".join(passage.split()) for passage in request.POST.getlist("warned")}
    now = {" ".join(p.split()) for each in found for p in each.passages}
    return found if now - seen else []


def _version(request: HttpRequest) -> int:
    """The version that the page showed; one that no comment has if there is none."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
