package check

import (
	"regexp"
	"strings"
)

// captions finds two tables with the same number.
var captions = rule{"same-caption", Text{"Samme tabelnummer", "Same table number"}, (*view).captions}

var numbered = regexp.MustCompile(`(?i)^tabel \d+[a-z]?\b`)

func (v *view) captions() {
	for k, s := range v.sheets {
		n := strings.ToLower(numbered.FindString(s.Caption))
		if n == "" {
			continue
		}
		for _, o := range v.sheets[:k] {
			if strings.ToLower(numbered.FindString(o.Caption)) == n {
				f := Finding{Class: Typographic, Severity: Note, Tables: []string{o.ID, s.ID}, Lines: []string{o.Lines, s.Lines}, Printed: plain(numbered.FindString(s.Caption))}
				f.Title = say("To tabeller hedder »%s«", "Two tables are called “%s”", plain(numbered.FindString(s.Caption)))
				f.Explain = say("Det er %s og %s: en henvisning til nummeret er tvetydig.", "They are %s and %s: a reference to the number is ambiguous.", plain(o.ID), plain(s.ID))
				v.find(o.ID+"/"+s.ID, s.path+".caption", f)
			}
		}
	}
}
