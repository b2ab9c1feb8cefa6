package features

import "github.com/rettidig/rettidig/datasets/codes"

// aidThing is the aids of one concept. In Danish one is said with its article ("ét ..."), none stands after "ingen",
// many after a number, a after "af", latest and new carry their own endings.
func aidThing(id string, c codes.Concept, da, en wording) thing {
	for _, w := range []wording{da, en} {
		if w["none"] == "" {
			w["none"] = w["many"]
		}
	}
	da["concept"], en["concept"] = c.Label("da"), c.Label("en")
	return thing{id: id, concept: c, at: int(conceptAt(c)), da: da, en: en}
}

var aidThings = []thing{
	aidThing("mobility", codes.MobilityAids,
		wording{"one": "ét ganghjælpemiddel", "a": "et ganghjælpemiddel", "art": "ét", "fresh": "nyt", "many": "ganghjælpemidler", "latest": "det seneste ganghjælpemiddel", "new": "ét nyt ganghjælpemiddel", "of": "ganghjælpemiddel"},
		wording{"one": "one walking aid", "a": "a walking aid", "many": "walking aids", "latest": "the latest walking aid", "new": "one new walking aid"}),
	aidThing("wheelchairs", codes.Wheelchairs,
		wording{"one": "én kørestol", "a": "en kørestol", "art": "én", "fresh": "ny", "many": "kørestole", "latest": "den seneste kørestol", "new": "én ny kørestol", "of": "kørestol"},
		wording{"one": "one wheelchair", "a": "a wheelchair", "many": "wheelchairs", "latest": "the latest wheelchair", "new": "one new wheelchair"}),
	aidThing("transfer", codes.TransferAids,
		wording{"one": "ét forflytningshjælpemiddel", "a": "et forflytningshjælpemiddel", "art": "ét", "fresh": "nyt", "many": "forflytningshjælpemidler", "latest": "det seneste forflytningshjælpemiddel", "new": "ét nyt forflytningshjælpemiddel", "of": "forflytningshjælpemiddel"},
		wording{"one": "one transfer aid", "a": "a transfer aid", "many": "transfer aids", "latest": "the latest transfer aid", "new": "one new transfer aid"}),
	aidThing("beds", codes.Beds,
		wording{"one": "én plejeseng eller ét stykke sengeudstyr", "a": "en plejeseng eller sengeudstyr", "art": "én", "fresh": "ny", "many": "plejesenge og stykker sengeudstyr", "none": "plejesenge eller sengeudstyr", "latest": "den seneste plejeseng eller det seneste sengeudstyr", "new": "én ny plejeseng eller ét nyt stykke sengeudstyr", "of": "plejeseng eller sengeudstyr"},
		wording{"one": "one care bed or piece of bedding", "a": "a care bed or bedding", "many": "care beds and pieces of bedding", "none": "care beds or bedding", "latest": "the latest care bed or bedding", "new": "one new care bed or piece of bedding"}),
	aidThing("pressure", codes.PressureAids,
		wording{"one": "ét hjælpemiddel mod tryksår", "a": "et hjælpemiddel mod tryksår", "art": "ét", "fresh": "nyt", "many": "hjælpemidler mod tryksår", "latest": "det seneste hjælpemiddel mod tryksår", "new": "ét nyt hjælpemiddel mod tryksår", "of": "hjælpemiddel mod tryksår"},
		wording{"one": "one aid against pressure ulcers", "a": "an aid against pressure ulcers", "many": "aids against pressure ulcers", "latest": "the latest aid against pressure ulcers", "new": "one new aid against pressure ulcers"}),
	aidThing("toilet", codes.ToiletAids,
		wording{"one": "ét toilethjælpemiddel", "a": "et toilethjælpemiddel", "art": "ét", "fresh": "nyt", "many": "toilethjælpemidler", "latest": "det seneste toilethjælpemiddel", "new": "ét nyt toilethjælpemiddel", "of": "toilethjælpemiddel"},
		wording{"one": "one toilet aid", "a": "a toilet aid", "many": "toilet aids", "latest": "the latest toilet aid", "new": "one new toilet aid"}),
	aidThing("bath", codes.BathAids,
		wording{"one": "ét badehjælpemiddel", "a": "et badehjælpemiddel", "art": "ét", "fresh": "nyt", "many": "badehjælpemidler", "latest": "det seneste badehjælpemiddel", "new": "ét nyt badehjælpemiddel", "of": "badehjælpemiddel"},
		wording{"one": "one bathing aid", "a": "a bathing aid", "many": "bathing aids", "latest": "the latest bathing aid", "new": "one new bathing aid"}),
	aidThing("alarms", codes.Alarms,
		wording{"one": "ét nødkald eller én anden alarm", "a": "et nødkald eller en alarm", "art": "ét", "fresh": "nyt", "many": "nødkald og alarmer", "none": "nødkald eller alarmer", "latest": "det seneste nødkald eller den seneste alarm", "new": "ét nyt nødkald eller én ny alarm", "of": "nødkald eller alarm"},
		wording{"one": "one emergency call or other alarm", "a": "an emergency call or alarm", "many": "emergency calls and alarms", "none": "emergency calls or alarms", "latest": "the latest emergency call or alarm", "new": "one new emergency call or alarm"}),
	aidThing("home", codes.HomeAdaptation,
		wording{"one": "ét hjælpemiddel til boligen", "a": "et hjælpemiddel til boligen", "art": "ét", "fresh": "nyt", "many": "hjælpemidler til boligen", "latest": "det seneste hjælpemiddel til boligen", "new": "ét nyt hjælpemiddel til boligen", "of": "hjælpemiddel til boligen"},
		wording{"one": "one aid for the home", "a": "an aid for the home", "many": "aids for the home", "latest": "the latest aid for the home", "new": "one new aid for the home"}),
	aidThing("sensory", codes.SensoryAids,
		wording{"one": "ét hjælpemiddel til syn, hørelse eller kommunikation", "a": "et hjælpemiddel til syn, hørelse eller kommunikation", "art": "ét", "fresh": "nyt", "many": "hjælpemidler til syn, hørelse eller kommunikation", "latest": "det seneste hjælpemiddel til syn, hørelse eller kommunikation", "new": "ét nyt hjælpemiddel til syn, hørelse eller kommunikation", "of": "hjælpemiddel til syn, hørelse eller kommunikation"},
		wording{"one": "one aid for sight, hearing or communication", "a": "an aid for sight, hearing or communication", "many": "aids for sight, hearing or communication", "latest": "the latest aid for sight, hearing or communication", "new": "one new aid for sight, hearing or communication"}),
	aidThing("other", codes.OtherAids,
		wording{"one": "ét andet hjælpemiddel", "a": "et andet hjælpemiddel", "art": "ét", "fresh": "nyt", "many": "andre hjælpemidler", "latest": "det seneste af de andre hjælpemidler", "new": "ét nyt hjælpemiddel af anden slags", "of": "andre hjælpemidler"},
		wording{"one": "one other aid", "a": "another kind of aid", "many": "other aids", "latest": "the latest of the other aids", "new": "one new aid of another kind"}),
}

