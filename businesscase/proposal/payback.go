package proposal

import (
	"math"
	"slices"
)

// What a payback can be.
const (
	Repaid     = "repaid"
	NotRepaid  = "not repaid within the horizon"
	NoPayback  = "no payback"       // nothing permanent is changed in the area: an innovation, or all of it cancels out
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
	for k := range n {
		for _, r := range out.Rows {
			if r.Parent != "" || r.Values[k].Blank {
				continue
			}
			x := r.Values[k].Rounded
			if !nothing(x) {
				first = min(first, k)
			}
			if r.Kind == OneOff {
				implementation[k] += x
			} else {
				total[k] += x
				if r.Area == Service {
					service[k] += x
				}
			}
		}
	}
	f := Flows{Years: out.Years, First: first, Implementation: implementation}
	p := Paybacks{Service: f.Repaid(service, false), Total: f.Repaid(total, false), PlainService: f.Repaid(service, true), PlainTotal: f.Repaid(total, true)}
	sum := 0.0
	for k := range n {
		sum += implementation[k] + total[k]
		p.Accumulated = append(p.Accumulated, sum)
	}
	return p
}

// dust is what sums of decimal fractions leave behind, in 1,000 kr: 300.3 less three times 100.1 is 3e-14, and is repaid.
const dust = 1e-6

func nothing(x float64) bool { return math.Abs(x) <= dust }

// Flows are amounts by year, cells rounded as they are printed: what payback follows from.
type Flows struct {
	Years          []int
	First          int // place of the first year with any figure
	Implementation []float64
}

// Repaid tells when the implementation has been paid back by the permanent change of an area or of all;
// plain does not wait for costs to come. A change that is 0 in every year pays nothing back, whatever other areas save.
func (f Flows) Repaid(change []float64, plain bool) Payback {
	n := len(f.Years)
	last := -1 // year with implementation cost
	for k, x := range f.Implementation {
		if !nothing(x) {
			last = k
		}
	}
	switch {
	case !slices.ContainsFunc(change, func(x float64) bool { return !nothing(x) }):
		return Payback{Outcome: NoPayback}
	case last < 0:
		return Payback{Outcome: NoInvested}
	}
	begun, sum := false, 0.0
	for k := f.First; k < n; k++ {
		sum += f.Implementation[k] + change[k]
		begun = begun || !nothing(f.Implementation[k])
		if sum <= dust && begun && (plain || k >= last) {
			return Payback{Outcome: Repaid, Years: k - f.First + 1, Year: f.Years[k]}
		}
	}
	return Payback{Outcome: NotRepaid}
}
