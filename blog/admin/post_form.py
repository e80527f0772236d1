"""The form that writes a post."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from blog import quotable, quoting
from blog.form_parts import OpenedForm, Text, moment
from blog.labels import (
    LabelsInput,
    known_labels,
    labels_as_text,
    labels_for,
    parse_labels,
)
from blog.models import Post

NOON = datetime.time(12)
YEARS = range(1900, 2201)  # outside of them somebody has mistyped

HOW_TO_WRITE = {
    Post.Format.MARKDOWN: mark_safe(
        "<dl class='how-to-write'>"
        "<div><dt>Paragraphs</dt><dd>An empty line begins a new paragraph; a single "
        "new line is a line break.</dd></div>"
        "<div><dt><code>*stress*</code> <code>**strong**</code></dt>"
        "<dd><em>stress</em> and <strong>strong</strong></dd></div>"
        "<div><dt><code>## Heading</code></dt>"
        "<dd>A heading; <code>###</code> for a smaller one.</dd></div>"
        "<div><dt><code>&gt; words</code></dt><dd>A quotation.</dd></div>"
        "<div><dt><code>- item</code></dt>"
        "<dd>A list; <code>1.</code> for a numbered one.</dd></div>"
        "<div><dt><code>[words](https://example.org/page)</code></dt>"
        "<dd>A link. It needs the whole address, with <code>https://</code>.</dd></div>"
        "<div><dt><code>--oo00oo--</code> <code>---//---</code> <code>*****</code></dt>"
        "<dd>Alone between two empty lines: a rule across the page.</dd></div>"
        "</dl>"
    ),
    Post.Format.TEXT: mark_safe(
        "This post was imported as <strong>plain text</strong> and stays so. An empty "
        "line begins a new paragraph, a single new line is a line break. A line that "
        "begins with <code>&gt;</code> is a quotation, one that begins with "
        "<code>•</code> belongs to a list. Whole addresses "
        "(<code>https://…</code>) become links. <code>--oo00oo--</code>, "
        "<code>---//---</code> or <code>*****</code> alone on a line is a rule across "
        "the page. Markdown marks such as <code>*</code> are shown as they are."
    ),
    Post.Format.HTML: mark_safe(
        "This post was imported as <strong>HTML</strong> and stays so: write "
        "<code>&lt;p&gt;</code>, <code>&lt;em&gt;</code>, <code>&lt;strong&gt;</code>, "
        "<code>&lt;blockquote&gt;</code>, <code>&lt;ul&gt;</code>, "
        "<code>&lt;a href='https://…'&gt;</code>. Anything that is not text, such as "
        "scripts and styles, is left out."
    ),
}


class PostForm(OpenedForm):
    """Writes a post: text, labels, and when readers see it."""

    body = Text(
        label="Text",
        required=False,
        widget=forms.Textarea(
            {"rows": 24, "class": "post-body", "dir": "auto", "spellcheck": "true"}
        ),
    )
    quote = forms.CharField(
        label="Quote a comment",
        required=False,
        widget=forms.TextInput({"class": "vTextField", "autocomplete": "off"}),
        help_text="The address of a published comment (…/c/…/), or several with spaces "
        "between them. When you press a button below, they are put at the end of the "
        "text, with handle, day and link, and nothing is saved yet.",
    )
    label_names = forms.CharField(
        label="Labels",
        required=False,
        widget=LabelsInput(known_labels, {"class": "vTextField"}),
        help_text='With commas between them: Pay, Staffing, "Rates, fares and fees". '
        "A label that does not exist yet is made.",
    )
    status = forms.ChoiceField(label="State", widget=forms.RadioSelect)
    date = forms.DateField(
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    time = forms.TimeField(
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )

    class Meta:
        model = Post
        fields = ("title", "body", "author_name", "status", "slug")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        post = self.instance
        self.was_public = bool(post.pk) and post.is_public
        self.was_known = (
            post.status == Post.Status.DRAFT
            and post.address is not None
            and post.published_at is not None
            and post.published_at <= timezone.now()
        )
        self.publication = (post.published_at, post.published_precision)
        self.fields["body"].help_text = HOW_TO_WRITE[post.body_format]
        self.fields["body"].widget.attrs["data-format"] = post.body_format
        quotations = reverse("admin:blog_post_quotation")
        self.fields["quote"].widget.attrs["data-quotations"] = quotations
        self.fields["status"].choices = self._status_choices()
        self.fields["time"].help_text = (
            f"The site's clock is {timezone.get_current_timezone_name()}; it is "
            f"{timezone.localtime():%H:%M} there. Without a time, readers see the day "
            "alone."
        )
        self.initial["status"] = (
            Post.Status.PUBLISHED if self.was_public else post.status
        )
        if post.pk:
            self.initial["label_names"] = labels_as_text(
                label.name for label in post.labels.all()
            )
        if post.published_at:
            self.initial["date"] = post.day.date()
            if post.shows_time:
                self.initial["time"] = post.day.time().replace(second=0, microsecond=0)

    def stored_values(self) -> tuple:
        post = self.instance
        at = post.published_at
        return (
            post.title,
            post.body,
            post.author_name,
            post.slug,
            post.status,
            at and at.timestamp(),
            post.published_precision,
            sorted(label.name for label in post.labels.all()),
        )

    def _status_choices(self) -> list[tuple[str, str]]:
        """Three plain choices, said from where the post stands now."""
        draft, now = "Draft: only editors see it", "Publish now: readers see it at once"
        if self.was_public:
            draft = "Draft: readers no longer see it; its address is kept for it"
            now = "Published: readers see it"
        elif self.was_known:
            now = "Publish again: readers see it at once, at its old address and date"
        return [
            (Post.Status.DRAFT, draft),
            (Post.Status.PUBLISHED, now),
            (Post.Status.SCHEDULED, "Schedule for the time below"),
        ]

    def clean_label_names(self) -> list[str]:
        return parse_labels(self.cleaned_data["label_names"])

    def clean_date(self) -> datetime.date | None:
        day = self.cleaned_data["date"]
        if day and day.year not in YEARS:
            raise ValidationError(f"Look at the year again: {day.year}.")
        return day

    def clean(self) -> dict:
        cleaned = super().clean()
        self._check_words(cleaned)
        stored = reverse("admin:blog_post_preview", args=[self.instance.pk or 0])
        self.refuse_if_changed(
            "body",
            format_html(
                "Somebody changed this post since you opened it. What is in this form "
                'is yours; what is stored now is <a href="{}" target="_blank">on a '
                "page of its own</a>. Save again to put yours in its place.",
                stored,
            ),
        )
        self._quote(cleaned)
        if not {"status", "date", "time"} & self.errors.keys():
            try:
                self.publication = self._publication(cleaned)
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def _check_words(self, cleaned: dict) -> None:
        """What readers get must say something; a draft may begin with either half."""
        if {"title", "body", "status"} & self.errors.keys():
            return
        no_title, no_body = not cleaned["title"].strip(), not cleaned["body"].strip()
        if no_title and no_body:
            self.add_error("title", "Nothing is written yet. Begin with a title or …")
            self.add_error("body", "… with the text.")
        elif cleaned["status"] == Post.Status.DRAFT:
            return
        # Imported posts may lack either; correcting the other must stay possible.
        elif no_title and "title" in self._written():
            self.add_error("title", "Give it a title before readers see it.")
        elif no_body and "body" in self._written():
            self.add_error("body", "Write something before readers see it.")

    def _quote(self, cleaned: dict) -> None:
        """Puts quotations into the text and shows it again.

        Nothing is saved with words that its editor has not seen there.
        """
        if not cleaned.get("quote"):
            return
        body_format = self.instance.body_format
        try:
            quoted = quotable.quotations(cleaned["quote"], body_format)
        except quotable.NotQuotable as reason:
            self.add_error("quote", str(reason))
            return
        self.data = self.data.copy()
        body = self.fields["body"].to_python(self["body"].value())
        body = quoting.appended(body, quoted, body_format)
        self.data[self.add_prefix("body")] = body
        self.data[self.add_prefix("quote")] = ""
        self.add_error("quote", "It is at the end of the text now. Look at it there.")

    def _written(self) -> set[str]:
        """The fields that this form answers for."""
        return {"title", "body"} if not self.was_public else set(self.changed_data)

    def _publication(self, cleaned: dict) -> tuple[datetime.datetime | None, str]:
        """When the post is published, and how exactly that is known.

        Times that the form shows and nobody touched are kept to the microsecond.
        """
        moved = not {"date", "time"}.isdisjoint(self.changed_data)
        at, precision = self._typed(cleaned) if moved else self.publication
        status, now = cleaned["status"], timezone.now()
        if status == Post.Status.SCHEDULED:
            if self.was_public and not moved:
                return at, precision  # its time came while the form was open
            if at is None or at <= now:
                raise _error("date", "Choose a time in the future, or “Publish now”.")
            if precision == Post.Precision.DAY:
                raise _error("time", "Choose the time of day as well.")
        elif status == Post.Status.PUBLISHED:
            if self.was_public and at is None:
                raise _error("date", "A published post has a date. Give it one.")
            if moved and at and at > now:
                raise _error(
                    "date",
                    "This time is in the future. Choose “Schedule for the time below”, "
                    "or empty date and time to publish now.",
                )
            kept = self.was_public or self.was_known or moved
            if not kept or at is None:
                return now, Post.Precision.MINUTE
        return at, precision

    def _typed(self, cleaned: dict) -> tuple[datetime.datetime | None, str]:
        day, clock = cleaned["date"], cleaned["time"]
        if day is None and clock is None:
            return None, Post.Precision.MINUTE
        precision = Post.Precision.DAY if clock is None else Post.Precision.MINUTE
        try:
            at = moment(day, NOON if clock is None else clock)
        except ValidationError as error:
            raise _error(error.code, error.message) from error
        now = timezone.now()
        if clock is None and day == timezone.localdate() and at > now:
            # "Today" is meant, and noon is yet to come.
            return now, Post.Precision.MINUTE
        return at, precision

    def _post_clean(self) -> None:
        super()._post_clean()
        self.instance.published_at, self.instance.published_precision = self.publication

    def _save_m2m(self) -> None:
        super()._save_m2m()
        self.instance.labels.set(labels_for(self.cleaned_data["label_names"]))

    def unsaved(self) -> Post:
        """The post as it is in the form, right or wrong, for a preview. Not saved."""
        self.is_valid()
        at, precision = self.publication
        post = Post(
            title=(self["title"].value() or "").strip(),
            body=self.fields["body"].to_python(self["body"].value()),
            body_format=self.instance.body_format,
            author_name=(self["author_name"].value() or "").strip(),
            published_at=at or timezone.now(),
            published_precision=precision,
        )
        post.render()
        return post


def _error(field: str, message: str) -> ValidationError:
    return ValidationError({field: message})
