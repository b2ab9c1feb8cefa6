package synth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/quality"
	"github.com/rettidig/rettidig/datasets/synth"
)

// trap is one fault that deliveries have: what the generator calls it, how the importer must tell of it, and how
// near the two counts are.
type trap struct {
	name    string  // of the rate
	rate    float64 // high, so that there is something to find
	edit    func(*synth.Config)
	planted []string // names in Summary.Planted; nil: the trap's own
	says    string   // what is counted in the report; see count
	within  float64  // how far the count may be from what was planted, as a share of it; 0 is exactly
	quiet   float64  // how much of the count a delivery without the fault may have, as a share of it; 0 is nothing
	check   func(*testing.T, imported)
}

func a2h2(c *synth.Config) { c.Format = synth.FormatA2H2 }

// longAgo is a period with the registration event of 2014-15 and the laws before it.
func longAgo(c *synth.Config) {
	c.From, c.To = rettidig.DayOf(2010, time.July, 1), rettidig.DayOf(2019, time.June, 30)
}

func longAgoA2(c *synth.Config) { a2h2(c); longAgo(c) }

// spring2020 is a period with the spring of Covid.
func spring2020(c *synth.Config) {
	c.From, c.To = rettidig.DayOf(2017, time.July, 1), rettidig.DayOf(2023, time.June, 30)
}

func overlapping(c *synth.Config) { c.Dirt.Overlap = 0.4 }

func many(c *synth.Config) { c.Citizens = 1500 }

