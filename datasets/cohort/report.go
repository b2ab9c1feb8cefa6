package cohort

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"github.com/rettidig/rettidig"
)

// Summary is the cohort as train cohort --json prints it.
type Summary struct {
	Target         rettidig.Target `json:"target"`
	Protocol       string          `json:"protocol"`
	ProtocolSHA256 string          `json:"protocol_sha256"`
	Extract        rettidig.Day    `json:"extract_date"`
	Rows           int             `json:"rows"` // Start rows
	Citizens       int             `json:"citizens"`
	Events         int             `json:"events"`
	Counts         []Count         `json:"counts"`
	EventsByArm    []Count         `json:"events_by_arm"` // the events of counts: which rule made them
	Courses        int             `json:"courses"`
	EndedCourses   int             `json:"ended_courses"`
	Warnings       []string        `json:"warnings"`
}

// Summary counts the cohort proper.
func (c *Cohort) Summary() Summary {
	s := Summary{
		Target: c.Target, Protocol: c.Protocol.Name(), ProtocolSHA256: c.Protocol.SHA256(), Extract: c.Extract,
		Citizens: c.Citizens, Counts: []Count{}, EventsByArm: []Count{}, Courses: c.Courses, EndedCourses: c.EndedCourses, Warnings: []string{},
	}
	for _, n := range c.Counts {
		s.Counts = append(s.Counts, n)
		s.Rows += n.N
		if n.Outcome == Event {
			s.Events += n.N
			s.EventsByArm = append(s.EventsByArm, n)
		}
	}
	for _, w := range c.Warnings {
		s.Warnings = append(s.Warnings, w.Error())
	}
	return s
}

// WriteCSV writes the cohort proper: see CSV.
func (c *Cohort) WriteCSV(w io.Writer, hs []rettidig.History) error {
	out, err := NewCSV(w)
	if err != nil {
		return err
	}
	for _, r := range c.Rows {
		if err := out.Write(hs[r.Citizen].Citizen.ID, r); err != nil {
			return err
		}
	}
	return out.Close()
}

// CSV writes the cohort proper, one line per Start row: pseudonym, course number from 1 (empty for decline), dates as
// 2006-01-02, and an empty label where there is none.
type CSV struct {
	out  *csv.Writer
	line []string
}

// NewCSV writes the header.
func NewCSV(w io.Writer) (*CSV, error) {
	c := &CSV{out: csv.NewWriter(w)}
	return c, c.out.Write([]string{"citizen", "course", "index", "landmark", "outcome", "label", "cause", "matured"})
}

// Write writes a Start row; any other is left out.
func (c *CSV) Write(citizen rettidig.CitizenID, r Row) error {
	if r.Landmark != Start {
		return nil
	}
	course, label := "", ""
	if r.Course >= 0 {
		course = strconv.Itoa(r.Course + 1)
	}
	if !math.IsNaN(r.Label) {
		label = strconv.FormatFloat(r.Label, 'f', -1, 64)
	}
	c.line = append(c.line[:0], string(citizen), course, r.Index.String(), string(r.Landmark), string(r.Outcome), label, r.Cause, r.Matured.String())
	return c.out.Write(c.line)
}

// Close writes what is left; it does not close the file.
func (c *CSV) Close() error {
	c.out.Flush()
	return c.out.Error()
}
