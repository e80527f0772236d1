"""The words by which names of persons are told from other words in capitals. Pure.

Lists of our own; all in small letters. What is in none of them may be a surname.
"""

# Forms of address that stand before a name.
TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame lord lady judge justice baroness "
    "baron rev reverend father sister pc dc ds di dci sgt sergeant inspector supt "
    "superintendent cllr councillor capt captain major colonel lt cdr commander adm "
    "admiral rabbi imam nurse".split()
)

# First names that are nothing else at the beginning of a sentence.
FIRST = frozenset(
    """
    aaron abigail adam adrian aisha alan alastair albert alex alexander alexandra alf
    alfie alice alison alistair allan amanda amber amelia amir amy andrea andrew andy
    angela angus anita ann anna anne annette annie anthony antony anwar arthur ashley
    audrey barbara barry beatrice becky belinda ben benjamin bernadette bernard bert
    beth bethany betty beverley bob bobby brenda brendan brian bridget bruce bryan
    callum carl carla carlos carol caroline carolyn catherine cathy cedric charles
    charlie charlotte cheryl chloe chris christian christina christine christopher
    claire clara clare clive colin colleen connor craig cynthia damian daniel danielle
    danny darren dave david dawn debbie deborah deirdre denise dennis derek desmond
    diana diane diego dominic donald donna doreen dorothy doug douglas duncan dylan
    edith edmund edna edward edwin eileen elaine eleanor elena elizabeth ellen ellie
    elliot elsie emily emma eric erica esther ethan eugene eva evan evelyn fatima
    felicity felix fergus fiona florence frances francesca francis frankie fred freda
    frederick gareth garry gary gavin gemma geoff geoffrey george georgia georgina
    gerald geraldine gerard gillian gina giles glen glenn gloria gordon graeme graham
    greg gregory gwen hannah harold harriet harry harvey hassan hazel heather hector
    helen helena henry herbert hilary howard hugh hugo humphrey hussain ian ibrahim
    imogen imran ingrid irene isaac isabel isabella isla ivan ivor ivy jackie jacob
    jacqueline jake james jamie jan jane janet janice jared jasmine jason javier
    jayne jean jeanette jeff jeffrey jemima jenna jennifer jenny jeremy jess jessica
    jill jim jimmy joan joanna joanne joe joel john johnny jonathan jordan jose joseph
    josephine josh joshua joyce juan judith judy julia julian julie juliet justin
    karen kate katherine kathleen kathryn kathy katie keith kelly kelvin ken kenneth
    kerry kevin kieran kim kirsty kumar kyle lara laura lauren laurence lawrence leah
    lee leigh leo leon leonard lesley leslie lewis liam lillian lily linda lindsay lisa
    liz logan lorna lorraine louis louisa louise lucas lucy luke lydia lynda lynn
    lynne mabel madeleine maggie malcolm mandy marcus margaret margery maria marian
    marie marilyn marina marion marjorie martha martin martyn mary matilda matt
    matthew maureen maurice maxine megan mehmet melanie melissa mia michael michelle
    mick miguel mike mildred miranda miriam moira mohamed mohammad mohammed molly
    monica morag mohsin muhammad muriel nadia nancy naomi natalie natasha nathan
    nathaniel neil nelson niall nicholas nick nicola nicole nigel nina noel nora
    norma norman olive oliver olivia omar oscar owen pamela patricia patrick paul paula
    pauline penelope penny percy peter phil philip philippa phillip phoebe phyllis
    polly priya rachel rafael raj rajesh ralph raymond rebecca reg reginald rhys
    richard rita robert roberta robin rodney roger roland ron ronald ronnie rosalind
    rosemary ross rosie rowena roy rupert russell ruth ryan sabrina sally sam samantha
    samuel sandra sanjay sara sarah scott sean sebastian selina shane sharon shaun
    sheila shirley sian sidney simon sinead sonia sophia sophie stacey stanley stella
    stephanie stephen steve steven stewart stuart susan susannah suzanne sybil sylvia
    tamara tamsin tanya tara ted terence teresa terry theresa thomas tim timothy tina
    toby tom tommy tony tracey tracy trevor tristan ursula valerie vanessa vera
    vernon veronica vicky victor victoria vincent viola violet virginia vivian
    vivienne walter warren wayne wendy wilfred william winifred winston xavier yasmin
    yusuf yvonne zara zoe
    """.split()
)