var traps = []trap{
	{name: "bogus_id", rate: 0.02, says: "quarantined id_bogus + id_missing"},
	{name: "float_id", rate: 0.02, edit: a2h2, says: "quarantined id_rounded"},
	{name: "float_id", rate: 0.02, edit: a2h2, planted: []string{"float_id exact"}, says: "repair id_number_format", within: 0.02},
	{name: "lost_zero_cpr", rate: 0.5, says: "repair cpr_leading_zero"},
	{name: "replacement_cpr", rate: 0.1, says: "warning replacement-numbers", within: 2},
	{name: "reversible_id", rate: 1, edit: a2h2, says: "warning ids-reversible", within: 4},
	{name: "mixed_keys", rate: 1, says: "warning ids-do-not-join", within: 4},
	{name: "crowded_id", rate: 0.2, edit: func(c *synth.Config) { c.Citizens = 4000 }, says: "warning crowded-id", check: func(t *testing.T, d imported) {
		assert.EqualValues(t, 1, d.count("warning crowded-id"), "one id holds many")
	}},
	{name: "second_patient_id", rate: 1, edit: many, says: "note patient_second_id", within: 20},
	{name: "shared_serial", rate: 0.1, edit: a2h2, says: "warning device-at-two", within: 0.35},

	{name: "lost_zero_iso", rate: 0.3, says: "repair iso_leading_zero"},
	{name: "old_alarm", rate: 0.5, says: "note class_of_older_edition"},
	{name: "old_cushion", rate: 0.5, says: "note class_of_older_edition"},
	{name: "old_bath", rate: 0.5, says: "note class_of_older_edition"},
	{name: "old_turning", rate: 0.5, says: "note class_of_older_edition"},
	{name: "old_mattress", rate: 0.5, says: "note class_of_older_edition"},
	{name: "old_cane", rate: 0.5, says: "note class_of_older_edition"},
	{name: "unknown_class", rate: 0.05, says: "note iso_class_unnamed"},
	{name: "thousands_dot", rate: 0.2, edit: a2h2, says: "repair thousands_dot"},
	{name: "thousands_dot", rate: 0.2, edit: a2h2, planted: []string{"thousands_dot hmi"}, says: "repair hmi_from_serial"},
	{name: "hmi_misc", rate: 0.05, edit: a2h2, says: "dropped hmi_misc"},
	{name: "iso_in_paragraph", rate: 0.2, edit: a2h2, says: "repair paragraph_is_iso"},
	{name: "paragraph_97", rate: 1, edit: longAgoA2, says: "series paragraph:97"},
	{name: "apv_jump", rate: 0.33, edit: longAgoA2, says: "series paragraph:APV"},
	{name: "hoftepakke", rate: 0.3, edit: longAgoA2, says: "series paragraph:Hoftepakke"},
	{name: "paragraph_spelling", rate: 0.3, edit: a2h2, check: func(t *testing.T, d imported) {
		assert.Positive(t, d.sum.Planted["paragraph_spelling"])
		seen := map[string]bool{}
		for _, f := range d.report.Files {
			for name := range f.Series {
				if p, ok := strings.CutPrefix(name, "paragraph:"); ok {
					seen[p] = true
				}
			}
		}
		assert.Equal(t, map[string]bool{"112": true, "113": true, "140": true, "83a": true, "none": true}, seen, "every spelling is the paragraph's")
	}},
	{name: "bulk_reregister", rate: 0.6, edit: longAgo, says: "finding bulk-registration", within: 20},
	{name: "system_change", rate: 1, says: "finding system-change", within: 20},
	{name: "never_booked", rate: 0.3, edit: many, says: "finding never-booked-back", within: 20},
	{name: "never_booked_sticky", rate: 0.5, edit: many, says: "finding never-booked-back", within: 20},
	{name: "lost_return", rate: 0.1, says: "repair return_date_unreadable"},
	{name: "return_before_lend", rate: 0.1, says: "dropped returned_before_lent"},
	{name: "same_day_return", rate: 0.1, says: "note returned_same_day"},
	{name: "batch_return", rate: 1, edit: many, says: "finding batch-returns", within: 20},
	{name: "duplicate", rate: 0.05, says: "merged duplicate"},
	{name: "overlap", rate: 0.4, says: "merged duplicate", within: 0.01},
	{name: "corrected", rate: 0.05, edit: overlapping, says: "note corrected", within: 0.02},
	{name: "late_registration", rate: 0.05, edit: overlapping, says: "note known_late", within: 0.1},
	{name: "registered_column", rate: 0.2, says: "note known_late"},
	{name: "blank_cells", rate: 0.02, says: "quarantined id_missing + date_missing + iso_missing + service_missing + minutes_missing"},

	{name: "mojibake", rate: 0.1, says: "repair mojibake"},
	{name: "mojibake_header", rate: 1, check: func(t *testing.T, d imported) {
		assert.Positive(t, d.sum.Planted["mojibake_header"])
		assert.Len(t, d.report.Files, len(d.sum.Files)-1, "every file but the notice is recognised all the same")
	}},
	{name: "mixed_encodings", rate: 1, check: func(t *testing.T, d imported) {
		seen := map[string]string{}
		for _, f := range d.report.Files {
			seen[f.Name] = f.Encoding
		}
		assert.Equal(t, extract.UTF8, seen["HC1.csv"])
		assert.Equal(t, extract.Windows1252, seen["HC2.csv"])
		assert.Equal(t, extract.Windows1252, seen["HC3.csv"])
	}},
	{name: "zero_minutes", rate: 0.05, says: "dropped minutes_zero"},
	{name: "minutes_per_visit", rate: 1, check: func(t *testing.T, d imported) {
		assert.Contains(t, d.warningText("care-implausible"), "per_visit")
	}},
	{name: "minutes_in_hours", rate: 1, check: func(t *testing.T, d imported) {
		assert.Contains(t, d.warningText("care-implausible"), "hours")
	}},
	{name: "week_53", rate: 0.5, says: "repair week_53_of_calendar_year"},
	{name: "missing_month", rate: 0.02, says: "warning weeks-without-care"},
	{name: "local_name", rate: 0.5, check: func(t *testing.T, d imported) {
		assert.Positive(t, d.sum.Planted["local_name"])
		assert.Zero(t, d.count("note service_unknown"), "every local name is an alias")
	}},
	{name: "unknown_service", rate: 0.05, says: "note service_unknown"},
	{name: "aeldrelov_break", rate: 1, says: "series service:aeldrelov"},
	{name: "fsiii_suffix", rate: 1, says: "series service:fsiii_suffix"},
	{name: "fsiii_2025", rate: 1, edit: func(c *synth.Config) { c.K1 = true }, check: func(t *testing.T, d imported) {
		broad := 0
		for _, c := range d.facts.Conditions {
			if a, known := codes.AbilityOf(c.Fact.Code); assert.True(t, known, c.Fact.Code) && a.Broad() {
				broad++
			}
		}
		assert.Positive(t, broad)
		assert.InDelta(t, d.sum.Planted["fsiii_2025"], broad, 0.5*float64(broad), "parts of one broad ability are told once")
	}},
	{name: "covid", rate: 0.8, edit: spring2020, says: "finding covid-spring", within: 20},
	{name: "two_digit_birth_year", rate: 1, edit: a2h2, says: "note birth_year_two_digits", check: func(t *testing.T, d imported) {
		assert.Greater(t, d.count("note birth_year_two_digits"), int64(d.sum.Planted["two_digit_birth_year"]), "every row of a citizen")
	}},

	{name: "digirehab_lost", rate: 0.3, check: func(t *testing.T, d imported) {
		assert.Positive(t, d.sum.Planted["digirehab_lost"])
		lost := d.count("quarantined id_bogus + id_missing + date_missing")
		assert.Greater(t, lost, 10*int64(d.sum.Planted["digirehab_lost"]), "some twenty rows a citizen")
	}},
	{name: "status_spelling", rate: 0.5, check: func(t *testing.T, d imported) {
		assert.Positive(t, d.sum.Planted["status_spelling"])
		assert.Zero(t, d.count("quarantined status_unknown"))
		assert.Equal(t, d.sum.Statuses, d.report.Facts.Statuses)
	}},
	{name: "late_closing", rate: 1, says: "finding closing-late", within: 0.5},
	{name: "cancelled_mixed", rate: 0.5, says: "warning done-and-cancelled"},
	{name: "comment_text", rate: 1, check: func(t *testing.T, d imported) {
		assert.Positive(t, d.sum.Planted["comment_text"])
		text, err := json.Marshal(d.report)
		require.NoError(t, err)
		facts, err := json.Marshal(d.facts)
		require.NoError(t, err)
		for _, word := range []string{"smertemedicin", "lungebet", "indlæggelse"} {
			assert.NotContains(t, string(text), word)
			assert.NotContains(t, string(facts), word)
		}
		unread := false
		for _, f := range d.report.Files {
			for _, title := range f.Unread {
				unread = unread || strings.EqualFold(title, "Ratingcomment")
			}
		}
		assert.True(t, unread, "the column is named as unread")
	}},
	{name: "blank_ability", rate: 0.3, says: "note ability_missing"},
	{name: "ability_scale", rate: 0.5, says: "warning ability-scale-mixed", within: 20},
}

