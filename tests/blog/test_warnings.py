"""What a writer is asked to look at once more before sending."""

import time

import pytest

from blog.warnings import SHOWN, Question, questions, warnings


@pytest.mark.parametrize(
    ("text", "passage", "why"),
    [
        ("my name is Annie", "my name is Annie", "your name?"),
        ("My name is Annie", "My name is Annie", "your name?"),
        ("My name’s Annie", "My name’s Annie", "your name?"),
        ("I am called Bob.", "I am called Bob", "your name?"),
        (
            "write to ann.marl+x@mail.example.org now",
            "ann.marl+x@mail.example.org",
            "mail address?",
        ),
        ("ring 01632 960 123.", "01632 960 123", "that number?"),
        ("ring +441632960123", "+441632960123", "that number?"),
        ("I work in Harbourmouth", "I work in Harbourmouth", "where you work?"),
        ("I work at the Ebb office", "I work at the Ebb", "where you work?"),
        ("My office is cold", "My office", "narrow down"),
        ("Our manager knows. My manager Annie", "My manager Annie", "who that is?"),
        ("I was based at Ebb Lane", "I was based at Ebb", "where you work?"),
        ("in my office in Ebb today", "my office in Ebb", "narrow down"),
        ("our team is small", "our team", "narrow down"),
        ("after 12 years in this", "12 years in", "how long you have served?"),
        ("Twenty years' service", "Twenty years' service", "how long"),
        ("my manager Annie said", "my manager Annie", "know who that is?"),
        ("my client, Bob, said", "my client, Bob", "know who that is?"),
    ],
)
def test_what_may_tell_who_somebody_is(text, passage, why):
    [found] = warnings(text)
    assert found.passage == passage
    assert why in found.asked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The office is closed and the team is gone.",
        "I work hard at it.",
        "I work in the north.",
        "Nobody asks my name. The Ebb is a river.",
        "Two years ago it was 1999.",
        "@19.50 you said 20/30",
        "It costs 1,000,000 or 2022 2023 2024.",
        "my manager said nothing",
        "anybody@ home @ ten",
        "01/02/2022 10:30",
    ],
)
def test_ordinary_sentences_pass(text):
    assert warnings(text) == []


def test_they_come_in_the_order_of_the_text():
    text = "our team knows. I work in Ebb. my name is Annie."
    assert [found.passage for found in warnings(text)] == [
        "our team",
        "I work in Ebb",
        "my name is Annie",
    ]


def test_each_says_where_it_stands_and_what_to_tell_a_moderator():
    text = "So our team knows. I work in Ebb. my name is Annie."
    for found in warnings(text):
        assert text[found.start :].startswith(found.passage)
        assert "you" not in found.about_writer.split()
    assert [found.about_writer for found in warnings(text)] == [
        "narrows down where its writer works",
        "tells where its writer works",
        "tells its writer’s name",
    ]


def test_ten_at_most():
    assert len(warnings("our team. " * 100)) == 10


