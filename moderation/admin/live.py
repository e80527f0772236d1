"""What the script of the queue asks while the page stands open, and what it gets: JSON.

Nothing here is needed for a decision; without the script a page is asked for anew.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from blog.models import Comment
from moderation import open_cards
from moderation.accounts.sessions import by_itself
from moderation.actions import WAITING
from moderation.lanes import lane_counts
from moderation.models import Decision, LogHead

from . import cards, lanes, words
from .acting import DECIDE, Told
from .filters import APPEALS, WAITS, QueueFilter

AT_ONCE = 20  # cards that are fetched ahead of the reader
MOST = 500  # decisions of others that one answer tells of; the next tells the rest
FOLDER = "admin/moderation/queuedcomment"
# What the script adds to the address of a page.
OF_SCRIPT = ("after", "above", "mark", "seq", "id")
_LARGEST = 2**63 - 1


def wants_json(request: HttpRequest) -> bool:
    """Whether it is the script that asks, and not a form."""
    return request.headers.get("Accept", "").startswith("application/json")


def number(text: str | None) -> int:
    """A number of an address; 0 if it is none that a database could hold."""
    text = text or ""
    if text.isascii() and text.isdecimal() and len(text) < 20:
        return min(int(text), _LARGEST)
    return 0


def marks() -> dict[str, int]:
    """Up to where a page knows what happened: the newest comment and the newest row of
    the log. One query each."""
    seq = LogHead.objects.values_list("seq", flat=True).get(pk=1)
    return {"mark": newest(), "seq": seq}


def newest() -> int:
    """The key of the newest comment."""
    return Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


class LiveQueue:
    """The addresses of the script, for ``QueueAdmin``."""

    def live_urls(self) -> list:
        view = self.admin_site.admin_view
        name = "moderation_queuedcomment_"
        return [
            path("cards/", view(self.more_cards), name=f"{name}cards"),
            path("news/", view(self.news), name=f"{name}news"),
            path("open/", view(self.open_card), name=f"{name}open"),
        ]

    def _chosen(self, request: HttpRequest) -> QueueFilter:
        # Bound to {} too: an unbound set of filters has no cleaned data to ask.
        chosen = QueueFilter(
            request.GET, queryset=self.get_queryset(request), request=request
        )
        chosen.is_valid()
        return chosen

    @method_decorator((require_GET, never_cache))
    def more_cards(self, request: HttpRequest) -> JsonResponse:
        """The cards that follow upon the one of ``after``, up to the mark; or the one
        of ``id`` as it is now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if "id" in request.GET:
            return JsonResponse(
                {"cards": self._rendered(request, request.GET.getlist("id")[:1])}
            )
        chosen = self._chosen(request)
        found = chosen.qs
        last = self.get_object(request, request.GET.get("after", ""))
        if last and (chosen.what_is_shown != APPEALS or hasattr(last, "appeal")):
            found = chosen.after(last)
        if chosen.what_is_shown == WAITS:
            found = found.filter(
                pk__gt=number(request.GET.get("above")),
                pk__lte=number(request.GET.get("mark")) or _LARGEST,
            )
        comments = list(found[: AT_ONCE + 1])
        made = cards.cards(comments[:AT_ONCE], request.user)
        html = render_to_string(
            f"{FOLDER}/_groups.html",
            self._drawing(request) | {"groups": cards.by_post(made), "filter": chosen},
            request,
        )
        return JsonResponse({"html": html, "more": len(comments) > AT_ONCE})

    @by_itself
    @method_decorator((require_GET, never_cache))
    def news(self, request: HttpRequest) -> JsonResponse:
        """What happened since the page was drawn: how many came, what was decided by
        whom, who reads what, and how many wait."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = self._chosen(request)
        new = 0
        if chosen.what_is_shown == WAITS:
            new = chosen.qs.filter(pk__gt=number(request.GET.get("mark"))).count()
        rows = list(
            Decision.objects.filter(seq__gt=number(request.GET.get("seq"))).order_by(
                "seq"
            )[:MOST]
        )
        return JsonResponse(
            {
                "new": new,
                "counts": lanes.counts(lane_counts()),
                "decided": [_decided(row) for row in rows],
                "seq": rows[-1].seq if rows else number(request.GET.get("seq")),
                "mark": newest(),
                "reading": open_cards.all_readers(request.user),
                # Whoever has signed in again in another tab has another one.
                "token": get_token(request),
            }
        )

    @method_decorator((require_POST, never_cache))
    def open_card(self, request: HttpRequest) -> JsonResponse:
        """Says who has which card open, or that it is left."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        public_id = request.POST.get("comment", "")
        reader = ""
        if public_id and "\0" not in public_id:
            reader = open_cards.open_card(request.user, public_id)
        else:
            open_cards.leave(request.user)
        return JsonResponse({"reader": reader})

    # Answers to what was done

    def problem_json(self, problem: str) -> JsonResponse:
        """It was no decision; why, in words."""
        return JsonResponse({"problem": problem}, status=422)

    def told_json(
        self, request: HttpRequest, told: Told, *, redraw: Iterable[str] = ()
    ) -> JsonResponse:
        """What became of an action: cards that are not as they were seen come with the
        answer as they are now, and so do those of ``redraw``."""
        news = told.news
        return JsonResponse(
            {
                "words": told.words,
                "done": told.done,
                "seqs": told.seqs,
                "notDone": [
                    {"id": id_, "words": news[id_], "called": called}
                    for id_, _, called in told.not_done
                ],
                "cards": self._rendered(request, [*news, *redraw], news),
                "counts": lanes.counts(lane_counts()),
            }
        )

    def _rendered(
        self, request: HttpRequest, public_ids: list[str], news: dict | None = None
    ) -> dict[str, str]:
        """Cards as they are now, by their ids; none costs nothing."""
        wanted = [id_ for id_ in public_ids if "\0" not in id_]
        if not wanted:
            return {}
        found = self.get_queryset(request).filter(public_id__in=wanted)
        context = self._drawing(request)
        html = {}
        for card in cards.cards(found, request.user):
            card.news = (news or {}).get(card.comment.public_id, "")
            html[card.comment.public_id] = render_to_string(
                f"{FOLDER}/_card.html", context | {"card": card}, request
            )
        return html


def _decided(row: Decision) -> dict:
    return {
        "id": row.comment_public_id,
        "version": row.version,
        "waits": row.to_state in WAITING,
        "words": f"{words.done(row)} by {words.actor(row)} {words.clock(row)}.",
    }