// imported is a generated delivery and what the importer says about it.
type imported struct {
	sum    synth.Summary
	facts  *rettidig.Facts
	report *extract.Report
	worth  *quality.Quality
}

func importDelivery(t *testing.T, cfg synth.Config) imported {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "extracts")
	sum, err := synth.Write(context.Background(), dir, cfg, nil, nil)
	require.NoError(t, err)
	facts, report, err := extract.ReadDir(context.Background(), dir, extract.Options{Key: pseudonym.DemoKey(), MaxQuarantined: 1})
	require.NoError(t, err)
	o := quality.NewObserver()
	o.SeeFacts(facts)
	return imported{sum, facts, report, o.Finish(report, nil)}
}

// count adds up what the report says: "repair A + B", "note A", "dropped A", "merged A", "quarantined A", "warning A",
// "series A", and of the whole delivery "finding A".
func (d imported) count(says string) (n int64) {
	what, names, _ := strings.Cut(says, " ")
	for name := range strings.SplitSeq(names, " + ") {
		if what == "warning" {
			for _, w := range d.report.Warnings {
				if w.Code == name {
					n += w.N
				}
			}
		}
		if what == "finding" {
			for _, f := range d.worth.Findings {
				if f.Code == name {
					n += f.N
				}
			}
		}
		for _, f := range d.report.Files {
			if what == "series" {
				for _, rows := range f.Series[name] {
					n += rows
				}
				continue
			}
			n += map[string]extract.Causes{"repair": f.Repairs, "note": f.Notes, "dropped": f.Dropped,
				"merged": f.Merged, "quarantined": f.Quarantined}[what][name]
		}
	}
	return n
}

func (d imported) warningText(code string) string {
	for _, w := range d.report.Warnings {
		if w.Code == code {
			return w.Text
		}
	}
	return ""
}

// requireIdentity checks that every row of every file has one fate.
func requireIdentity(t *testing.T, r *extract.Report) {
	t.Helper()
	var total extract.Rows
	for _, f := range r.Files {
		w := f.Rows
		require.Equal(t, w.Read, w.Kept+w.Repaired+w.Merged+w.Dropped+w.Quarantined, "rows of %s: %+v", f.Name, w)
		total.Read += w.Read
	}
	require.Equal(t, total.Read, r.Rows.Read)
}

// configOf is a small municipality with one trap only, and the same without it.
func configOf(tr trap) (with, without synth.Config) {
	cfg := synth.Default()
	cfg.Citizens, cfg.Seed, cfg.Dirt = 500, 11, synth.Dirt{}
	if tr.edit != nil {
		tr.edit(&cfg)
	}
	with, without = cfg, cfg
	d, err := synth.ParseDirt(fmt.Sprintf("none,%s=%v", tr.name, tr.rate))
	if err != nil {
		panic(err)
	}
	d.Overlap = max(d.Overlap, cfg.Dirt.Overlap)
	with.Dirt = d
	return with, without
}

