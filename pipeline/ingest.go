package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/quality"
	"github.com/rettidig/rettidig/datasets/store"
)

// IngestOptions say what is read and where it is kept.
type IngestOptions struct {
	In, Work    string
	Extract     extract.Options
	Replace     bool // take the delivery even if it is much less than what is there, or under another key
	CodeVersion string

	Previous *quality.Quality // of the delivery to compare with; nil: the one that Work keeps
}

// Ingest reads a delivery and makes it the event store of the work folder. It holds no more in memory than some hundred
// bytes for each citizen; the rest goes through the disk, beside the store. If the delivery is refused, the store is
// left as it was. With the demo key every CPR number in the delivery must be one that was never issued. A delivery
// without a single fact is always refused; one that would lose much of what is there, only unless Replace is set.
//
// The quality of the delivery is written to the work folder with the snapshot; that of a refused one as quality-refused,
// until a delivery is taken. It is also returned with an error, if the delivery could be settled.
func Ingest(ctx context.Context, opt IngestOptions) (*quality.Quality, store.Manifest, error) {
	w, err := store.Create(ctx, opt.Work)
	if err != nil {
		return nil, store.Manifest{}, err
	}
	defer w.Abort()
	opt.Extract.Spill = filepath.Join(opt.Work, "store", "unfinished-rows")
	d, err := extract.Open(ctx, opt.In, opt.Extract)
	if err != nil {
		return nil, store.Manifest{}, err
	}
	defer d.Close()
	key, report := opt.Extract.Key, d.Report()
	if key.Demo() && report.Ids() > 0 && !report.Synthetic() {
		return nil, store.Manifest{}, rettidig.E(rettidig.Invalid, "demo-key-real-data",
			"the delivery holds CPR numbers or other ids that may belong to somebody, and the demo key is known to everybody: make a key with `train keygen --out FILE` and give it with --key", nil)
	}
	seen := quality.NewObserver()
	err = d.Each(ctx, func(hs []rettidig.History) error {
		for i := range hs {
			seen.See(&hs[i])
		}
		return w.Append(hs)
	})
	if err != nil {
		return nil, store.Manifest{}, err
	}
	previous := opt.Previous
	if previous == nil {
		if previous, err = before(opt.Work, report); err != nil {
			return nil, store.Manifest{}, err
		}
	}
	q := seen.Finish(report, previous)
	next := manifestOf(report, key, opt.CodeVersion)
	switch {
	case report.Facts == (extract.FactCounts{}):
		err = rettidig.E(rettidig.Invalid, "no-facts", "the delivery holds no fact that could be used: see the quality of its files, and ask for it again", nil)
	case !opt.Replace:
		err = wouldLose(opt.Work, next, report.Facts, q)
	}
	if err != nil {
		return q, store.Manifest{}, errors.Join(err, writeRefused(opt.Work, q))
	}
	finish, err := writeQuality(opt.Work, q)
	if err != nil {
		return q, store.Manifest{}, err
	}
	manifest, err := w.Commit(next)
	if err != nil {
		forgetQuality(opt.Work)
		return q, manifest, err
	}
	return q, manifest, errors.Join(finish(), removeRefused(opt.Work))
}

// wouldLose is an error if a delivery would take away much of what the store in work has: another key, so that no
// citizen would be found again; months of a kind, by the quality that the work folder keeps; a kind of extract that holds
// facts; or a table with less than half of its rows. So is one that must not be used where the last one could be. A
// store that is not there or cannot be opened has nothing to lose.
func wouldLose(work string, next store.Manifest, facts extract.FactCounts, q *quality.Quality) error {
	s, err := store.Open(work)
	if err != nil {
		return nil
	}
	defer s.Close()
	have := s.Manifest()
	refuse := func(format string, args ...any) error {
		return rettidig.E(rettidig.Conflict, "would-lose", fmt.Sprintf(format, args...)+". The store is as it was; the report is in "+
			filepath.Join(work, refusedPage)+". Give --replace if this is meant", nil)
	}
	if have.KeyID != next.KeyID {
		return refuse("the event store was made with key %s and this is key %s: every citizen would get another pseudonym", have.KeyID, next.KeyID)
	}
	if kept, err := QualityOf(work, have); err == nil {
		if lost := quality.Losses(kept, q); len(lost) > 0 {
			return refuse("this delivery %s", saysLost(lost))
		}
		if q.Verdict.Code == quality.DoNotUse && kept.Verdict.Code != quality.DoNotUse {
			return refuse("the verdict on this delivery is \"do not use\", and what the store has could be used: %s", strings.TrimRight(q.Verdict.Why[0], "."))
		}
	}
	kinds := map[string]bool{}
	for _, src := range next.Sources {
		kinds[src.Kind] = true
	}
	for _, src := range have.Sources {
		list := src.Kind == string(extract.A3) || src.Kind == string(extract.A4) // explain the facts and are none
		if !kinds[src.Kind] && !list {
			return refuse("the event store has %s and the delivery has none", src.Kind)
		}
	}
	for _, t := range []struct {
		name string
		n    int
	}{{"aids", facts.Aids}, {"services", facts.Services}, {"screenings", facts.Screenings}, {"sessions", facts.Sessions}, {"statuses", facts.Statuses},
		{"conditions", facts.Conditions}} {
		if was := have.Rows(t.name); int64(2*t.n) < was {
			return refuse("the event store has %d rows of %s and the delivery only %d", was, t.name, t.n)
		}
	}
	return nil
}

// saysLost names the largest losses.
func saysLost(lost []quality.Loss) string {
	const most = 3
	slices.SortStableFunc(lost, func(a, b quality.Loss) int { return cmp.Compare(b.Was-b.Is, a.Was-a.Is) })
	var says []string
	for _, l := range lost[:min(len(lost), most)] {
		says = append(says, l.String())
	}
	if more := len(lost) - most; more > 0 {
		says = append(says, fmt.Sprintf("has %d more such losses", more))
	}
	return strings.Join(says, "; it ")
}

// manifestOf carries over what identifies the delivery. File names are left out, and so are the texts of warnings that
// name files: they say where the files lay, not what is in them, and a name can hold anything.
func manifestOf(r *extract.Report, key pseudonym.Key, codeVersion string) store.Manifest {
	m := store.Manifest{ExtractDate: r.ExtractDate, Synthetic: r.Synthetic(), KeyID: key.ID(), CodeVersion: codeVersion,
		MinutesAre: string(r.MinutesAre), Mapping: r.MappingSHA256, Counts: map[string]int64{}}
	for _, f := range r.Files {
		m.Sources = append(m.Sources, store.Source{Kind: string(f.Kind), SHA256: f.SHA256, Rows: f.Rows.Read, Bytes: f.Bytes})
		for _, c := range []struct {
			fate   string
			causes extract.Causes
		}{{"merged", f.Merged}, {"dropped", f.Dropped}, {"quarantined", f.Quarantined}, {"repair", f.Repairs}} {
			for cause, n := range c.causes {
				m.Counts[c.fate+":"+cause] += n
			}
		}
	}
	for _, w := range r.Warnings {
		m.Warnings = append(m.Warnings, fmt.Sprintf("%s: %d", w.Code, w.N))
	}
	return m
}
