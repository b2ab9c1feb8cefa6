package account

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

func bytesOf(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

func TestWhatWasWrittenIsReadAgain(t *testing.T) {
	path := exampleAccount(t)
	a, err := Read(path)
	require.NoError(t, err)
	assert.Equal(t, "su7", a.Proposal)
	assert.Len(t, a.Records, 9)
	assert.Zero(t, a.Torn)
	require.Len(t, a.Forecasts(), 2)
	assert.Equal(t, forecast(t, day(2024, 12, 1), Quarter{2025, 1}, 8), a.Forecasts()[0].Forecast)
	assert.Equal(t, rettidig.DayOf(2024, 12, 2), a.Forecasts()[0].Stored)
	assert.Equal(t, 2, a.Latest()[Quarter{2025, 1}].Versions)
	again := exampleAccount(t)
	assert.Equal(t, bytesOf(t, path), bytesOf(t, again), "same input, same bytes")
}

// Every single byte of the account is changed, taken out and doubled; each such edit is found, but for an edit of the last line's end, which
// leaves a torn line.
func TestEveryEditIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.account")
	put(t, path, day(2026, 1, 1), &Target{ID: "a", Goal: "g", Owner: "o", Due: rettidig.DayOf(2026, 12, 31), Kind: Milestone, Measure: Done})
	put(t, path, day(2026, 1, 2), &Status{Target: "a", On: rettidig.DayOf(2026, 1, 2), By: "o"})
	b := bytesOf(t, path)
	for i := range b {
		last := i == len(b)-1
		for name, edited := range map[string][]byte{
			"changed": append(append(bytes.Clone(b[:i]), b[i]^1), b[i+1:]...),
			"gone":    append(bytes.Clone(b[:i]), b[i+1:]...),
			"doubled": append(append(bytes.Clone(b[:i]), b[i]), b[i:]...),
		} {
			a, err := Parse(edited, "x")
			if last && name != "doubled" {
				require.NoError(t, err)
				assert.Positive(t, a.Torn, "byte %d %s", i, name)
				continue
			}
			assert.Error(t, err, "byte %d %s: %q", i, name, edited)
		}
	}
}

func TestWhoChangesALineMustRewriteAllThatFollow(t *testing.T) {
	b := bytesOf(t, exampleAccount(t))
	lines := bytes.SplitAfter(b, []byte("\n"))
	parse := func(lines ...[]byte) error {
		_, err := Parse(bytes.Join(lines, nil), "su7.account")
		return err
	}
	require.NoError(t, parse(lines...))
	assert.ErrorContains(t, parse(lines[0], lines[2]), "su7.account:2: is record 3, want 2")
	assert.ErrorContains(t, parse(lines[0], lines[1], lines[1]), "su7.account:3: is record 2, want 3")
	assert.ErrorContains(t, parse(lines[1:]...), "su7.account:1: is record 2, want 1")

	// A forger makes record 4 anew with a right hash: record 5 does not follow it any more.
	r, err := parseLine(bytes.TrimSuffix(lines[3], []byte("\n")))
	require.NoError(t, err)
	r.Target.AtLeast = 0.6
	r.Hash = r.sum()
	forged := append(append([][]byte{}, lines[:3]...), r.line())
	require.NoError(t, parse(forged...), "up to here nothing shows")
	assert.ErrorContains(t, parse(append(forged, lines[4:]...)...), "su7.account:5: does not follow the line before")

	a, err := Parse(b, "x")
	require.NoError(t, err)
	cut, err := Parse(bytes.Join(forged, nil), "x")
	require.NoError(t, err)
	assert.NoError(t, a.Has(a.Head()))
	assert.ErrorContains(t, cut.Has(a.Head()), "record 9 is gone")
	early := fmt.Sprintf("%d:%s", a.Records[3].N, a.Records[3].Hash)
	assert.NoError(t, a.Has(early), "a head noted before is in what has grown since")
	assert.ErrorContains(t, cut.Has(early), "record 4 is not the one that was written down")
	assert.ErrorContains(t, a.Has("4"), "is no head")
}

