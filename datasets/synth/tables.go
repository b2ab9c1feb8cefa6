package synth

import "math"

// ageBand is a share of the population aged 65 and over.
type ageBand struct {
	from, to    float64 // years
	men, female float64 // persons, Denmark 2025, Statistics Denmark
}

// population65 is Denmark's population of 65+ on 1 January 2025 by five-year band; 85+ is split as the 2019
// life tables are.
var population65 = []ageBand{
	{65, 70, 161211, 168331},
	{70, 75, 141383, 154162},
	{75, 80, 133837, 151922},
	{80, 85, 85744, 106988},
	{85, 90, 55140 * 0.71, 91465 * 0.62},
	{90, 95, 55140 * 0.24, 91465 * 0.29},
	{95, 100, 55140 * 0.05, 91465 * 0.09},
}

// deathKnots are yearly death rates (d/L, persons) at the middle of each five-year band: women 2019, men 2020.
var deathKnots = []struct{ age, women, men float64 }{
	{62.5, 0.0066, 0.0105},
	{67.5, 0.0105, 0.0164},
	{72.5, 0.0158, 0.0244},
	{77.5, 0.0270, 0.0395},
	{82.5, 0.0508, 0.0692},
	{87.5, 0.0984, 0.140},
	{92.5, 0.1778, 0.232},
	{97.5, 0.3282, 0.367},
	{102.5, 0.45, 0.50},
}

// deathRate is the yearly rate of the whole population at an age, log-linear between the knots.
func deathRate(age float64, female bool) float64 {
	at := func(i int) float64 {
		if female {
			return deathKnots[i].women
		}
		return deathKnots[i].men
	}
	if age <= deathKnots[0].age {
		return at(0)
	}
	for i := 1; i < len(deathKnots); i++ {
		if age <= deathKnots[i].age {
			w := (age - deathKnots[i-1].age) / (deathKnots[i].age - deathKnots[i-1].age)
			return math.Exp((1-w)*math.Log(at(i-1)) + w*math.Log(at(i)))
		}
	}
	return at(len(deathKnots) - 1)
}

// aidGroup is what the process needs to know about a class.
type aidGroup uint8

const (
	otherAid aidGroup = iota
	rollator
	walking // other walking aids
	showerStool
	toiletSeat
	alarm
	wheelchair
	commode
	cushion
	mattress   // plain foam mattress
	dependency // hoist, sling, comfort wheelchair, care bed, turning aid, pressure mattress
)

// aidClass is one class of the municipality's depot.
type aidClass struct {
	iso          string
	group        aidGroup
	weight       float64 // share of the loans within its group
	shape, scale float64 // Weibull of the days that a loan was meant to last; leaving cuts it short
	sticky       bool    // returns of this class are often never booked
}

// aidClasses holds the fifteen classes with published loan lengths first, then others with our own guess. The first
// are fitted to the published shares without a return date by year of lending and to the median of those returned,
// given how long the citizens here live at home: many short loans and a long tail.
var aidClasses = []aidClass{
	{"12060609", rollator, 1, 0.40, 8300, false},
	{"09330701", showerStool, 1, 0.22, 17000, true},
	{"09121801", toiletSeat, 1, 0.25, 7800, true},
	{"22271803", alarm, 1, 0.40, 4300, false},
	{"12220308", wheelchair, 1, 0.34, 900, false},
	{"09120321", commode, 1, 0.46, 161, false},
	{"04330302", cushion, 0.55, 0.22, 2000, false},
	{"04330304", cushion, 0.45, 0.22, 3474, false},
	{"18121803", mattress, 1, 0.25, 420, false},
	{"12310301", dependency, 0.245, 0.28, 820, true},
	{"18121030", dependency, 0.22, 0.22, 4595, false},
	{"12362101", dependency, 0.16, 0.22, 1306, false},
	{"04330601", dependency, 0.145, 0.22, 2627, false},
	{"04330605", dependency, 0.137, 0.40, 140, false},
	{"12221809", dependency, 0.08, 0.28, 859, false},
	{"12360301", dependency, 0.02, 0.64, 280, false},

	{"12030301", walking, 0.3, 0.6, 910, false},
	{"12030603", walking, 0.25, 0.7, 195, false},
	{"12060303", walking, 0.25, 0.6, 390, false},
	{"12072403", walking, 0.2, 0.6, 650, false},

	{"09330403", otherAid, 4, 0.62, 697, true},
	{"09330803", otherAid, 3, 0.62, 650, false},
	{"09121203", otherAid, 5, 0.62, 390, true},
	{"09122403", otherAid, 6, 0.62, 520, true},
	{"09122503", otherAid, 4, 0.62, 390, false},
	{"09120903", otherAid, 2, 0.62, 650, false},
	{"09090303", otherAid, 5, 0.7, 260, false},
	{"09123303", otherAid, 1, 0.7, 156, false},
	{"04060603", otherAid, 2, 0.7, 260, false},
	{"04190403", otherAid, 4, 0.6, 650, false},
	{"04481803", otherAid, 3, 0.6, 260, false},
	{"12310603", otherAid, 3, 0.64, 260, false},
	{"12310903", otherAid, 5, 0.64, 390, false},
	{"12311503", otherAid, 3, 0.64, 260, false},
	{"12230603", otherAid, 1, 0.8, 1080, false},
	{"12180603", otherAid, 1, 0.8, 1080, false},
	{"12080303", otherAid, 1, 0.6, 910, false},
	{"15030303", otherAid, 1, 0.6, 780, false},
	{"15030603", otherAid, 2, 0.6, 780, false},
	{"15091303", otherAid, 2, 0.6, 520, false},
	{"18031503", otherAid, 2, 0.6, 390, false},
	{"18090403", otherAid, 4, 0.6, 780, false},
	{"18090703", otherAid, 2, 0.8, 108, false},
	{"18090903", otherAid, 3, 0.6, 780, false},
	{"18122703", otherAid, 7, 0.6, 390, false},
	{"18122803", otherAid, 3, 0.6, 390, false},
	{"18123003", otherAid, 1, 0.6, 390, false},
	{"18150303", otherAid, 4, 0.6, 650, false},
	{"18180303", otherAid, 4, 0.9, 2400, true},
	{"18180603", otherAid, 7, 0.9, 2400, true},
	{"18181003", otherAid, 4, 0.7, 780, false},
	{"18241503", otherAid, 4, 0.9, 2400, true},
	{"18301503", otherAid, 3, 0.6, 520, false},
	{"22030903", otherAid, 2, 0.7, 1080, false},
	{"22183003", otherAid, 3, 0.8, 1440, false},
	{"22240303", otherAid, 1, 0.7, 780, false},
	{"22270403", otherAid, 3, 0.8, 1200, false},
	{"22271203", otherAid, 1, 0.7, 780, false},
	{"22271503", otherAid, 2, 0.7, 520, false},
	{"22272403", otherAid, 1, 0.7, 390, false},
	{"24210303", otherAid, 6, 0.65, 650, true},
	{"24361203", otherAid, 4, 0.65, 650, false},
}

