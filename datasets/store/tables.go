package store

import (
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"

	"github.com/rettidig/rettidig"
)

// The tables, in the order in which they are written and listed.
const (
	citizensTable   = "citizens"
	aidsTable       = "aids"
	servicesTable   = "services"
	screeningsTable = "screenings"
	sessionsTable   = "sessions"
	statusesTable   = "statuses"
	conditionsTable = "conditions"
)

var tableNames = []string{citizensTable, aidsTable, servicesTable, screeningsTable, sessionsTable, statusesTable, conditionsTable}

var citizenColumns = []column[rettidig.Citizen]{
	idColumn("id", func(c *rettidig.Citizen) *rettidig.CitizenID { return &c.ID }),
	sexColumn("sex", func(c *rettidig.Citizen) *rettidig.Sex { return &c.Sex }),
	dayColumn("birth", func(c *rettidig.Citizen) *rettidig.Day { return &c.Birth }),
	boolColumn("birth_year", func(c *rettidig.Citizen) *bool { return &c.BirthYear }),
}

var aidColumns = []column[rettidig.Aid]{
	wordColumn("iso", func(a *rettidig.Aid) *string { return &a.ISO }),
	wordColumn("paragraph", func(a *rettidig.Aid) *string { return &a.Paragraph }),
	dayColumn("lent", lent),
	afterColumn("known_lent_after", func(a *rettidig.Aid) *rettidig.Day { return &a.KnownLent }, lent),
	dayColumn("returned", returned),
	afterColumn("known_returned_after", func(a *rettidig.Aid) *rettidig.Day { return &a.KnownReturned }, returned),
	float32Column("price", 0, func(a *rettidig.Aid) *float32 { return &a.Price }),
	retractedColumn(func(a *rettidig.Aid) *rettidig.Retraction { return &a.Retracted }),
}

func lent(a *rettidig.Aid) *rettidig.Day     { return &a.Lent }
func returned(a *rettidig.Aid) *rettidig.Day { return &a.Returned }

var serviceColumns = []column[rettidig.ServiceWeek]{
	wordColumn("code", func(s *rettidig.ServiceWeek) *string { return &s.Code }),
	dayColumn("week", week),
	afterColumn("known_after", func(s *rettidig.ServiceWeek) *rettidig.Day { return &s.Known }, week),
	float32Column("minutes", nan32, func(s *rettidig.ServiceWeek) *float32 { return &s.Minutes }),
	int32Column("count", func(s *rettidig.ServiceWeek) *int32 { return &s.Count }),
	retractedColumn(func(s *rettidig.ServiceWeek) *rettidig.Retraction { return &s.Retracted }),
}

func week(s *rettidig.ServiceWeek) *rettidig.Day { return &s.Week }

var screeningColumns = []column[rettidig.Screening]{
	dayColumn("date", screened),
	afterColumn("known_after", func(s *rettidig.Screening) *rettidig.Day { return &s.Known }, screened),
	float64Column("need", func(s *rettidig.Screening) *float64 { return &s.Need }),
	float64Column("ability", func(s *rettidig.Screening) *float64 { return &s.Ability }),
	wordColumn("need_reason", func(s *rettidig.Screening) *string { return &s.NeedReason }),
	wordColumn("ability_reason", func(s *rettidig.Screening) *string { return &s.AbilityReason }),
	retractedColumn(func(s *rettidig.Screening) *rettidig.Retraction { return &s.Retracted }),
}

func screened(s *rettidig.Screening) *rettidig.Day { return &s.Date }

var sessionColumns = []column[rettidig.Session]{
	dayColumn("date", trained),
	afterColumn("known_after", func(s *rettidig.Session) *rettidig.Day { return &s.Known }, trained),
	int8Column("rating", 0, func(s *rettidig.Session) *int8 { return &s.Rating }),
	boolColumn("cancelled", func(s *rettidig.Session) *bool { return &s.Cancelled }),
	retractedColumn(func(s *rettidig.Session) *rettidig.Retraction { return &s.Retracted }),
}

func trained(s *rettidig.Session) *rettidig.Day { return &s.Date }

var statusColumns = []column[rettidig.StatusChange]{
	dayColumn("date", changed),
	afterColumn("known_after", func(s *rettidig.StatusChange) *rettidig.Day { return &s.Known }, changed),
	wordColumn("status", func(s *rettidig.StatusChange) *rettidig.Status { return &s.Status }),
	retractedColumn(func(s *rettidig.StatusChange) *rettidig.Retraction { return &s.Retracted }),
}

func changed(s *rettidig.StatusChange) *rettidig.Day { return &s.Date }

var conditionColumns = []column[rettidig.Condition]{
	wordColumn("code", func(c *rettidig.Condition) *string { return &c.Code }),
	int8Column("level", rettidig.NotRelevant, func(c *rettidig.Condition) *int8 { return &c.Level }),
	dayColumn("date", assessed),
	afterColumn("known_after", func(c *rettidig.Condition) *rettidig.Day { return &c.Known }, assessed),
	retractedColumn(func(c *rettidig.Condition) *rettidig.Retraction { return &c.Retracted }),
}

func assessed(c *rettidig.Condition) *rettidig.Day { return &c.Date }

// citizenColumn is the first column of every table of facts.
var citizenColumn = int32Column("citizen", func(i *int32) *int32 { return i })

// encodings are how the columns of a table are written.
func encodings[T any](cols []column[T]) []parquet.WriterProperty {
	var out []parquet.WriterProperty
	for _, c := range cols {
		out = append(out, parquet.WithDictionaryFor(c.field.Name, c.encoding == dictionary))
		if c.encoding != dictionary {
			out = append(out, parquet.WithEncodingFor(c.field.Name, c.encoding))
		}
		if c.packed {
			out = append(out, parquet.WithCompressionFor(c.field.Name, compress.Codecs.Uncompressed))
		}
	}
	return out
}
