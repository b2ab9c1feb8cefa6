package pipeline

import (
	"context"
	"fmt"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/store"
)

// Ingest reads a delivery and makes it the event store of work. If the delivery is refused, the store is left
// as it was. With the demo key every CPR number in the delivery must be one that was never issued.
func Ingest(ctx context.Context, in, work string, opt extract.Options, codeVersion string) (*extract.Report, store.Manifest, error) {
	facts, report, err := extract.ReadDir(ctx, in, opt)
	if err != nil {
		return nil, store.Manifest{}, err
	}
	if opt.Key.Demo() && !report.Synthetic() {
		return report, store.Manifest{}, rettidig.E(rettidig.Invalid, "demo-key-real-data",
			"the delivery holds CPR numbers that may belong to somebody, and the demo key is known to everybody: make a key with `train keygen --out FILE` and give it with --key", nil)
	}
	manifest, err := store.Write(ctx, work, facts, manifestOf(report, opt.Key, codeVersion))
	if err != nil {
		return report, store.Manifest{}, fmt.Errorf("write event store: %w", err)
	}
	return report, manifest, nil
}

// manifestOf carries over what identifies the delivery. File names are left out: they say where the files lay,
// not what is in them, and a name can hold anything.
func manifestOf(r *extract.Report, key pseudonym.Key, codeVersion string) store.Manifest {
	m := store.Manifest{ExtractDate: r.ExtractDate, Synthetic: r.Synthetic(), KeyID: key.ID(), CodeVersion: codeVersion, Counts: map[string]int64{}}
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
		m.Warnings = append(m.Warnings, w.Text)
	}
	return m
}
