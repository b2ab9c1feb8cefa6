package quality

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/extract"
)

const (
	mostCodes   = 300 // services and classes that are listed; a municipality has about a hundred services
	mostClasses = 10  // classes whose returns are shown year by year
)

// Finish says what the delivery is worth. r is the reader's report of the same facts; prev is the quality of the
// previous delivery, nil if there is none. Neither is changed; the observer can be asked again.
func (o *Observer) Finish(r *extract.Report, prev *Quality) *Quality {
	q := &Quality{Format: Format, Extract: masked(r)}
	q.Coverage = o.coverages()
	q.Overlap = o.overlap()
	q.Services = o.serviceList()
	q.Classes = o.classList()
	q.Returns = o.returns(r.ExtractDate)
	q.Minutes = o.minutes(r)
	q.Regimes = regimesOf(seriesOf(r))
	q.Sample = Sample{Aids: own(o.samples[0].settle()), Care: own(o.samples[1].settle()), Training: own(o.samples[2].settle())}
	q.Findings = o.findings(q)
	if prev != nil {
		q.Comparison = compare(prev, q)
	}
	q.Verdict = verdictOf(q)
	q.Ask = asks(q)
	return q
}

// own is a copy that is never nil.
func own(list []string) []string { return append([]string{}, list...) }

func (o *Observer) coverages() []Coverage {
	out := []Coverage{}
	for kind, k := range o.kinds {
		c := Coverage{Kind: kindKeys[kind], Citizens: k.people, Months: []MonthCount{}}
		first, last := months, -1
		for m, n := range k.rows {
			if n > 0 {
				first, last = min(first, m), m
				c.Rows += n
			}
		}
		for m := first; m <= last; m++ {
			c.Months = append(c.Months, MonthCount{Month: month0 + Month(m), Rows: k.rows[m], Citizens: k.citizens[m]})
		}
		if kind == careKind {
			for i := range c.Months {
				thousandths := int64(0)
				for _, concept := range o.care {
					thousandths += concept[first+i]
				}
				c.Months[i].Minutes = (thousandths + 500) / 1000
			}
		}
		if c.Rows > 0 {
			out = append(out, c)
		}
	}
	return out
}

func (o *Observer) overlap() Overlap {
	v := Overlap{}
	for bits, n := range o.sources {
		switch bits &^ inAbilities {
		case inAids:
			v.Aids += n
		case inCare:
			v.Care += n
		case inTraining:
			v.Training += n
		case inAids | inCare:
			v.AidsCare += n
		case inAids | inTraining:
			v.AidsTraining += n
		case inCare | inTraining:
			v.CareTraining += n
		case inAids | inCare | inTraining:
			v.All += n
		}
	}
	v.AbilitiesOnly = o.sources[inAbilities]
	return v
}

func (o *Observer) serviceList() []Code {
	list := []Code{}
	for code, c := range o.services {
		s, known := codes.ServiceOf(code)
		list = append(list, c.line(code, s.EN, known))
	}
	return longest(list)
}

func (o *Observer) classList() []Code {
	list := []Code{}
	for iso, c := range o.classes {
		class, known := codes.ClassOf(iso)
		list = append(list, c.line(iso, class.EN, known))
	}
	return longest(list)
}

func (c *codeCount) line(code, name string, known bool) Code {
	return Code{Code: cpr.Hide(code), Name: cpr.Hide(name), Known: known, Rows: c.rows, Citizens: c.citizens, First: monthOfDay(c.first), Last: monthOfDay(c.last)}
}

// longest sorts by rows, then code, and keeps the first.
func longest(list []Code) []Code {
	slices.SortFunc(list, func(a, b Code) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), strings.Compare(a.Code, b.Code)) })
	return list[:min(len(list), mostCodes)]
}

// returns counts by year of lending. Classes are joined over the editions of ISO 9999.
func (o *Observer) returns(extract rettidig.Day) Returns {
	all := &classCount{}
	joined := map[string]*classCount{}
	for iso, c := range o.classes {
		to := joined[codes.Canonical(iso)]
		if to == nil {
			to = &classCount{}
			joined[codes.Canonical(iso)] = to
		}
		for _, sum := range []*classCount{all, to} {
			sum.rows += c.rows
			addTo(sum.loans[:], c.loans[:])
			addTo(sum.open[:], c.open[:])
		}
	}
	isos := make([]string, 0, len(joined))
	for iso := range joined {
		isos = append(isos, iso)
	}
	slices.SortFunc(isos, func(a, b string) int {
		return cmp.Or(cmp.Compare(joined[b].rows, joined[a].rows), strings.Compare(a, b))
	})
	out := Returns{Years: all.byYear(), Classes: []ClassReturns{}}
	for _, iso := range isos[:min(len(isos), mostClasses)] {
		out.Classes = append(out.Classes, joined[iso].returns(iso, extract))
	}
	return out
}

func (c *classCount) byYear() []YearReturns {
	out := []YearReturns{}
	for y, n := range c.loans {
		if n > 0 {
			out = append(out, YearReturns{Year: firstYear + y, Loans: n, Open: c.open[y]})
		}
	}
	return out
}

func (c *classCount) returns(iso string, extract rettidig.Day) ClassReturns {
	class, _ := codes.ClassOf(iso)
	out := ClassReturns{ISO: iso, Name: class.EN, NameDA: class.DA, Years: c.byYear()}
	for _, y := range out.Years {
		out.Loans += y.Loans
		out.Open += y.Open
		if extract.Valid() && y.Year < extract.Time().Year()-floorYears {
			out.Old += y.Loans
			out.OldOpen += y.Open
		}
	}
	return out
}
