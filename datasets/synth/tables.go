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
	shape, scale float64 // Weibull of a returned loan, days (fitted to published quartiles)
	sticky       bool    // returns of this class are often never booked
	stretch      float64 // loans are cut short by death, so what was planned is longer than what was observed
}

// aidClasses holds the fifteen classes with published loan lengths first, then others with our own guess.
var aidClasses = []aidClass{
	{"12060609", rollator, 1, 0.665, 734, false, 2.7},
	{"09330701", showerStool, 1, 0.62, 536, true, 1.6},
	{"09121801", toiletSeat, 1, 0.614, 523, true, 1.6},
	{"22271803", alarm, 1, 0.807, 220, false, 5},
	{"12220308", wheelchair, 1, 0.606, 264, false, 1.5},
	{"09120321", commode, 1, 0.664, 113, false, 1.4},
	{"04330302", cushion, 0.55, 0.641, 186, false, 1.7},
	{"04330304", cushion, 0.45, 0.638, 222, false, 1.5},
	{"18121803", mattress, 1, 0.605, 103, false, 1.4},
	{"12310301", dependency, 0.245, 0.636, 192, true, 1.25},
	{"18121030", dependency, 0.22, 0.567, 284, false, 1.3},
	{"12362101", dependency, 0.16, 0.644, 148, false, 1.1},
	{"04330601", dependency, 0.145, 0.557, 238, false, 1.5},
	{"04330605", dependency, 0.137, 0.602, 94, false, 1.3},
	{"12221809", dependency, 0.08, 0.622, 166, false, 1.5},
	{"12360301", dependency, 0.02, 0.64, 200, false, 1.4},

	{"12030301", walking, 0.3, 0.6, 700, false, 1.3},
	{"12030603", walking, 0.25, 0.7, 150, false, 1.3},
	{"12060303", walking, 0.25, 0.6, 300, false, 1.3},
	{"12072403", walking, 0.2, 0.6, 500, false, 1.3},

	{"09330403", otherAid, 4, 0.62, 536, true, 1.3},
	{"09330803", otherAid, 3, 0.62, 500, false, 1.3},
	{"09121203", otherAid, 5, 0.62, 300, true, 1.3},
	{"09122403", otherAid, 6, 0.62, 400, true, 1.3},
	{"09122503", otherAid, 4, 0.62, 300, false, 1.3},
	{"09120903", otherAid, 2, 0.62, 500, false, 1.3},
	{"09090303", otherAid, 5, 0.7, 200, false, 1.3},
	{"09123303", otherAid, 1, 0.7, 120, false, 1.3},
	{"04060603", otherAid, 2, 0.7, 200, false, 1.3},
	{"04190403", otherAid, 4, 0.6, 500, false, 1.3},
	{"04481803", otherAid, 3, 0.6, 200, false, 1.3},
	{"12310603", otherAid, 3, 0.64, 200, false, 1.3},
	{"12310903", otherAid, 5, 0.64, 300, false, 1.3},
	{"12311503", otherAid, 3, 0.64, 200, false, 1.3},
	{"12230603", otherAid, 1, 0.8, 900, false, 1.2},
	{"12180603", otherAid, 1, 0.8, 900, false, 1.2},
	{"12080303", otherAid, 1, 0.6, 700, false, 1.3},
	{"15030303", otherAid, 1, 0.6, 600, false, 1.3},
	{"15030603", otherAid, 2, 0.6, 600, false, 1.3},
	{"15091303", otherAid, 2, 0.6, 400, false, 1.3},
	{"18030303", otherAid, 2, 0.6, 300, false, 1.3},
	{"18090403", otherAid, 4, 0.6, 600, false, 1.3},
	{"18090703", otherAid, 2, 0.8, 90, false, 1.2},
	{"18090903", otherAid, 3, 0.6, 600, false, 1.3},
	{"18122703", otherAid, 7, 0.6, 300, false, 1.3},
	{"18122803", otherAid, 3, 0.6, 300, false, 1.3},
	{"18123003", otherAid, 1, 0.6, 300, false, 1.3},
	{"18150303", otherAid, 4, 0.6, 500, false, 1.3},
	{"18180303", otherAid, 4, 0.9, 2000, true, 1.2},
	{"18180603", otherAid, 7, 0.9, 2000, true, 1.2},
	{"18181003", otherAid, 4, 0.7, 600, false, 1.3},
	{"18241503", otherAid, 4, 0.9, 2000, true, 1.2},
	{"18301503", otherAid, 3, 0.6, 400, false, 1.3},
	{"22030903", otherAid, 2, 0.7, 900, false, 1.2},
	{"22183003", otherAid, 3, 0.8, 1200, false, 1.2},
	{"22240303", otherAid, 1, 0.7, 600, false, 1.3},
	{"22270403", otherAid, 3, 0.8, 1000, false, 1.2},
	{"22271203", otherAid, 1, 0.7, 600, false, 1.3},
	{"22271503", otherAid, 2, 0.7, 400, false, 1.3},
	{"22272403", otherAid, 1, 0.7, 300, false, 1.3},
	{"24210303", otherAid, 6, 0.65, 500, true, 1.3},
	{"24361203", otherAid, 4, 0.65, 500, false, 1.3},
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
var strangeServices = []string{"Klippekort", "Psykisk pleje og omsorg", "Ledsagelse til læge, inkl. transport", "Tryghedsbesøg"}