# First names that are words, too: nothing at the beginning of a sentence.
ALSO_WORDS = frozenset(
    "april art august bill carter dale dean drew faith frank gay grace grant guy heath "
    "hope iris jack jade jay joy june kit lance mark max may mercy miles nick norm pat "
    "paige pearl pip poppy ray rob rose rowan ruby rusty sandy skye stew sue summer "
    "tiffany will".split()
)

# Small words within a name, "Ludo van der Meer".
PARTICLES = frozenset(
    "de da del della di du la le van von der den bin ibn al el".split()
)

# After these a name in capitals is a place, if nothing says otherwise.
OF_PLACES = frozenset("in at near from to of around towards outside via the".split())

# Words that stand in capitals and belong to no person's name.
OTHERS = frozenset(
    """
    a about above abroad according act action active actually additional administration
    admits admitted advanced advice advisory advocate affairs africa african after again
    against age agency agenda agreement aid air all alliance allied alpha already also
    although always am amazon ambulance america american an analysis and annual another
    answer anti any anybody anyone anything anyway appeal appeals apple approved april
    archdeacon are area areas army around article as asian asked asks assembly
    assessment assistant associate association at ate attorney august australia
    australian authority autumn avenue award awards away axe back bad band bank bar
    barracks base basic bay be beach because been before being belfast bench best better
    between big bill birmingham bishop black blog blogpost blue board boat book boost
    both bottom boxing bradford branch breach breaking bridge bright brilliant bristol
    britain british broadcasting brussels budget building bulletin bureau business but
    by cabinet call called cambridge came campaign can canal cannot capita capital
    captain car cardiff care career carillion case cases castle cathedral catholic cbe
    central centre certain chain chair chairman chairwoman challenge chamber chancellor
    change channel chapter charity charter cheers chief child children china chinese
    choice christ christian christmas church circle citizen citizens city civil claimed
    claims class clear clerk client clients close club coach coalition coast code
    college come comes coming commission commissioner commissioners committee common
    commons communication communications communist community company complaints
    conference congratulations congress conservative conservatives constable
    constabulary constitution contact contract contracts control cornwall corporate
    corporation correct correction corrections could council councils counsel count
    country county course court courts cove coventry crazy crc crcs creek crescent crew
    crime criminal crown culture custody customer customs daily dark data day days dead
    deal dear death debate december decision defence definitely delius delivery
    democracy democrat democratic democrats department deputy derby desk detective
    development devon did digital diocese director directorate directors disability
    discipline dispute district division do dock docks doctor does doing don't done
    dorset double downing draft drive drop drug drugs due duke durham duty each early
    east easter eastern echo economic economics economist edinburgh edition editor
    education either election electric emergency employee employer employers employment
    end energy engineer england english enough enterprise environment equal equality
    especially esq essex estate euro europe european even evening event ever every
    everybody everyone everything evidence exactly excellent except exchange executive
    exercise exeter exit express extra facebook fact faculty failing fair faithfully
    fake family far farm fast february federal federation fees fell ferry field fifth
    final finally finance financial fine fire first fish five flag flats fleet floor fm
    food foot for force foreign forest form former fort forum forward foundation four
    fourth framework france freedom french friday friend friends from front full fund
    funding further future g4s gate gave gazette general german germany get getting give
    given glasgow gmb go god goes going gold golden gone good google got government
    governor governors grand great greater green grey grid ground group groups guard
    guardian guess guest guide guild had half hall happy harbour harbourmaster hard has
    have having he head health hear heavy hello help her here heritage hers hi high hill
    him his history hm hmip hmpo hmpps hold holiday home homes honest honestly
    honourable hospital hostel hotel house housing how however hull human humber hundred
    hurrah i idea if image imagine impact important in independent india indian
    industrial industry information initiative inn inner inquest inquiry inside
    inspection inspector inspectorate instagram institute insurance integrated
    intelligence interesting interim internal international interserve into
    investigation investment investors ireland irish is island isle israel it italy its
    itself january japan jersey job jobs join joint journal journey judicial judiciary
    july june junior jury just justice kc keep kent key keys kindly king kingdom knew
    knight know knows labour lack ladies lake lancashire land lane large last late later
    latest law laws lead leader leadership league learn learning least leave leeds left
    legal leicester leisure less let letter level liberal liberals library licence life
    light like likewise lincolnshire line link links linkspan lion list listen little
    live lived liverpool lives living local lock lodge london long look looking lords
    lost lot love lovely low lower loyal ltd luck madam magazine magistrate magistrates
    mail main maintenance major make making man management manager managers managing
    manchester manifesto manor many mappa march marina marine maritime market master
    match mate matron maybe mayor mbe me mean media medical meeting member members
    memorial men mental merchant merry merseyside message metropolitan microsoft middle
    midlands might mile military mill million mind mine minister ministers ministry
    minor minute minutes mirror missing mission model moderator modern moj moment monday
    money month monthly moor more morning most mount mountain mp mps mr msp much museum
    music must mutual my name napo nation national nations natural naval navy ndelius
    need needs net network never new newcastle newly news newsletter next nice night no
    nobody noms none nonsense norfolk north northern northumbria norwich not note notes
    nothing notice nottingham november now nps number o'clock oak oasys obe obviously
    occupational ocean october of off offence offender offenders offer office officer
    officers official officials often oh ok okay old on once one online only open
    operation operational operations opinion opposition or oral order ordinary
    organisation organization original other others our out outer over overall own
    oxford page palace panel paper parade paris parish park parliament parliamentary
    parole part partner partners partnership party past path patrol pay peace peer
    people perhaps period permanent person personal personnel petition phase pier pilot
    place plan planning plans plc please plus plymouth po point police policy political
    politics pool poor port portal portsmouth pos possibly post practice premier present
    president press previous price pride primary prime prince princess principal priory
    prison prisoner prisoners prisons private privy probably probation problem procedure
    process professional programme programmes project promenade promised proper property
    proposal proposals prosecution protection provider pso psos pub public publication
    publisher purple qc quality quarter quay queen question questions quick quite race
    radical radio rail railway ran rather read reader reading reads real really reason
    recent record recovery red referendum reform reforms refused refuses regarding
    regards regiment region regional register registrar registry rehab rehabilitation
    relations release remain remember report reports republic republican rescue research
    residents resource resources response rest restorative result retail return review
    rewards right rights ring rise risk river riverside road roads rock roman room rough
    round route row royal rubbish rule rules runs russia russian safe safer safety said
    saint sale salvation same sat saturday saw say says scheme school schools science
    scotland scots scottish sea season second secondary secret secretary section sector
    security secy see seems seen select self semitic send senior sentence sentencing
    sentinel september serco serious service services session seven several shadow shall
    shame she sheffield sheriff shift ship shipping shop shore short should shout show
    side similar simple simply since sincerely single site sits six skills sky small so
    social socialist society sodexo solicitor solutions some somebody someone somerset
    something sometimes soon sorry sound source south southampton southern spa spain
    special speech spirit spo sport spos spot spring square st staff stage standard
    standards star start started state statement states station status steering step
    steward stewards still stood stop stopped storm story strait strange strategic
    strategy street strike strong student students studies study stuff such suffolk
    suite summer sun sunday super supervisor supply support supreme sure surely surrey
    surveillance survey sussex swansea system systems take takes talk target task team
    teams technology telegraph television tell temporary ten terminal territory test
    thames thank thanks that the theatre their them then there these they thing things
    think thinks third this those thought thousand three through thursday tide time
    times title to today together told tomorrow too took top tories tory total touch
    tower town trade trades trading tragic training transformation transforming
    transitional transport travel treasury treaty tribunal tribune tricky true truly
    trust trustee trustees truth truthfully try tuesday turn tv twitter two typical uk
    ukraine ultimately unbelievable under unfortunately union unions unison unit unite
    united universal universities university unless unpaid until up upper urgent us use
    user utter valley van various vehicle very veterans via vice victim victims view
    views village vision visit voice volunteer volunteers vote wages wait wakefield
    wales walk wall want wanted wants war ward warden warmly was washington watch
    watchdog water way we weather web website wednesday week weekend weekly welcome
    welfare well welsh went were west western wharf what whatever whatsapp when where
    whether which while white whitehall who whole why wife will wiltshire windows wing
    winter wish with within without witness woman women won wonder wood word words work
    worker workers workforce working works workshop world worst would wow writes wrong
    wrote xmas yard yeah year years yellow yes yesterday yet york yorkshire you young
    your yours youth youtube zone
    """.split()
)