// Whatever is left of a write that was cut off, the account before it is read, nobody writes over it, and Repair leaves what was confirmed.
func TestATornLineIsToldAndRepaired(t *testing.T) {
	path := exampleAccount(t)
	b := bytesOf(t, path)
	start := bytes.LastIndexByte(b[:len(b)-1], '\n') + 1
	rapid.Check(t, func(rt *rapid.T) {
		cut := rapid.IntRange(start, len(b)-1).Draw(rt, "cut")
		torn := filepath.Join(t.TempDir(), "torn.account")
		require.NoError(rt, os.WriteFile(torn, b[:cut], 0o600))
		a, err := Read(torn)
		require.NoError(rt, err)
		assert.Len(rt, a.Records, 8)
		assert.Equal(rt, cut-start, a.Torn)
		status := &Status{Target: "tested", On: rettidig.DayOf(2026, 11, 7), By: "Afdeling for Data"}
		if a.Torn > 0 {
			_, err = Append(torn, "", day(2026, 11, 7), status)
			require.ErrorContains(rt, err, "torn.account:9: the last line is torn")
			assert.Equal(rt, b[:cut], bytesOf(t, torn), "nothing was touched")
		}
		n, err := Repair(torn)
		require.NoError(rt, err)
		assert.Equal(rt, cut-start, n)
		switch {
		case cut == len(b)-1:
			assert.Equal(rt, b, bytesOf(t, torn), "only the line end was missing")
		default:
			assert.Equal(rt, b[:start], bytesOf(t, torn))
			if n > 0 {
				assert.Equal(rt, b[start:cut], bytesOf(t, torn+".torn"))
			}
		}
		_, err = Append(torn, "", day(2026, 11, 7), status)
		assert.NoError(rt, err)
	})
}

func TestWhatDoesNotBelongIsRefusedAndLeavesTheFileAlone(t *testing.T) {
	path := exampleAccount(t)
	before := bytesOf(t, path)
	now := day(2026, 11, 10)
	target := func() *Target {
		return &Target{ID: "new", Goal: "g", Owner: "o", Due: rettidig.DayOf(2027, 1, 1), Kind: Realisation, Measure: CompletionRate, AtLeast: 0.7, Alpha: 0.05, TunedFor: 400}
	}
	figures := func(edit func(*Realised)) *Realised {
		r := &Realised{By: "x", PriceLevel: "2023", Quarters: []RealisedQuarter{told(Quarter{2026, 3}, rettidig.DayOf(2026, 11, 8), 224, 200, 120, 80)}}
		edit(r)
		return r
	}
	nan := func() float64 { var zero float64; return zero / zero }()
	for _, c := range []struct {
		name    string
		at      time.Time
		content any
		want    string
	}{
		{"a forecast again", now, forecast(t, day(2024, 12, 1), Quarter{2025, 1}, 8), "is there already"},
		{"made tomorrow", now, forecast(t, day(2026, 11, 11), Quarter{2027, 1}, 1), "made is 2026-11-11, which is to come (it is 2026-11-10)"},
		{"the clock is behind", day(2026, 11, 1), target(), "set the clock right"},
		{"a target again", now, func() *Target { t := target(); t.ID = "effect"; return t }(), "target effect is there already and is not changed afterwards"},
		{"about no target", now, &Status{Target: "none", On: rettidig.DayOf(2026, 11, 1), By: "x"}, "there is no target none"},
		{"about a rate", now, &Status{Target: "effect", On: rettidig.DayOf(2026, 11, 1), By: "x"}, "is judged by the realised figures (effect_rate)"},
		{"done with a number", now, &Status{Target: "tested", On: rettidig.DayOf(2026, 11, 1), By: "x", Value: new(float64)}, "leave the value out"},
		{"done tomorrow", now, &Status{Target: "tested", On: rettidig.DayOf(2026, 11, 11), By: "x"}, "which is to come"},
		{"older figures", now, figures(func(r *Realised) { r.Quarters[0].DataAsOf = rettidig.DayOf(2026, 10, 1) }), "2026Q3: data_as_of is 2026-10-01, but figures of 2026-11-01"},
		{"figures of tomorrow", now, figures(func(r *Realised) { r.Quarters[0].DataAsOf = rettidig.DayOf(2026, 11, 11) }), "which is to come"},
		{"more ended than started", now, figures(func(r *Realised) { r.Quarters[0].Ended = 225 }), "2026Q3: ended is 225, want 0 to the 224 started"},
		{"more effects than completed", now, figures(func(r *Realised) { r.Quarters[0].Effect = 121 }), "effect is 121, want 0 to the 120 completed"},
		{"kroner of no year", now, figures(func(r *Realised) { r.PriceLevel = "" }), "price_level is not given"},
		{"kroner that are none", now, figures(func(r *Realised) { r.Quarters[0].Values[1].Amount = nan }), "kroner (capacity) is NaN"},
		{"minutes twice", now, figures(func(r *Realised) { r.Quarters[0].Values[1] = r.Quarters[0].Values[0] }), "each once and in order"},
		{"a citizen", now, &Status{Target: "tested", On: rettidig.DayOf(2026, 11, 1), By: "x", Note: "se 311299" + "9999 i Cura"}, "what looks like a CPR number"},
		{"two lines", now, &Status{Target: "tested", On: rettidig.DayOf(2026, 11, 1), By: "x\ny"}, "one line"},
		{"withdrawn without a word", now, &Status{Target: "effect", On: rettidig.DayOf(2026, 11, 1), By: "x", Withdrawn: true}, `note is "", want some text`},
		{"a goal of 100 %", now, func() *Target { t := target(); t.AtLeast = 1; return t }(), "at_least is 1"},
		{"a goal of NaN", now, func() *Target { t := target(); t.AtLeast = nan; return t }(), "at_least is NaN"},
		{"alpha 0", now, func() *Target { t := target(); t.Alpha = 0; return t }(), "alpha is 0"},
		{"a milestone with alpha", now, func() *Target { t := target(); t.Measure, t.AtLeast = Done, 0; return t }(), "only where courses are counted"},
		{"a share of nothing", now, func() *Target { t := target(); t.Measure, t.Alpha, t.TunedFor = ShareOfFull, 0, 0; return t }(), "of is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Append(path, "", c.at, c.content)
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, before, bytesOf(t, path))
		})
	}
	_, err := Append(path, "su2", now, target())
	assert.ErrorContains(t, err, "is the account of su7, not of su2")
	missing := filepath.Join(t.TempDir(), "new.account")
	_, err = Append(missing, "", now, target())
	assert.ErrorContains(t, err, "name the proposal to begin it")
	_, err = Append(missing, "SU 7", now, target())
	assert.ErrorContains(t, err, `proposal is "SU 7"`)
	_, err = os.Stat(missing)
	assert.ErrorIs(t, err, fs.ErrNotExist, "nothing is left of a refused beginning")
	_, err = Append(path, "", now, target())
	assert.NoError(t, err)
	assert.Panics(t, func() { _, _ = Append(path, "", now, "text") })
}

