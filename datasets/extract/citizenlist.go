package extract

// citizenRows reads A4. A row is no fact; it adds sex and year of birth to a citizen of whom other files tell.
type citizenRows struct{ p *part }

func (c *citizenRows) row(fields [][]byte) {
	p := c.p
	if !p.identify(fields, false) {
		return
	}
	p.hear(p.cell(fields, citizenGender), p.cell(fields, citizenBirth))
	p.report.Merged.add("citizen_told", 1)
}
