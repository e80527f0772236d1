"""Lists in pages."""

from django.core.paginator import Page, Paginator


class Pages(Paginator):
    """A list of which any page may be asked for: the nearest that there is comes.

    Django's own shows the last page also where 0 or less is asked for.
    """

    def get_page(self, number: str | int | None) -> Page:
        """The first for what is no number, the last for one too large."""
        try:
            return super().get_page(max(1, int(number or 1)))
        except ValueError:
            return super().get_page(1)