// crashEnv turns the test binary into the program that is killed: it appends for ever and prints the number of each record that was confirmed.
const crashEnv = "ACCOUNT_CRASH_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashEnv); path != "" {
		for i := 0; ; i++ {
			r, err := Append(path, "su7", day(2026, 1, 1), &Target{ID: fmt.Sprintf("%d-%d", os.Getpid(), i), Goal: strings.Repeat("g", 400), Owner: "o", Due: rettidig.DayOf(2026, 12, 31), Kind: Milestone, Measure: Done})
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			fmt.Println(r.N)
		}
	}
	os.Exit(m.Run())
}

// Two writers are killed while they write, again and again. What one of them was told is written is there, and every line follows the one before.
func TestKilledWritersLoseNothingThatWasConfirmed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "su7.account")
	confirmed := 0
	for round := range 4 {
		var both sync.WaitGroup
		last := make([]int, 2)
		for i := range last {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), crashEnv+"="+path)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			both.Go(func() {
				lines := bufio.NewScanner(out)
				for n := 0; lines.Scan(); n++ {
					last[i], _ = strconv.Atoi(lines.Text())
					if n == 3+round*2+i {
						_ = cmd.Process.Kill()
					}
				}
				_ = cmd.Wait() // killed
			})
		}
		both.Wait()
		confirmed = max(confirmed, last[0], last[1])
		_, err := Repair(path)
		require.NoError(t, err)
		a, err := Read(path)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(a.Records), confirmed)
	}
	assert.Greater(t, confirmed, 20)
}

// A program that has confirmed nothing yet can be stopped by a disk that is full: what it wrote is taken back.
func TestAFullDiskIsToldAndTakenBack(t *testing.T) {
	if _, err := os.Stat("/dev/full"); errors.Is(err, fs.ErrNotExist) {
		t.Log("no /dev/full here")
		return
	}
	err := appendBytes("/dev/full", []byte("x"), 0)
	assert.ErrorContains(t, err, "no space left")
}

func FuzzReadAccount(f *testing.F) {
	b := bytesOf(f, exampleAccount(f))
	f.Add(b)
	for _, line := range bytes.SplitAfter(b, []byte("\n")) {
		f.Add(line)
	}
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Parse(b, "fuzz")
		if err != nil {
			return
		}
		var again []byte
		for i := range a.Records {
			again = append(again, a.Records[i].line()...)
		}
		if !bytes.Equal(again, b[:len(b)-a.Torn]) {
			t.Fatalf("read %q, would write %q", b, again)
		}
		if r, err := NewReport(a, Options{Today: rettidig.DayOf(2026, 11, 22)}); err == nil {
			var out bytes.Buffer
			for _, l := range []Language{Danish, English} {
				if err := errors.Join(r.WriteText(&out, l), r.WriteTargets(&out, l), r.WriteHTML(&out, l)); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkAppend is one confirmed record at the end of a hundred.
func BenchmarkAppend(b *testing.B) {
	path := filepath.Join(b.TempDir(), "su7.account")
	for i := range 100 {
		put(b, path, day(2026, 1, 1), &Target{ID: fmt.Sprint(i), Goal: "g", Owner: "o", Due: rettidig.DayOf(2026, 12, 31), Kind: Milestone, Measure: Done})
	}
	n := 100
	for b.Loop() {
		put(b, path, day(2026, 1, 1), &Target{ID: fmt.Sprint(n), Goal: "g", Owner: "o", Due: rettidig.DayOf(2026, 12, 31), Kind: Milestone, Measure: Done})
		n++
	}
}