# Each with what is asked about it, "" where nothing is.
NAMED = "Must readers know who that is?"
NAME, MAIL, PHONE = "Is that your name?", "that mail address?", "that number?"
WHERE, NEAR = "tell where you work?", "narrow down where you work?"
YEARS, FEW = "how long you have served?", "Of how many people"
KNOWN, DOOR, CASE = "know who that is?", "that postcode", "a person or a case?"
TABLE = (
    ("Mr Kevin Doyle was recalled on Friday for missing one appointment.", NAMED),
    ("They gave the job to Darren Pike, and everybody knew why.", NAMED),
    ("Ask Jane Oakes what happened to the drug tests.", NAMED),
    ("I had to write that report about Aisha Rahman twice.", NAMED),
    ("Judge Okafor told us what he thinks of our reports.", NAMED),
    ("The recall of Peter van der Berg was a scandal.", NAMED),
    ("One of my cases, Darren Pike, was recalled for nothing.", KNOWN),
    ("My line manager, Susan, said that it would all be fine.", KNOWN),
    ("My manager Annie said it would be fine.", KNOWN),
    ("my area manager, Priya, has gone sick", KNOWN),
    ("Our team manager Colin never reads anything.", KNOWN),
    ("My client, Bob, has been moved three times.", KNOWN),
    ("One of our clients, Shaun, slept in the car park.", KNOWN),
    ("My old boss Geoff would have laughed.", KNOWN),
    ("My colleague called Brian cried at his desk.", KNOWN),
    ("I'm based at Carlisle and we have no printer.", WHERE),
    ("I’m based in Penrith.", WHERE),
    ("I am based at Harbourmouth these days.", WHERE),
    ("I work in Norwich.", WHERE),
    ("I still work for Kent and nobody has told us.", WHERE),
    ("I've worked at Durham since the split.", WHERE),
    ("I used to work out of Bolton.", WHERE),
    ("I'm working in Leeds this year.", WHERE),
    ("I served at Wandsworth when it was worse.", WHERE),
    ("I am an SPO in Norwich and I have had enough.", WHERE),
    ("I'm a prison officer at Wakefield.", WHERE),
    ("As a PO in Stockport I can only agree.", WHERE),
    ("An SPO in Norwich for 14 years, and not once was I asked.", WHERE),
    ("Being a nurse at Broadmoor I see it daily.", WHERE),
    ("I am the only SPO in Carlisle.", FEW),
    ("I'm the only woman on the night shift.", FEW),
    ("As the only psychologist here I see every one of them.", FEW),
    ("I am one of two officers in this building.", FEW),
    ("I was the only black manager in the region.", FEW),
    ("I have been an SPO for 14 years.", YEARS),
    ("I've been doing this for over twenty years.", YEARS),
    ("I've worked here for nearly nine years.", YEARS),
    ("After 12 years in the job I know.", YEARS),
    ("Twenty-two of us left, with thirty years' service between two.", YEARS),
    ("I have been in this job for 26 years.", YEARS),
    ("My name is Annie and I am tired.", NAME),
    ("Write to ann.marl@mail.example.org about it.", MAIL),
    ("Ring 01632 960 123 and ask.", PHONE),
    ("Our office has no heating.", NEAR),
    ("He lives at 12 Quay Street, CA1 2AB, with his mother.", DOOR),
    ("The hostel is at NR3 1PQ.", DOOR),
    ("They moved him to SW1A 1AA.", DOOR),
    ("Look up X320741 and see for yourself.", CASE),
    ("A1234BC was released on Tuesday.", CASE),
    ("CRN: E123456 has no officer at all.", CASE),
    ("It was case number 12/34567.", CASE),
    ("Court ref. T20217042, if anybody asks.", CASE),
    ("PNC 2001/1234567L was never updated.", CASE),
    ("Case no 4411/22 collapsed.", CASE),
    # Nothing to ask
    ("Anger is no reason to refuse anybody.", ""),
    ("The Ministry of Justice has said nothing since Monday.", ""),
    ("Probation in England and Wales was better run before 2014.", ""),
    ("I work hard and I go home.", ""),
    ("I worked in March and in April without a day off.", ""),
    ("I work in IT and even I cannot make it run.", ""),
    ("I'm based in the north.", ""),
    ("I am the only one who still reads these.", ""),
    ("I'm the only person here who thinks so, it seems.", ""),
    ("The road has been closed for three years.", ""),
    ("It has been a mess for ten years, and it will be one for ten more.", ""),
    ("Two years ago nobody would have believed it.", ""),
    ("My manager said nothing.", ""),
    ("My client. And then the other one.", ""),
    ("My boss, I think, means well.", ""),
    ("An officer in charge of nothing is no officer.", ""),
    ("A senior officer in Whitehall wrote that, surely.", ""),
    ("See R v Smith [2009] EWHC 1358, which says the opposite.", ""),
    ("Section 12A of the 2003 Act, and SI 2013/3028.", ""),
    ("They spent £1,234,567 on a logo.", ""),
    ("Open from 10:00 till 19:00, it said, and 23:55 hours on Fridays.", ""),
    ("The M25 at 2PM, the A1 at 5AM: no thanks.", ""),
    ("G4S got the contract, and Sodexo the rest.", ""),
    ("OASys, nDelius and ViSOR are all down again.", ""),
    ("PSI 12/2015 says so, and so does PI 07/2014.", ""),
    ("Latest From Napo 228 is worth a look.", ""),
    ("@19.50 is right, and Anon at 14:03 is not.", ""),
    ("In the case of 2020 nobody knew.", ""),
    ("Case closed, number two on the list.", ""),
    ("As a taxpayer in England I object.", ""),
    ("The Tories and Labour agree for once.", ""),
    ("We were promised a pay rise in May and again in June.", ""),
    ("HMP Wandsworth is in the news again.", ""),
    ("Thanks Jim, as ever.", ""),
    ("Happy Christmas to all at Napo.", ""),
    ("The prison court is a relic.", ""),
    ("The Chief Inspector of Probation reported in 2021.", ""),
    ("The Guardian has it on page two.", ""),
)
# Whom everybody knows: asking once is no harm.
PUBLIC = (
    "Mr Grayling said that it would save money. Mr Grayling was wrong.",
    "Chris Grayling and David Gauke never met a probation officer.",
    "Dame Glenys Stacey called it irredeemably flawed.",
    "Lord Ramsbotham knew better than Mr Clarke and Mr Gove.",
)


@pytest.mark.parametrize(("text", "asked"), TABLE)
def test_what_is_asked_before_it_is_sent(text, asked):
    found = questions(text)
    if asked:
        assert any(asked in each.asked for each in found)
    else:
        assert found == []


def test_it_is_seldom_asked_for_nothing():
    wrong = [text for text, asked in TABLE if questions(text) and not asked]
    right = [text for text, asked in TABLE if questions(text) and asked]
    assert len(TABLE) >= 60
    assert len(right) / (len(right) + len(wrong)) >= 0.95


@pytest.mark.parametrize("text", PUBLIC)
def test_of_whom_everybody_knows_it_is_asked_once(text):
    [once] = questions(text)
    assert once.asked == NAMED


def test_each_question_is_asked_once_for_all_passages_of_its_kind():
    text = "Our team, our office. Jane Oakes and Tom Ferris know. Our team! " * 3
    assert questions(text) == [
        Question(
            ("Our team", "our office"),
            "Does that narrow down where you work?",
        ),
        Question(("Jane Oakes", "Tom Ferris"), NAMED),
    ]
    many = " ".join(f"Our office in Ebb{letter}." for letter in "abcdefgh")
    assert [len(each.passages) for each in questions(many)] == [SHOWN]


def test_who_is_asked_about_already_is_no_second_question():
    assert [each.asked for each in questions("My client Darren Pike left.")] == [
        "Will somebody know who that is?"
    ]


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a@",
        "@",
        "0",
        "0 ",
        "+44 ",
        "my ",
        "I work in ",
        "a.",
        "12 years ",
        " ",
        "é",
        "I have ",
        "I have been as a ",
        "senior ",
        "an SPO in X ",
        "as the only ",
        "case no 1",
        "A1",
        "Mr ",
        "Jane ",
    ],
)
def test_a_hostile_text_is_read_as_fast_as_any(piece):
    text = (piece * 8000)[:8000]
    start = time.process_time()
    questions(text)
    assert time.process_time() - start < 0.5
