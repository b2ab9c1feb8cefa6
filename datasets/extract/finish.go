package extract

import (
	"fmt"

	"github.com/rettidig/rettidig"
)

// finish fills the report when every row has its fate.
func (d *Delivery) finish(all *sums, devices int64) {
	r := d.report
	r.Files = []File{}
	r.Facts, r.Citizens = all.facts, all.citizens
	vintages := r.Warnings // known before the rows were settled
	r.Warnings = []Warning{}
	learn(d.parts, r)
	for _, p := range d.parts {
		p.noteShortYears(d.extract)
		p.report.close()
		r.Files = append(r.Files, p.report)
		r.Rows.add(p.report.Rows)
	}
	d.countIDs()
	r.Care = all.careCheck(d.opt.MinutesAre)
	d.warnAboutFiles()
	d.warnAboutDates()
	d.warnAboutPeople(all)
	if devices > 0 {
		r.warn("device-at-two", devices, "devices, known by their serial number, that were lent to a citizen while they were lent to another: a return was never booked, or a number was mistyped")
	}
	d.warnAboutCare(all)
	r.Warnings = append(r.Warnings, vintages...)
	for i, fam := range d.families {
		if n := all.gone[i]; n > 0 {
			r.warn("gone-in-newer", n, fmt.Sprintf("%s: things that an older delivery tells and a newer one, of the same time and citizen, does not; they are kept", fam.kind))
		}
	}
}

// countIDs counts the distinct ids that were read.
func (d *Delivery) countIDs() {
	c := &d.report.Citizens
	for i := range d.in.reg.shards {
		s := &d.in.reg.shards[i]
		c.CPRSeen += len(s.byCPR)
		c.NeverIssued += s.neverIssued
		c.FailingModulus11 += s.failing
		c.Replacements += s.replacements
		c.Invented += s.invented
		c.Reversible += s.reversible
		c.BorgerIDSeen += len(s.byID)
	}
}

// byBorgerID names the kinds that hold the same by another id.
var byBorgerID = map[Kind]Kind{A1: A2, H1: H2}

func (d *Delivery) warnAboutFiles() {
	r := d.report
	have := map[Kind]bool{}
	bySum := map[string]string{}
	for _, f := range r.Files {
		have[f.Kind] = true
		if first, ok := bySum[f.SHA256+f.Sheet]; ok {
			r.warn("same-file-twice", 1, f.Name+" is the same file as "+first+"; it adds nothing")
		}
		bySum[f.SHA256+f.Sheet] = f.Name
		if f.Rows.Read == 0 {
			r.warn("no-rows", 1, f.Name+" has a header and no rows; check that the export ran")
		}
		if f.Encoding == Mixed {
			r.warn("mixed-encoding", 1, f.Name+" holds text in UTF-8 and in Windows-1252; both were read, but look at how it is made")
		}
		if n := f.Merged["superseded"]; n > 0 {
			r.warn("superseded", n, f.Name+": rows that a newer file tells differently; the newer file is believed. "+
				"If the files are from different suppliers, deliver them with the column Leverandør")
		}
	}
	for _, p := range d.parts {
		if p.cutOff > 0 {
			r.warn("cut-off", 1, fmt.Sprintf("%s ends in the middle of a line (line %d): it was probably cut off when copied. Copy it again and compare its size with the sender's", p.report.Name, p.cutOff))
		}
	}
	d.warnMixedSessions()
	for _, k := range []Kind{A1, H1, D1, D2, D3} {
		if !have[k] && !have[byBorgerID[k]] {
			r.warn("kind-missing", 1, fmt.Sprintf("the delivery has no %s (%s)", k, kindText[k]))
		}
	}
}

// warnMixedSessions looks for a file of sessions done that holds cancelled ones, or the other way round.
func (d *Delivery) warnMixedSessions() {
	for _, p := range d.parts {
		if p.done > 0 && p.cancelled > 0 {
			d.report.warn("done-and-cancelled", min(p.done, p.cancelled),
				p.report.Name+": sessions done and cancelled in one file; rating 1 is read as cancelled, 2 to 6 as done")
		}
	}
}

const longSilence = 92 // days; in a municipality something happens every day

