"""The words of suggested pass-phrases: short, plain, easily told apart. Pure data."""

WORDS = tuple(
    """
acorn actor adder agent alarm album alder alley almond alpine amber anchor angle ankle
apple apron arch arena armour army arrow ash aspen atlas attic autumn awning axle badge
badger bagel baker balcony ballad balloon bamboo banana band banjo bank banner bargain
barge bark barley barn barrel basin basket bath battery bay beach bead beaker beam bean
bear beard beaver bed bee beech beetle bell belt bench berry bicycle birch bird biscuit
bishop bison blade blanket blaze blossom blouse boat bobbin bolt bonnet book boot bottle
boulder bowl box bracket brake bramble branch brass bread breeze brick bridge broom
broth brush bubble bucket buckle bud buffalo bugle bulb bull bumper bunch bundle bunker
burrow bus bush butcher butter button cabbage cabin cable cactus cake calendar calf
camel camera camp canal candle canoe canvas cape caravan carbon card cargo carpet carrot
cart castle cat cattle cave cedar celery cello cement chain chair chalk chapel charcoal
cheese cherry chess chest chestnut chicken chimney chisel choir cinema circle circus
city clam clarinet clay clerk cliff cloak clock clog cloth cloud clover coach coal coast
coat cobbler cobweb cocoa coconut coffee coin collar colt comb comet compass concert
cone copper coral cord cork corn corner cottage cotton couch cousin cove cow crab cradle
crane crater crayon cream creek crew cricket crocus crop crow crown crumb crust crystal
cube cuckoo cucumber cup cupboard curlew curry curtain cushion custard cycle cymbal
daffodil dagger dahlia dairy daisy dam damson dance dawn deck deer delta den depot
desert desk diamond diary dice dinghy dinner disc dish ditch dock dollar dolphin domino
donkey door dormouse dough dove dragon drain drawer dream dress drill drum duck dune
dust duvet eagle ear earth easel echo eel egg elbow elder elephant elk elm ember emerald
engine envelope estate evening eyelid fabric falcon fan farm farmer feast feather fence
fennel fern ferret ferry fiddle field fig film finch finger fir fire fish flag flame
flannel flask flax fleece fleet flint flock flood floor flour flower flute foal fog
folder font foot forest forge fork fort fossil fountain fox frame freckle frog frost
fruit funnel fur furnace gable galaxy galleon gallery game gander garage garden garlic
garnet gate gazelle gears geese gem geyser ginger giraffe glacier glass globe glove glue
goat goblet goblin gold goose gorse gown grain granite grape grass gravel gravy grocer
grotto grove guard guest guitar gulf gull gum gutter gypsum hail hair halibut hall
hammer hammock hamper hamster hand handle hangar harbour hare harness harp harvest hat
hatch hawk hay hazel heart hearth heather hedge hedgehog helmet hemlock hen herb herd
heron herring hill hinge hive hockey hollow holly honey hood hook horizon horn hornet
horse hose hotel hound house hull hummock hunter hurdle husk hut hydrant ice icicle
igloo inch ink inlet inn insect iris iron island ivory ivy jackdaw jacket jaguar jam jar
jasmine jaw jay jelly jersey jetty jewel jigsaw jockey journal judge jug juice jumper
jungle juniper jury kayak keel kennel kernel kestrel ketchup kettle key kiln kilt king
kiosk kipper kitchen kite kitten knee knight knot koala label lace ladder ladle lady
lagoon lake lamb lamp lance land lane lantern larch lark laundry laurel lava lavender
lawn lead leaf leather ledge leek lemon lens lentil leopard letter lettuce level lever
library lichen lid light lilac lily lime linen linnet lion lizard llama lobster lock
locket locust lodge loft log loom lorry lotus lounge lupin lynx magnet magpie maize
mallard mallet mammoth mango mansion maple marble margin marina market marmalade marmot
marsh mast mat match mattress maze meadow meal medal melon mercury mermaid metal meteor
mice midnight milk mill miller mineral mint minute mirror mist mitten moat mole monk
monkey moon moor moose morning mortar mosaic moss moth motor mountain mouse moustache
mud muffin mug mulberry mule mural museum mushroom music mussel mustard nail napkin
narrow nature nebula nectar needle nephew nest net nettle newt nickel niece night noodle
noon north nose notebook nougat novel nugget nursery nut nutmeg oak oar oasis oat oboe
ocean octopus office olive omelette onion opal opera orange orbit orchard orchid organ
ornament osprey ostrich otter oven owl oxen oyster paddle paddock page paint palace palm
pan panda panel pansy pantry paper parade parcel parrot parsley parsnip pastry path
patrol pavement pea peach peacock peak peanut pear pearl peat pebble pedal pelican pen
pencil penguin penny pepper perch petal petrol pewter pheasant piano picnic pie pier
pigeon pillar pillow pilot pine pipe pirate pistachio piston pitcher plain planet plank
plaster plate plateau platform plaza plough plum plume pocket podium poem polish pollen
pond pony poplar poppy porch porridge port portrait possum postcard pot potato potter
pottery pouch prairie prawn primrose prince prism prune puddle puffin pulley pumpkin
puppet puppy purse pylon pyramid python quail quarry quarter quartz quay queen quill
quilt quince quiver quiz rabbit raccoon radar radio radish raft rail rain rainbow raisin
rake ram ranch raspberry raven ravine razor record reed reef rhubarb ribbon rice ridge
ring river road robe robin rocket roller roof rook room rooster root rope rose rowan
ruby rudder rug ruler rush rust sable saddle saffron sage sail sailor salad salmon salt
sand sandal sapphire sardine sash satchel satin sauce saucer sausage saw scarf school
scooter screen scroll sea seal season seaweed seed shadow shale shark shawl shed sheep
sheet shelf shell shield ship shirt shoe shop shore shoulder shovel shower shrimp
shutter silk silver singer siren sketch skirt sky slate sledge sleeve slipper sloop
smoke snail snow soap sock sofa soil soldier soup spade spaniel spanner sparrow spear
spice spider spinach spindle spire sponge spoon spring sprout spruce squash squid
squirrel stable stadium stage stair stamp star starling station statue steam steel stem
step stick stile stirrup stoat stone stool storm stove strand straw stream street string
studio sugar suitcase summer sun sunset surf swallow swamp swan sweater switch sword
sycamore syrup table tadpole tailor talon tambourine tandem tangerine tank tapestry tar
tarn tartan taxi tea teapot telescope temple tennis tent terrace theatre thicket thimble
thistle thorn thread throne thrush thumb thunder thyme ticket tide tiger tile timber
tinsel toad toast toffee tomato tool topaz torch tortoise towel tower town tractor trail
train tram trapeze tray treasure tree trellis tribe trolley trombone trophy trough
trousers trout truck trumpet trunk tuba tulip tundra tunnel turbine turkey turnip
turquoise turret turtle tweed twig twine typist tyre umbrella uncle unicorn uniform
urchin urn valley valve van vanilla vase vault velvet verse vessel vest viaduct village
vine vinegar viola violet violin vision volcano vole voyage vulture wafer wagon waiter
wallet walnut walrus waltz warden warren washer wasp watch water wave wax weasel weather
web wedge weir whale wharf wheat wheel whisk whisker whistle wicket widow willow wind
window wing winter wizard wolf wombat wood wool workshop wreath wren wrist yacht yard
yarn year yeast yew yoghurt yolk zebra zenith zinc zipper zone
""".split()
)
