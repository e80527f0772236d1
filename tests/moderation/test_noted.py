"""Where in a text stands what the screens noted."""

from hypothesis import given
from hypothesis import strategies as st

from blog.discussion.html_links import words
from blog.discussion.text import comment_html
from blog.warnings import warnings
from moderation import hosts, noted
from moderation.marking import Kind
from moderation.noted import Folded, folded


def said(text: str, spans) -> list[str]:
    return [text[span.start : span.end] for span in sorted(spans)]


def test_domains_of_a_rule_are_links():
    text = "See https://www.bad.example/a and https://notbad.example and bad.example"
    html = comment_html(text)
    seen = words(html)
    links = hosts.links(html, seen)
    found = noted.domain_spans(links, ["Bad.example"])
    assert said(seen.text, found) == ["https://www.bad.example/a"]
    assert noted.domain_spans(links, [""]) == []


def test_what_the_spam_score_named():
    note = "Looks like spam you marked before: pills, x.example, 3 to 5 links, bonus."
    assert noted.learnt_words(note) == ["pills", "x.example", "bonus"]
    assert noted.learnt_words("Something else") == []
    html = comment_html("A BONUS of pills at http://www.x.example/buy")
    seen = words(html)
    spans = noted.learnt_spans(Folded(seen.text), hosts.links(html, seen), note)
    assert said(seen.text, set(spans))[:2] == ["BONUS", "pills"]
    assert "http://www.x.example/buy" in said(seen.text, spans)
    assert {span.kind for span in spans} == {Kind.SPAM}


def test_what_may_tell_who_wrote_it_is_what_the_writer_was_warned_of():
    text = "I work in Harbourmouth, and our team is small."
    assert said(text, noted.writer_spans(warnings(text))) == [
        found.passage for found in warnings(text)
    ]


def test_figures_of_an_address_are_no_telephone_number():
    html = comment_html("https://tide.example/a?b=+441632960123 or ring +441632960123")
    seen = words(html)
    found = noted.outside(warnings(seen.text), hosts.links(html, seen))
    [one] = found
    assert one.start == seen.text.rindex("+44")


@given(
    st.text(alphabet="aAßﬁİ \n_.éx", max_size=40), st.text(alphabet="aßx ", max_size=4)
)
def test_every_place_is_in_the_text_and_folds_to_what_was_wanted(text, wanted):
    wanted = folded(wanted)
    for start, end in Folded(text).find(wanted):
        assert 0 <= start < end <= len(text)
        assert wanted in Folded(text[start:end]).text