// conceptColumns say the same of the aids of every concept.
func conceptColumns() []declaration {
	out := []declaration{
		{
			ID: "[id]_on_loan", Unit: UnitCount, Window: "now", Family: "level",
			DA: Text{
				Label:    "[concept] til låns nu",
				Sentence: Forms{Any: "{n} [many] til låns", One: "[one] til låns", Zero: "Ingen [none] til låns"},
				Clause:   Forms{Any: "{n} til låns nu", One: "[art] til låns nu", Zero: "ingen til låns nu"},
			},
			EN: Text{
				Label:    "[concept] on loan now",
				Sentence: Forms{Any: "{n} [many] on loan", One: "[one] on loan", Zero: "No [none] on loan"},
				Clause:   Forms{Any: "{n} on loan now", One: "one on loan now", Zero: "none on loan now"},
			},
			value: func(v *view, c cell) float64 { return float64(v.aids.by[c.at].out) },
		},
		{
			ID: "[id]_days_since_latest", Unit: UnitDays, Window: "ever", Family: "recency", NotApplicable: true,
			DA: Text{
				Label: "Dage siden seneste lån af [of]", Missing: "Intet lån af [of] registreret",
				Sentence: Forms{Any: "[latest] er lånt for {d} siden"},
				Clause:   Forms{Any: "det seneste lånt for {d} siden"},
			},
			EN: Text{
				Label: "Days since the latest loan of [a]", Missing: "No loan of [a] on record",
				Sentence: Forms{Any: "[latest] was borrowed {d} ago"},
				Clause:   Forms{Any: "the latest borrowed {d} ago"},
			},
			value: func(v *view, c cell) float64 { return since(v.aids.by[c.at].latest, v.asOf) },
		},
		{
			ID: "[id]_new_365", Unit: UnitCount, Window: "365d", Family: "new",
			DA: Text{
				Label:    "Nye lån af [none] det seneste år",
				Sentence: Forms{Any: "{n} nye [many] det seneste år", One: "[new] det seneste år", Zero: "Ingen nye [none] det seneste år"},
				Clause:   Forms{Any: "{n} nye det seneste år", One: "[art] [fresh] det seneste år", Zero: "ingen nye det seneste år"},
			},
			EN: Text{
				Label:    "New loans of [none] in the last year",
				Sentence: Forms{Any: "{n} new [many] in the last year", One: "[new] in the last year", Zero: "No new [none] in the last year"},
				Clause:   Forms{Any: "{n} new in the last year", One: "one new in the last year", Zero: "none new in the last year"},
			},
			value: func(v *view, c cell) float64 { return float64(v.aids.by[c.at].new365) },
		},
		{
			ID: "[id]_returned", Unit: UnitCount, Window: "ever", Family: "returned",
			DA: Text{
				Label:    "[concept], som er lånt og afleveret igen",
				Sentence: Forms{Any: "{n} [many] er lånt og afleveret igen", One: "[one] er lånt og afleveret igen", Zero: "Ingen [none] er afleveret igen"},
				Clause:   Forms{Any: "{n} afleveret igen", One: "[art] afleveret igen", Zero: "ingen afleveret igen"},
			},
			EN: Text{
				Label:    "[concept] borrowed and handed back",
				Sentence: Forms{Any: "{n} [many] borrowed and handed back", One: "[one] borrowed and handed back", Zero: "No [none] handed back"},
				Clause:   Forms{Any: "{n} handed back", One: "one handed back", Zero: "none handed back"},
			},
			value: func(v *view, c cell) float64 { return float64(v.aids.by[c.at].returned) },
		},
		{
			ID: "[id]_position", Unit: UnitPosition, Window: "ever", Family: "order", NotApplicable: true,
			DA: Text{
				Label: "[concept]: nummer i rækken af lånte slags hjælpemidler", Missing: "Intet lån af [of] registreret",
				Sentence: Forms{Any: "[a] var den {o} slags hjælpemiddel, borgeren lånte"},
				Clause:   Forms{Any: "den {o} slags hjælpemiddel, borgeren lånte"},
			},
			EN: Text{
				Label: "[concept]: place in the order of kinds of aids borrowed", Missing: "No loan of [a] on record",
				Sentence: Forms{Any: "[a] was the {o} kind of aid the citizen borrowed"},
				Clause:   Forms{Any: "the {o} kind of aid the citizen borrowed"},
			},
			value: func(v *view, c cell) float64 { return v.aids.position(c.at) },
		},
	}
	for i := range out {
		out[i].Source, out[i].Over, out[i].Reads = "A1", aidThings, readAids|readConcepts
	}
	return out
}