// byGroup lists the classes of each group with the cumulated weights to draw from.
var byGroup = func() (out [dependency + 1]struct {
	class []uint8
	cum   []float64
}) {
	for i, c := range aidClasses {
		g := &out[c.group]
		g.class = append(g.class, uint8(i))
		sum := c.weight
		if n := len(g.cum); n > 0 {
			sum += g.cum[n-1]
		}
		g.cum = append(g.cum, sum)
	}
	return out
}()

// The home-care services, in the order of the service table.
const (
	svcHygiene = iota
	svcExcretion
	svcNutrition
	svcMobility
	svcEveryday
	svcSupervision
	svcShopping
	svcCleaning
	svcLaundry
	svcCooking
	svcMeals
	svcMedication
	svcDispensing
	svcCompression
	svcWound
	svcMeasuring
	svcRehabHygiene
	svcRehabMobility
	svcRetraining
	svcMaintenance
	svcTraining
	numServices

	// The law of 2025 has one name for all personal care and one for all practical help.
	broadPersonal  = numServices
	broadPractical = numServices + 1
	numNames       = numServices + 2
)

// service is a service as the vendor spells it. Minutes and shares are a modelling choice, constrained so that
// the practical and the personal services add up to the published means.
type service struct {
	code     string
	name     string // before 1 July 2025 followed by " (FSIII)", but for local services
	local    string // what some citizens' rows call it instead; empty for none
	share    float64
	minutes  float64 // per week when present; the weight within its block
	perVisit float64 // minutes of one visit
	every    int     // weeks between deliveries
}

var services = [numNames]service{
	svcHygiene:       {"H1.1", "Personlig hygiejne", "Bad og hårvask", 0.92, 130, 25, 1},
	svcExcretion:     {"H1.2", "Udskillelser", "", 0.42, 120, 15, 1},
	svcNutrition:     {"H1.3", "Ernæring", "", 0.42, 95, 12, 1},
	svcMobility:      {"H1.4", "Mobilitet", "", 0.29, 90, 15, 1},
	svcEveryday:      {"H1.5", "Hverdagens aktiviteter", "", 0.48, 64, 20, 1},
	svcSupervision:   {"H1.6", "Tilsyn/omsorg", "", 0.42, 50, 10, 1},
	svcShopping:      {"H1.7", "Indkøb", "", 0.34, 15, 15, 1},
	svcCleaning:      {"H1.8", "Rengøring", "", 0.93, 27, 54, 2},
	svcLaundry:       {"H1.9", "Tøjvask", "", 0.40, 18, 36, 2},
	svcCooking:       {"H1.10", "Tilberede/anrette mad", "Anrette mad", 0.23, 60, 12, 1},
	svcMeals:         {"H1.11", "Madservice", "", 0.28, 0, 0, 1},
	svcMedication:    {"G1.20", "Medicinadministration", "Hjælp til medicinindtagelse", 0.25, 35, 5, 1},
	svcDispensing:    {"G1.21", "Medicindispensering", "", 0.22, 15, 30, 2},
	svcCompression:   {"G1.19", "Kompressionsbehandling", "", 0.15, 40, 6, 1},
	svcWound:         {"G1.39", "Sårbehandling", "", 0.07, 45, 22, 1},
	svcMeasuring:     {"G1.41", "Undersøgelser og måling af værdier", "Måling af værdier", 0.08, 15, 15, 1},
	svcRehabHygiene:  {"H2.5", "RH-Personlig hygiejne", "", 0, 45, 22, 1},
	svcRehabMobility: {"H2.4", "RH-Mobilitet", "", 0, 40, 20, 1},
	svcRetraining:    {"H5.1", "Genoptræning af funktionsnedsættelse", "", 0.04, 45, 45, 1},
	svcMaintenance:   {"H6.1", "Vedligehold af færdigheder", "", 0.04, 40, 40, 1},
	svcTraining:      {"L.TVH", "Træning ved hjælper", "", 0, 40, 20, 1},
	broadPersonal:    {"Æ", "Personlig hjælp og pleje", "", 0, 0, 0, 1},
	broadPractical:   {"Æ", "Praktisk hjælp i hjemmet", "", 0, 0, 0, 1},
}

// strangeServices are names that no table knows.
var strangeServices = []string{"Klippekort", "Gåtur med frivillig", "Ledsagelse til læge, inkl. transport", "Tryghedsbesøg"}