# Words ending so are no surnames, as far as they stand in no list.
ENDINGS = (
    "tion", "tions", "sion", "sions", "ment", "ments", "ness", "ship", "ships", "ance",
    "ity", "ities", "ism", "isms", "ing", "ings", "ally", "able", "ible", "ology",
    "ical", "ional", "ious", "ful", "less", "ives", "ised", "ized", "ists",
)  # fmt: skip

# What makes a place, a street or a body of what stands before it.
AFTER = frozenset(
    """
    street road lane avenue close crescent drive way square place park house hall court
    prison gaol jail hospital school college university station bridge quay pier harbour
    port dock terminal island bay head point hill wood farm green hotel arms inn council
    trust group services service ltd plc limited company committee commission inquiry
    report review act bill award prize cup league united city town rovers wanderers fc
    centre theatre library museum gallery church chapel cathedral foundation institute
    association society club party union federation times news echo post mail gazette
    ferries line lines shipping bank building tower estate scheme project programme unit
    team
    """.split()
)

# What is alleged of somebody: a fact that does harm, or a word as hard as that.
ACCUSATIONS = (
    r"ly?ing|liars?|lied|told\s+lies|lies\s+(?:about|to)|a\s+pack\s+of\s+lies"
    r"|frauds?|fraudsters?|fraudulent(?:ly)?|defraud(?:ed|ing|s)?|scam(?:med|mer|s)?"
    r"|bull(?:y|ies|ied|ying)|corrupt(?:ed|ion|ly)?|sacked|sacking|fired|dismissed"
    r"|suspended|thie(?:f|ves)|theft|stole|stolen|steal(?:s|ing)?|embezzl\w+"
    r"|crooks?|crooked|cheat(?:s|ed|ing)?|brib(?:e|es|ed|ery|ing)|conned|conman"
    r"|dishonest(?:ly|y)?|perjur(?:y|ed|er)|incompeten(?:t|ce)|negligen(?:t|ce)"
    r"|harass(?:es|ed|ing|ment)?|intimidat(?:es|ed|ing|ion)|threaten(?:s|ed|ing)?"
    r"|victimis(?:es|ed|ing)|discriminat(?:es|ed|ing|ion)"
    r"|racists?|racism|sexists?|misogynist|homophobic|nazi|fascist|bigot(?:ed)?"
    r"|abus(?:e|es|ed|er|ers|ing|ive)|assault(?:s|ed|ing)?|grop(?:ed|es|ing)|rap(?:ed|ist)"
    r"|paedophiles?|paedo|pervert|predator|molest(?:s|ed|er|ing)|drunk|drunkard"
    r"|criminals?|convicted|arrested|guilty|misconduct|blackmail(?:s|ed|ing)?"
    r"|cover(?:ed|ing)?[\s-]up|cover-ups|under\s+the\s+bus|falsif(?:y|ied|ies|ying)"
    r"|forged|fiddl(?:ed|es|ing)|leak(?:ed|ing)|disgrace|disgraced|coward(?:s|ly)?"
    r"|psychopath|sociopath|useless|backstab(?:s|bed|ber|bing)"
)