// named are the classes that stand out: the first aids that most citizens borrow, and the aids of those who need
// much help. They are named ahead of any data, after what is lent most and what the protocol of decline counts. A
// vocabulary chosen by looking at labels does not belong here: it would carry what happened later into every fold. It is
// learned from the rows of a training fold alone, after the table is made (model), and applied to the other rows.
var named = []struct{ id, iso, da, manyDA, firstDA, en, manyEN, firstEN string }{
	{"rollator", "120606", "rollator", "rollatorer", "den første rollator", "a rollator", "rollators", "the first rollator"},
	{"crutch", "120306", "albuestok", "albuestokke", "den første albuestok", "an elbow crutch", "elbow crutches", "the first elbow crutch"},
	{"wheelchair", "122203", "manuel kørestol", "manuelle kørestole", "den første manuelle kørestol", "a manual wheelchair", "manual wheelchairs", "the first manual wheelchair"},
	{"comfort_wheelchair", "122218", "transport- eller komfortkørestol", "transport- og komfortkørestole", "den første transport- eller komfortkørestol", "an attendant-pushed wheelchair", "attendant-pushed wheelchairs", "the first attendant-pushed wheelchair"},
	{"hoist", "123603", "mobil personløfter", "mobile personløftere", "den første mobile personløfter", "a mobile hoist", "mobile hoists", "the first mobile hoist"},
	{"turning", "123103", "glide- eller vendeprodukt", "glide- og vendeprodukter", "det første glide- eller vendeprodukt", "a sliding or turning product", "sliding and turning products", "the first sliding or turning product"},
	{"care_bed", "181210", "plejeseng med motor", "plejesenge med motor", "den første plejeseng med motor", "a powered care bed", "powered care beds", "the first powered care bed"},
	{"pressure_mattress", "043306", "madras mod tryksår", "madrasser mod tryksår", "den første madras mod tryksår", "a pressure mattress", "pressure mattresses", "the first pressure mattress"},
	{"shower_stool", "093307", "bade- eller brusestol", "bade- og brusestole", "den første bade- eller brusestol", "a shower chair or stool", "shower chairs and stools", "the first shower chair or stool"},
	{"raised_toilet_seat", "091218", "fast toiletforhøjer", "faste toiletforhøjere", "den første faste toiletforhøjer", "a fixed raised toilet seat", "fixed raised toilet seats", "the first fixed raised toilet seat"},
	{"commode", "091203", "toiletstol", "toiletstole", "den første toiletstol", "a commode chair", "commode chairs", "the first commode chair"},
	{"alarm", "222718", "nødkald", "nødkald", "det første nødkald", "an emergency call", "emergency calls", "the first emergency call"},
}

