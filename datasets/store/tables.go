package store

import "github.com/rettidig/rettidig"

// The tables, in the order in which they are written and listed.
const (
	citizensTable   = "citizens"
	aidsTable       = "aids"
	servicesTable   = "services"
	screeningsTable = "screenings"
	sessionsTable   = "sessions"
	statusesTable   = "statuses"
)

var tableNames = []string{citizensTable, aidsTable, servicesTable, screeningsTable, sessionsTable, statusesTable}

var citizenColumns = []column[rettidig.Citizen]{
	idColumn("id", func(c *rettidig.Citizen) *rettidig.CitizenID { return &c.ID }),
	sexColumn("sex", func(c *rettidig.Citizen) *rettidig.Sex { return &c.Sex }),
	dayColumn("birth", func(c *rettidig.Citizen) *rettidig.Day { return &c.Birth }),
	boolColumn("birth_year", func(c *rettidig.Citizen) *bool { return &c.BirthYear }),
}

var aidColumns = []column[rettidig.Aid]{
	wordColumn("iso", func(a *rettidig.Aid) *string { return &a.ISO }),
	dayColumn("lent", func(a *rettidig.Aid) *rettidig.Day { return &a.Lent }),
	dayColumn("known_lent", func(a *rettidig.Aid) *rettidig.Day { return &a.KnownLent }),
	dayColumn("returned", func(a *rettidig.Aid) *rettidig.Day { return &a.Returned }),
	dayColumn("known_returned", func(a *rettidig.Aid) *rettidig.Day { return &a.KnownReturned }),
}

var serviceColumns = []column[rettidig.ServiceWeek]{
	wordColumn("code", func(s *rettidig.ServiceWeek) *string { return &s.Code }),
	dayColumn("week", func(s *rettidig.ServiceWeek) *rettidig.Day { return &s.Week }),
	dayColumn("known", func(s *rettidig.ServiceWeek) *rettidig.Day { return &s.Known }),
	float32Column("minutes", func(s *rettidig.ServiceWeek) *float32 { return &s.Minutes }),
	int32Column("count", func(s *rettidig.ServiceWeek) *int32 { return &s.Count }),
}

var screeningColumns = []column[rettidig.Screening]{
	dayColumn("date", func(s *rettidig.Screening) *rettidig.Day { return &s.Date }),
	dayColumn("known", func(s *rettidig.Screening) *rettidig.Day { return &s.Known }),
	float64Column("need", func(s *rettidig.Screening) *float64 { return &s.Need }),
	float64Column("ability", func(s *rettidig.Screening) *float64 { return &s.Ability }),
	wordColumn("need_reason", func(s *rettidig.Screening) *string { return &s.NeedReason }),
	wordColumn("ability_reason", func(s *rettidig.Screening) *string { return &s.AbilityReason }),
}

var sessionColumns = []column[rettidig.Session]{
	dayColumn("date", func(s *rettidig.Session) *rettidig.Day { return &s.Date }),
	dayColumn("known", func(s *rettidig.Session) *rettidig.Day { return &s.Known }),
	int8Column("rating", func(s *rettidig.Session) *int8 { return &s.Rating }),
	boolColumn("cancelled", func(s *rettidig.Session) *bool { return &s.Cancelled }),
}

var statusColumns = []column[rettidig.StatusChange]{
	dayColumn("date", func(s *rettidig.StatusChange) *rettidig.Day { return &s.Date }),
	dayColumn("known", func(s *rettidig.StatusChange) *rettidig.Day { return &s.Known }),
	wordColumn("status", func(s *rettidig.StatusChange) *rettidig.Status { return &s.Status }),
}

// citizenColumn is the first column of every table of facts.
var citizenColumn = int32Column("citizen", func(i *int32) *int32 { return i })
