"""The page of the search. Reading only; seven queries, whatever is found."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blog import old_lists
from blog.models import Post
from blog.paging import Pages

from .filters import ONLY_COMMENTS, ONLY_POSTS, SearchFilter
from .query import MOST_TERMS, Query, parse
from .searching import A_PAGE, Found, find, hits


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found in posts and comments, or how to search.

    Blogger had its "Older posts" at this path.
    """
    if "q" not in request.GET and (way := old_lists.older_posts(request)):
        return way
    asked = SearchFilter(request.GET, queryset=Post.objects.all())
    context: dict[str, object] = {"form": asked.form, "most_terms": MOST_TERMS}
    if asked.form.is_valid():
        query = parse(asked.form.cleaned_data["q"])
        context["query"] = query
        if query:
            found = _find(asked, query)
            page = Pages(found.places, A_PAGE).get_page(request.GET.get("page"))
            context |= {
                "found": found,
                "page": page,
                "hits": hits(query, page.object_list),
                "same": _same(request),
            }
    return render(request, "blog/search.html", context)


def _find(asked: SearchFilter, query: Query) -> Found:
    return find(
        query,
        asked.qs,
        is_narrowed=asked.is_narrowed,
        are_scattered=asked.is_scattered,
        in_posts=asked.kind_asked != ONLY_COMMENTS,
        in_comments=asked.kind_asked != ONLY_POSTS,
    )


def _same(request: HttpRequest) -> str:
    """The question without its page, for the links to the other pages."""
    asked = request.GET.copy()
    for name in asked.keys() - SearchFilter.base_filters.keys():
        del asked[name]
    return asked.urlencode()
