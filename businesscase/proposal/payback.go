package proposal

// What a payback can be.
const (
	Repaid     = "repaid"
	NotRepaid  = "not repaid within the horizon"
	NoPayback  = "no payback"       // nothing permanent is changed: an innovation, or costs only
	NoInvested = "nothing invested" // there is nothing to pay back
)

// Payback is the answer to when an investment has paid itself back. Years counts from year 1, the first year with any
// figure, and is 0 unless Outcome is Repaid.
type Payback struct {
	Outcome string `json:"outcome"`
	Years   int    `json:"years,omitempty"`
	Year    int    `json:"year,omitempty"` // the calendar year
}

// Paybacks are the four answers, nothing discounted. Service and Total wait until no implementation cost comes later;
// the plain ones are the first year in which the accumulated sum is at or below 0, costs to come or not.
type Paybacks struct {
	Service      Payback   `json:"service"` // all implementation cost against the service areas' permanent change
	Total        Payback   `json:"total_economy"`
	PlainService Payback   `json:"plain_service"`
	PlainTotal   Payback   `json:"plain_total_economy"`
	Accumulated  []float64 `json:"accumulated"` // of the overall effect as printed, 1,000 kr
}

// paybacks is the rule that the proposals of 2022 follow: the first year in which the accumulated effect is at or below
// 0 and after which no implementation cost comes. Rounded figures count, since they are what is decided on.
func paybacks(out *Result) Paybacks {
	n := len(out.Years)
	implementation := make([]float64, n)
	service, total := make([]float64, n), make([]float64, n)
	first := n
	permanent := false
	for k := range n {
		for _, r := range out.Rows {
			if r.Parent != "" || r.Values[k].Blank {
				continue
			}
			x := r.Values[k].Rounded
			if x != 0 {
				first = min(first, k)
			}
			if r.Kind == OneOff {
				implementation[k] += x
			} else {
				permanent = permanent || x != 0
				total[k] += x
				if r.Area == Service {
					service[k] += x
				}
			}
		}
	}
	answer := func(change []float64, plain bool) Payback {
		invested, sum := false, 0.0
		for _, x := range implementation {
			invested = invested || x != 0
		}
		switch {
		case !permanent:
			return Payback{Outcome: NoPayback}
		case !invested:
			return Payback{Outcome: NoInvested}
		}
		begun := false
		for k := first; k < n; k++ {
			sum += implementation[k] + change[k]
			begun = begun || implementation[k] != 0
			later := false
			for _, x := range implementation[k+1:] {
				later = later || x != 0
			}
			if sum <= 0 && begun && (plain || !later) {
				return Payback{Outcome: Repaid, Years: k - first + 1, Year: out.Years[k]}
			}
		}
		return Payback{Outcome: NotRepaid}
	}
	p := Paybacks{Service: answer(service, false), Total: answer(total, false), PlainService: answer(service, true), PlainTotal: answer(total, true)}
	sum := 0.0
	for k := range n {
		sum += implementation[k] + total[k]
		p.Accumulated = append(p.Accumulated, sum)
	}
	return p
}