func TestEveryTrapIsFound(t *testing.T) {
	var mu sync.Mutex
	clean := map[string]func() imported{}
	for _, tr := range traps {
		t.Run(tr.name+" "+tr.says, func(t *testing.T) {
			with, without := configOf(tr)
			mu.Lock()
			key := fmt.Sprint(without)
			if clean[key] == nil {
				clean[key] = sync.OnceValue(func() imported { return importDelivery(t, without) })
			}
			cleanly := clean[key]
			mu.Unlock()
			d, none := importDelivery(t, with), cleanly()
			requireIdentity(t, d.report)
			requireIdentity(t, none.report)
			assert.True(t, d.report.Synthetic(), "no id may be somebody's")
			if tr.says != "" {
				planted := 0
				names := tr.planted
				if names == nil {
					names = []string{tr.name}
				}
				for _, n := range names {
					planted += d.sum.Planted[n]
				}
				found := d.count(tr.says)
				t.Logf("planted %d, found %d (%s), without the fault %d", planted, found, tr.says, none.count(tr.says))
				require.Positive(t, planted, "the generator planted none")
				if tr.check == nil {
					assert.Positive(t, found, tr.says)
					assert.LessOrEqual(t, math.Abs(float64(found-int64(planted))), tr.within*float64(planted), "planted %d, found %d: %s", planted, found, tr.says)
				}
				assert.LessOrEqual(t, float64(none.count(tr.says)), tr.quiet*float64(found), "a delivery without the fault is silent")
			}
			if tr.check != nil {
				tr.check(t, d)
			}
		})
	}
}

// The same municipality in any container has the same facts, and no row is lost.
func TestEveryContainerIsRead(t *testing.T) {
	for _, format := range []string{synth.FormatA1H1, synth.FormatA2H2} {
		cfg := synth.Default()
		cfg.Citizens, cfg.Format, cfg.Dirt = 700, format, synth.Dirt{}
		cfg.K1 = format == synth.FormatA1H1
		plain := importDelivery(t, cfg)
		cfg.Containers = synth.Mixed
		mixed := importDelivery(t, cfg)
		requireIdentity(t, mixed.report)
		assert.Equal(t, plain.report.Facts, mixed.report.Facts, format)
		assert.Equal(t, plain.facts, mixed.facts, format)
		assert.Equal(t, plain.report.Rows, mixed.report.Rows)
		have := map[string]bool{}
		for _, f := range mixed.report.Files {
			have[f.Container+" "+f.Separator] = true
			if f.Kind != extract.K1 { // it speaks only of weeks that the home-care files do not cover
				assert.Zero(t, f.Rows.Dropped+f.Rows.Quarantined, "%s", f.Name)
			}
		}
		assert.True(t, have["CSV tab"], "%v", have)
		assert.True(t, have["XLSX "], "%v", have)
	}
}

// What is planted in reports to KL Gateway comes out as facts.
func TestReportsToKLGatewayBecomeFacts(t *testing.T) {
	cfg := synth.Default()
	cfg.Citizens, cfg.K1, cfg.Dirt = 1500, true, synth.Dirt{Corrected: 0.2}
	d := importDelivery(t, cfg)
	retracted, died := 0, 0
	for _, c := range d.facts.Conditions {
		if !c.Fact.Retracted.Stands() {
			retracted++
		}
	}
	for _, s := range d.facts.Statuses {
		if s.Fact.Status == rettidig.HasDied {
			died++
		}
	}
	assert.Equal(t, d.sum.Planted["corrected k1"], retracted, "what was entered in error is retracted")
	assert.Greater(t, len(d.facts.Conditions), 5*retracted/2)
	assert.GreaterOrEqual(t, died, d.sum.Deaths/2, "most who die were known to the gateway")
	cfg.K1 = false
	assert.Empty(t, importDelivery(t, cfg).facts.Conditions)
}

// Every fault at once is read too, and every row has one fate.
func TestAllFaultsAtOnceAreRead(t *testing.T) {
	for _, format := range []string{synth.FormatA1H1, synth.FormatA2H2} {
		cfg := synth.Default()
		cfg.Citizens, cfg.Format, cfg.Containers, cfg.Dirt = 700, format, synth.Mixed, synth.AllDirt()
		cfg.K1 = format == synth.FormatA1H1
		if format == synth.FormatA2H2 {
			cfg.Dirt.Overlap = 0
		}
		d := importDelivery(t, cfg)
		requireIdentity(t, d.report)
		assert.True(t, d.report.Synthetic())
		for _, f := range d.report.Files {
			assert.Less(t, float64(f.Rows.Quarantined), 0.2*float64(f.Rows.Read)+1, "%s", f.Name)
		}
	}
}

// The table has a row for every fault that can be generated.
func TestNoTrapIsForgotten(t *testing.T) {
	have := map[string]bool{}
	for _, tr := range traps {
		have[tr.name] = true
	}
	for _, name := range synth.DirtNames() {
		assert.True(t, have[name], "no row for %s", name)
	}
}
