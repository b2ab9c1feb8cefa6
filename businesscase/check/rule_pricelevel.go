package check

// priceLevels finds figures that are paid in other prices than they are given in, with no conversion.
var priceLevels = rule{"price-level", Text{"Pris- og lønniveau", "Price level"}, (*view).priceLevels}

func (v *view) priceLevels() {
	if v.p.DisbursedIn == 0 || v.p.DisbursedIn == v.p.PriceLevel {
		return
	}
	f := Finding{Class: PriceLevel, Severity: Note}
	f.Printed, f.Computed = say("%s p/l", "%s prices", v.p.PriceLevel), say("%s p/l", "%s prices", v.p.DisbursedIn)
	f.Title = say("Beregnet i %s p/l, udmøntes i %s p/l", "Computed in %s prices, disbursed in %s prices", v.p.PriceLevel, v.p.DisbursedIn)
	f.Explain = say("Beløbene er ikke omregnet: giv en indekstabel.", "The amounts are not converted: give a table of price indices.")
	v.find("disbursed-in", "disbursed-in", f)
}
