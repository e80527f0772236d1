"""Words at the end of a text that look like a name and are none. Pure data."""

# Adverbs and nouns of judgement that end so: "- Outrageous", "'Typical".
ENDINGS = ("ful", "ous", "ing", "tion", "sion", "ment", "ness", "less", "able", "ible")
ENDINGS += (
    "ism",
    "ity",
    "ally",
    "ably",
    "tely",
    "ance",
    "ence",
    "ical",
    "ship",
    "ures",
)

# Before a noun they make a pseudonym of it: "- Old Hand".
ADJECTIVES = frozenset(
    """
    angry another anxious bemused bewildered big concerned confused cynical disgusted
    disillusioned dismayed ex exhausted fed former frustrated grumpy hopeful jaded
    just little lone longstanding lost mad new northern old one overworked poor proud
    puzzled retired sad senior serving southern still stressed tiny tired unhappy
    weary wee worried young
    """.split()
)

# Newspapers and others who are named below what was taken from them.
PAPERS = frozenset(
    """
    bbc channel chronicle daily economist editor evening express facebook gazette
    google guardian hansard herald independent itv magazine mail mirror news newspaper
    observer post press reuters review sky spectator standard star statesman sun
    sunday telegraph times tribune twitter wikipedia youtube
    """.split()
)

NO_NAMES = frozenset(
    """
    a aberdeen about above absolutely again agreed ah alas all almost also always
    amazing amen an and angry anon anonymous any anybody anyone anything anyway
    appalling apparently april as at august author awful aye bad because been belfast
    best better birmingham blimey bollocks boring both bout bradford brighton
    brilliant bristol britain bs but by bye can cardiff cause certainly chaps cheers
    clearly closed colleague colleagues come comment comrade comrades cornwall cos
    could coventry coz crap crazy criminal cumbria cymru dead dear debate december
    definitely derby devon dire discuss disgrace disgraceful disgusting done dorset
    dream dundee durham each early edinburgh either ello else em end endof england
    enough er ere essex etc europe even ever every everybody everyone everything
    evidence exactly exeter fact fair faithfully false farce fascinating february
    finally fine finished folks follow for forever fraid france frankly fraternally
    friday friend friends from full funny game gentlemen gents germany get give
    glasgow go god going gone good goodbye goodnight great grim guess guys had hallo
    happy hardly has have he hear hello help her here hey hi hilarious him his hmm
    hope hopefully how however hull i if in incredible indeed insane interesting
    ireland is it its january jeez joke joking july june just kay kent know ladies
    lads lancashire later law least leeds leicester less let lies like link liverpool
    lol london look love luck ludicrous madness make manchester march mate mates matey
    may maybe me meanwhile mental merseyside midlands mine minister ministry mistake
    monday money more morning most mp much must my nah name names nay need never
    newcastle nice night no nobody none nonsense nope norfolk northumbria norwich not
    note nothing nottingham november now nowhere nuff obviously october of off oh ok
    okay on once one only oops or orrible other others otherwise our ours out over
    oxford pal pals pathetic pay peace pension pensions perhaps period please plymouth
    point poor portsmouth possibly priceless probably progress promise proof proverb
    ps question questions quite rant read reader readers really regards resign respect
    rest ridiculous right rip round rubbish sad sadly same saturday say scandal
    scandalous scotland september seriously shambles shame shameful she sheffield
    shocking should sic sick silence silly simple simply sincerely sir so solidarity
    some somebody someone somerset something soon sorry sorted source southampton spot
    staggering stop strewth strike struth stupid such suffolk sunday superb sure
    surrey sussex swansea ta tbc team thank thanks that the their theirs them then
    there these they thing things think this those though thursday thus til till tis
    to today tomorrow tonight too tough tragic true truly truth try tuesday tut twas
    two typical ugh uk ulster unbelievable understood unions unknown unlikely until us
    useless very wait wales was watch we wednesday week well were westminster what
    whatever when where which while who whoever why will wish with wolverhampton word
    words work worse worst would wow wrong yay yeah years yep yes yesterday yet york
    yorkshire you your yours
    """.split()
)