func (d *Delivery) warnAboutDates() {
	r := d.report
	if !d.certain && r.ExtractDate.Valid() {
		r.warn("extract-date-guessed", 1, "no file says when it was made; the latest date seen, "+r.ExtractDate.String()+", is taken")
	}
	if d.strays > 0 {
		r.warn("stray-dates", d.strays, "facts long after all others, most likely mistyped; they are kept and do not move the extract date")
	}
	first, last := rettidig.NoDay, rettidig.NoDay
	for _, p := range d.parts {
		f := &d.files[p.file]
		newest := f.family < 0 || f.vintage == len(d.families[f.family].vintages)-1
		if f.made.Valid() && newest && (!first.Valid() || f.made < first) {
			first = f.made
		}
		last = max(last, f.last)
	}
	if first.Valid() && r.ExtractDate-first > 31 {
		r.warn("made-apart", int64(r.ExtractDate-first), fmt.Sprintf("the files were made between %s and %s; what happened in between is only partly told", first, r.ExtractDate))
	}
	if d.certain && last.Valid() && r.ExtractDate-last > longSilence {
		r.warn("made-long-after", int64(r.ExtractDate-last), fmt.Sprintf("the latest file says that it was made on %s, and the last thing that any file tells happened on %s: "+
			"everybody counts as followed until the former, so see whether that date is mistyped or the last months are missing", r.ExtractDate, last))
	}
}

func (d *Delivery) warnAboutPeople(all *sums) {
	r := d.report
	if r.Citizens.CPRSeen > 0 && r.Citizens.BorgerIDSeen > 0 {
		r.warn("ids-do-not-join", int64(r.Citizens.BorgerIDSeen), "some files know citizens by CPR number and others by BorgerID: the same person is two citizens here")
	}
	if n := r.Citizens.Reversible; n >= fewReversible && float64(n) >= shareReversible*float64(r.Citizens.BorgerIDSeen) {
		r.warn("ids-reversible", int64(n), "BorgerIDs that arithmetic turns back into CPR numbers: guard this delivery as if it held CPR numbers, and ask for another pseudonym")
	}
	if n := r.Citizens.Replacements; n > 0 {
		r.warn("replacement-numbers", int64(n), "replacement CPR numbers: no sex or birth date, and the same person may have a real number elsewhere")
	}
	for _, w := range []struct {
		n          int64
		code, text string
	}{
		{all.doubts.sexDiffers, "sex-differs", "citizens whose Gender contradicts their CPR number, which is believed"},
		{all.doubts.birthDiffers, "birth-differs", "citizens whose Birth Year contradicts their CPR number, which is believed"},
		{all.doubts.sexUnsure, "sex-unsure", "citizens with two different values of Gender; most rows decide, and a tie is unknown"},
		{all.doubts.birthUnsure, "birth-unsure", "citizens with several values of Birth Year; most rows decide"},
		{all.doubts.birthImpossible, "birth-impossible", "citizens whose Birth Year makes nobody from 18 to 110 years old; it is taken as missing"},
	} {
		if w.n > 0 {
			r.warn(w.code, w.n, w.text)
		}
	}
	if ids := all.crowded(); len(ids) > 0 {
		r.warn("crowded-id", int64(len(ids)), fmt.Sprintf("ids with more than ten times the rows of nearly everybody else, perhaps many people under one; the first is %s", ids[0]))
	}
}

func (d *Delivery) warnAboutCare(all *sums) {
	r := d.report
	if n := all.mixedScales(); n > 0 {
		r.warn("ability-scale-mixed", n, "screenings whose physical score is on another scale (up to 5, or up to 100) than the others': ask for one scale, a change between them is no effect")
	}
	if n := all.silentWeeks(); n > 0 {
		r.warn("weeks-without-care", n, "weeks in which nobody got home care, between weeks in which somebody did: a file may be missing")
	}
	if c := r.Care; c != nil && c.Citizens >= fewCitizens && c.doubtful() {
		text := fmt.Sprintf("home care does not look like Danish home care (median %.0f minutes a week, %.0f %% get 20 hours or more)",
			c.AsRead.MedianMinutes, 100*c.AsRead.From20Hours)
		for _, o := range c.Others {
			if o.plausible() {
				text += fmt.Sprintf("; it would if the minutes were %s: check the setting minutes_are", o.MinutesAre)
			}
		}
		r.warn("care-implausible", int64(c.Citizens), text)
	}
}
