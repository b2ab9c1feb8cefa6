package rettidig

import "sort"

// Part says which facts of a history somebody looks at, so that whoever reads histories need not read the rest. The
// zero Part is none of them.
type Part struct {
	Citizen    bool
	Aids       bool
	Services   bool // of the weeks that follow
	Screenings bool
	Sessions   bool
	Statuses   bool
	Conditions bool

	// From and To are the Mondays of the first and the last week of services; NoDay: no bound, and weeks without a day
	// belong to the part too.
	From, To Day
	// Begins, if there is one, keeps of the weeks before From enough to tell when something began: every row up to the
	// first for which it is true and that nobody can dispute, because it stands and was known before From. So whoever
	// looks for the first such row that is seen on a morning after From finds the one that the whole history has. It
	// may be called by several goroutines at once.
	Begins func(s *ServiceWeek) bool
}

// Of returns what the part leaves of h, which must be in canonical order. Lists are shared with h where they are whole.
func (p Part) Of(h *History) History {
	var out History
	if p.Citizen {
		out.Citizen = h.Citizen
	}
	if p.Aids {
		out.Aids = h.Aids
	}
	if p.Services {
		out.Services = p.weeks(h.Services)
	}
	if p.Screenings {
		out.Screenings = h.Screenings
	}
	if p.Sessions {
		out.Sessions = h.Sessions
	}
	if p.Statuses {
		out.Statuses = h.Statuses
	}
	if p.Conditions {
		out.Conditions = h.Conditions
	}
	return out
}

func (p Part) weeks(all []ServiceWeek) []ServiceWeek {
	from := sort.Search(len(all), func(i int) bool { return all[i].Week >= p.From })
	to := len(all)
	if p.To.Valid() {
		to = max(from, sort.Search(len(all), func(i int) bool { return all[i].Week > p.To }))
	}
	before := 0
	for before < from && p.Begins != nil {
		before++
		if p.Began(&all[before-1]) {
			break
		}
	}
	if before == from {
		return all[:to:to]
	}
	return append(append([]ServiceWeek(nil), all[:before]...), all[from:to]...)
}

// Began tells whether s is the row that ends what is kept of the weeks before From.
func (p Part) Began(s *ServiceWeek) bool {
	return s.Retracted.Stands() && s.Week.Valid() && s.Known.Valid() && s.Known < p.From && p.Begins(s)
}
