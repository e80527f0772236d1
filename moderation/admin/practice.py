"""The first run: a new moderator decides about ten made-up comments.

What she chose is kept in her session alone. It is no decision: no comment, no row of
the log and no figure is touched.
"""

from django.core.exceptions import PermissionDenied
from django.forms.widgets import Media, Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from moderation import practice
from moderation.actions import NOTE_LENGTH
from moderation.practice import EXERCISES
from moderation.reasons import REASONS

from .acting import DECIDE
from .keys import ACTION_KEYS, REASON_KEYS, keyed_reasons

CHOSEN = "moderation.practice"
# The keys of the queue, and of what its cards do by a link or a field.
KEYS = {**ACTION_KEYS, "redact": "e", "ask": "q"}
MEDIA = Media(
    css={"all": ("moderation/queue.css", "moderation/practice.css")},
    js=(Script("moderation/practice.js", defer=True),),
)


class PracticeMixin:
    """For the admin of the queue."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.first_run)
        return [
            path("first-run/", view, name="moderation_queuedcomment_first_run"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    def first_run(self, request: HttpRequest) -> HttpResponse:
        """One exercise; after the last one, how all of them went."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        chosen = _chosen(request)
        if request.method != "POST":
            return self._exercise(request, chosen, _number(request, chosen))
        if "again" in request.POST:
            request.session.pop(CHOSEN, None)
            return _go(1)
        number, choice = _pressed(request)
        if number is None:
            return _go(_number(request, chosen))
        if not choice:
            chosen.pop(number, None)
        elif EXERCISES[number - 1].is_choice(choice):
            chosen[number] = choice
        else:
            problem = "Choose a reason first: without one nothing is refused here."
            return self._exercise(request, chosen, number, problem)
        request.session[CHOSEN] = {str(key): value for key, value in chosen.items()}
        return _go(number)

    def _exercise(
        self, request: HttpRequest, chosen: dict[int, str], number: int, problem=""
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media + MEDIA,
            "list_url": reverse("admin:moderation_queuedcomment_changelist"),
            "steps": [
                (step, each.teaches, chosen.get(step), step == number)
                for step, each in enumerate(EXERCISES, 1)
            ],
            "done": len(chosen),
            "total": len(EXERCISES),
        }
        if number > len(EXERCISES):
            context |= {
                "title": "Your first ten decisions",
                "results": _results(chosen),
            }
        else:
            context |= self._of(number, chosen.get(number, ""), problem)
            context["reason"] = request.POST.get("practice-reason", "")
        return TemplateResponse(
            request,
            "admin/moderation/practice/first_run.html",
            context,
            status=422 if problem else 200,
        )

    @staticmethod
    def _of(number: int, choice: str, problem: str) -> dict:
        exercise = EXERCISES[number - 1]
        buttons = [
            (action, practice.LABELS[action], KEYS.get(action, ""))
            for action in exercise.offered
        ]
        return {
            "title": f"Practice, {number} of {len(EXERCISES)}",
            "exercise": exercise,
            "number": number,
            "following": number + 1,
            "problem": problem,
            "choice": practice.in_words(choice) if choice else "",
            "verdict": exercise.verdict(choice) if choice else "",
            "about": exercise.about(choice) if choice else "",
            "at_once": [b for b in buttons if b[0] not in practice.WITH_REASON],
            "with_reason": [b for b in buttons if b[0] in practice.WITH_REASON],
            "reasons": REASONS,
            "reason_keys": " ".join(f"{k}={code}" for k, code in REASON_KEYS.items()),
            "keyed_reasons": keyed_reasons(),
            "note_length": NOTE_LENGTH,
        }


def _results(chosen: dict[int, str]) -> list[tuple]:
    """Of each: number, what it teaches, what was chosen, and how that compares."""
    return [
        (
            number,
            each.teaches,
            practice.in_words(chosen[number]) if number in chosen else "",
            each.verdict(chosen[number]) if number in chosen else "",
            practice.in_words(each.good[0]),
        )
        for number, each in enumerate(EXERCISES, 1)
    ]


def _chosen(request: HttpRequest) -> dict[int, str]:
    """What was chosen so far, by the number of the exercise. The session may be of an
    earlier version, with other exercises: what fits none is left out."""
    kept = request.session.get(CHOSEN, {})
    numbers = range(1, len(EXERCISES) + 1)
    return {
        number: kept[str(number)]
        for number in numbers
        if str(number) in kept and EXERCISES[number - 1].is_choice(kept[str(number)])
    }


def _number(request: HttpRequest, chosen: dict[int, str]) -> int:
    """The exercise that the address names, else the first one without a choice; one
    more than there are for the page at the end."""
    asked = request.GET.get("n", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 4:
        return min(max(int(asked), 1), len(EXERCISES) + 1)
    numbers = range(1, len(EXERCISES) + 1)
    return next((n for n in numbers if n not in chosen), len(EXERCISES) + 1)


def _pressed(request: HttpRequest) -> tuple[int | None, str]:
    """Which exercise, and the choice: "" to choose anew."""
    action, _, number = request.POST.get("one", "").partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) < 4):
        return None, ""
    if not 1 <= int(number) <= len(EXERCISES):
        return None, ""
    if action == "retry":
        return int(number), ""
    reason = request.POST.get("practice-reason", "")
    with_reason = action in practice.WITH_REASON
    return int(number), f"{action}:{reason}" if with_reason else action


def _go(number: int) -> HttpResponseRedirect:
    address = reverse("admin:moderation_queuedcomment_first_run")
    return HttpResponseRedirect(f"{address}?n={number}")