func namedThings() []thing {
	out := make([]thing, len(named))
	for i, n := range named {
		c, ok := codes.ClassOf(n.iso)
		if !ok || c.ISO != n.iso || i+1 >= maxNamed {
			panic("features: no such class in the code table, or no room for it: " + n.iso)
		}
		out[i] = thing{id: n.id, concept: c.Concept, at: i + 1, da: wording{"one": n.da, "many": n.manyDA, "first": n.firstDA}, en: wording{"one": n.en, "many": n.manyEN, "first": n.firstEN}}
	}
	return out
}

// maxNamed bounds the arrays by named class, of which place 0 is "none of them".
const maxNamed = 13

// relatives holds, for each named class, how many classes of the code table have its four digits, itself included.
var relatives = func() (n [maxNamed]int) {
	for i := range named {
		for _, c := range codes.Classes() {
			if len(c.ISO) == 6 && c.ISO[:4] == named[i].iso[:4] {
				n[i+1]++
			}
		}
	}
	return n
}()

// groupOf holds, for each named class, the place at which its group is counted: that of the first named class with the
// same four digits.
var groupOf = func() (g [maxNamed]uint8) {
	for i := range named {
		_, g[i+1] = placeOf(named[i].iso)
	}
	return g
}()

// placeOf returns the places of a class in today's numbering and of its group among the named ones.
func placeOf(iso string) (class, group uint8) {
	for i := range named {
		n := named[i].iso
		if group == 0 && len(iso) >= 4 && n[:4] == iso[:4] {
			group = uint8(i + 1)
		}
		if n == iso {
			class = uint8(i + 1)
		}
	}
	return class, group
}

// classColumns say how long a citizen has had the classes that stand out, and how many with their relatives.
func classColumns() []declaration {
	out := []declaration{
		{
			ID: "[id]_days_since_first", Unit: UnitDays, Window: "ever", Family: "first", NotApplicable: true,
			DA: Text{
				Label: "Dage siden første lån af [one]", Missing: "Intet lån af [one] registreret",
				Sentence: Forms{Any: "[first] er lånt for {d} siden"},
				Clause:   Forms{Any: "[first] lånt for {d} siden"},
			},
			EN: Text{
				Label: "Days since the first loan of [one]", Missing: "No loan of [one] on record",
				Sentence: Forms{Any: "[first] was borrowed {d} ago"},
				Clause:   Forms{Any: "[first] borrowed {d} ago"},
			},
			value: func(v *view, c cell) float64 { return since(v.aids.named[c.at].first, v.asOf) },
		},
		{
			// The loans of the class, pulled towards an even spread of the citizen's loans over the group of four digits:
			// with n loans in a group of m classes of the code table, k of them of this class, n (k + 1/m) / (n + 1). That
			// is n times the mean of the class's share after a Dirichlet prior of total weight one, spread evenly (Perks
			// 1947), so there is no constant to choose. One loan counts half as itself and half as any of its relatives;
			// ten loans are almost only themselves. No loan in the group is 0.
			ID: "[id]_pull", Unit: UnitWeighted, Window: "ever", Family: "kind",
			DA: Text{
				Label:    "Lån af [many], når beslægtede hjælpemidler tæller lidt med",
				Sentence: Forms{Any: "{v} lån af [many], når beslægtede hjælpemidler tæller lidt med", Zero: "Ingen lån af [many] eller beslægtede hjælpemidler"},
			},
			EN: Text{
				Label:    "Loans of [many] when related aids count a little",
				Sentence: Forms{Any: "{v} loans of [many] when related aids count a little", One: "{v} loan of [many] when related aids count a little", Zero: "No loans of [many] or related aids"},
			},
			value: func(v *view, c cell) float64 {
				n := float64(v.aids.named[groupOf[c.at]].group)
				return n * (float64(v.aids.named[c.at].ever) + 1/float64(relatives[c.at])) / (n + 1)
			},
		},
	}
	for i := range out {
		out[i].Source, out[i].Over, out[i].Reads = "A1", namedThings(), readAids|readNamed
	}
	return out
}
