package cohort

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/rettidig/rettidig"
)

func TestTheEmbeddedProtocolIsTheProposedOne(t *testing.T) {
	p := Default()
	require.NoError(t, p.Validate())
	assert.Equal(t, "rettidig-2026-3", p.Name())
	assert.Len(t, p.SHA256(), 64)
	assert.Equal(t, CompletionRules{70, 112, 16, 56, []rettidig.Status{rettidig.SignificantProgress, rettidig.Monitor, rettidig.Maintenance}}, p.Completion)
	assert.Equal(t, EffectRules{56, 126, 1, 0.10, 0.10}, p.Effect)
	assert.Equal(t, 182, p.Decline.HorizonDays)
	assert.Equal(t, 800, p.MinEndedCourses)
	again, err := ParseProtocol(defaultYAML)
	require.NoError(t, err)
	assert.Equal(t, p, again)
	assert.Equal(t, string(defaultYAML), DefaultYAML())
}

func TestTheHashIsOfTheValues(t *testing.T) {
	p := Default()
	out, err := yaml.Marshal(p) // no comments, another layout
	require.NoError(t, err)
	q, err := ParseProtocol(out)
	require.NoError(t, err)
	assert.Equal(t, p.SHA256(), q.SHA256())
	q.Completion.SessionsMin++
	assert.NotEqual(t, p.SHA256(), q.SHA256())
	strict, err := p.Variant("strict")
	require.NoError(t, err)
	assert.Equal(t, "rettidig-strict-2026-3", strict.Name())
	assert.Equal(t, 16, p.Completion.SessionsMin, "the original is as it was")
	_, err = p.Variant("loose")
	assert.ErrorContains(t, err, `"loose" is not one of`)
}

func TestAProtocolFileIsReadStrictlyOverTheDefaults(t *testing.T) {
	read := func(text string) (Protocol, error) {
		path := filepath.Join(t.TempDir(), "p.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		p, err := ReadProtocol(path)
		if err != nil {
			assert.Contains(t, err.Error(), path)
		}
		return p, err
	}
	p, err := read("id: viborg\ncompletion: {sessions_min: 18}\n")
	require.NoError(t, err)
	assert.Equal(t, 18, p.Completion.SessionsMin)
	assert.Equal(t, 70, p.Completion.FinalFrom, "the default's")
	p, err = read("")
	require.NoError(t, err)
	assert.Equal(t, Default(), p)

	_, err = read("id: viborg\nsessions: 18\ncourse: {quiet_day: 1}\n")
	require.Error(t, err)
	assert.Contains(t, err.Error(), "line 2: field sessions not found")
	assert.Contains(t, err.Error(), "field quiet_day not found", "all at once")
	_, err = read("id: viborg\ncompletion: {final_screening_from_day: 0, sessions_min: -1}\nestimand: whatever\n")
	require.Error(t, err)
	for _, want := range []string{"final_screening_from_day is 0", "sessions_min is -1", `estimand is "whatever"`} {
		assert.Contains(t, err.Error(), want, "all at once")
	}
	_, err = read("id: viborg\n---\nid: other\n")
	assert.ErrorContains(t, err, "more than one YAML document")
	_, err = read("completion: {sessions_min: 18}\n")
	assert.ErrorContains(t, err, "an id or a version of its own", "other rules under the old name")
	_, err = ReadProtocol(filepath.Join(t.TempDir(), "none.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestEveryBadFieldIsRefusedByName(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(p *Protocol)
		want string
	}{
		{"no id", func(p *Protocol) { p.ID = "" }, "id is empty"},
		{"no version", func(p *Protocol) { p.Version = "" }, "version is empty"},
		{"no quiet days", func(p *Protocol) { p.Course.QuietDays = 0 }, "course.quiet_days is 0"},
		{"window turned round", func(p *Protocol) { p.Completion.FinalFrom = 113 }, "final_screening_from_day is 113"},
		{"status after the end", func(p *Protocol) { p.Completion.StatusAfter = 112 }, "status_after_day is 112"},
		{"unknown status", func(p *Protocol) { p.Completion.Statuses = []rettidig.Status{"done"} }, "completion.statuses is done"},
		{"effect due before completion", func(p *Protocol) { p.Effect.To = 111 }, "effect.screening_to_day is 111"},
		{"NaN", func(p *Protocol) { p.Effect.NeedFall = math.NaN() }, "effect.need_fall is NaN"},
		{"infinite share", func(p *Protocol) { p.Effect.NeedFallShare = math.Inf(1) }, "effect.need_fall_share is +Inf"},
		{"no landmarks", func(p *Protocol) { p.Decline.Landmarks = nil }, "decline.landmarks is empty"},
		{"leap day", func(p *Protocol) { p.Decline.Landmarks = []string{"02-29"} }, `decline.landmarks is "02-29"`},
		{"no date", func(p *Protocol) { p.Decline.Landmarks = []string{"1-1"} }, `decline.landmarks is "1-1"`},
		{"horizon too short", func(p *Protocol) { p.Decline.HorizonDays = 34 }, "decline.horizon_days is 34"},
		{"ages turned round", func(p *Protocol) { p.Decline.MinAge = 111 }, "decline.min_age is 111"},
		{"before shorter than window", func(p *Protocol) { p.Decline.BeforeWeeks = 3 }, "decline.before_weeks is 3"},
		{"no rise", func(p *Protocol) { p.Decline.MinutesRise = 0 }, "decline.minutes_rise is 0"},
		{"no rise of an ability", func(p *Protocol) { p.Decline.AbilityRise = 0 }, "decline.ability_rise is 0"},
		{"six areas", func(p *Protocol) { p.Decline.AbilityAreas = 6 }, "decline.ability_areas is 6"},
		{"one ability below all", func(p *Protocol) { p.Decline.AbilityRise, p.Decline.AbilityRiseOne = 2, 1 }, "decline.ability_rise_one is 1"},
		{"unknown concept", func(p *Protocol) { p.Decline.MinutesConcepts = append(p.Decline.MinutesConcepts, "help") }, "minutes_concepts is help"},
		{"letters in a class", func(p *Protocol) { p.Decline.DependencyAids = []string{"12a6"} }, `dependency_aids is "12a6"`},
		{"more weeks than the window", func(p *Protocol) { p.Decline.PersonalCareWeeksMin = 5 }, "personal_care_weeks_min is 5"},
		{"share above one", func(p *Protocol) { p.Leaving.ReturnedShare = 1.1 }, "leaving.returned_share is 1.1"},
		{"presumed longer than silent", func(p *Protocol) { p.Leaving.PresumedDays = 57 }, "leaving.presumed_days is 57"},
		{"no first of a month", func(p *Protocol) { p.Population.MonthDay = 31 }, "population.month_day is 31"},
		{"every fifth month", func(p *Protocol) { p.Population.EveryMonths = 5 }, "population.every_months is 5"},
		{"no time to be offered", func(p *Protocol) { p.Population.OfferedDays = 0 }, "population.offered_days is 0"},
		{"no weight", func(p *Protocol) { p.LandmarkWeight = 0 }, "landmark_weight is 0"},
		{"unknown estimand", func(p *Protocol) { p.Estimand = "" }, `estimand is ""`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Default()
			c.edit(&p)
			err := p.Validate()
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, 1, strings.Count(err.Error(), ", want "), "only the edited field")
			_, err = Build(nil, rettidig.Completion, p, day0)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestABadTargetOrDateIsAnError(t *testing.T) {
	_, err := Build(nil, "fall", Default(), day0)
	require.ErrorContains(t, err, `target "fall" is not one of`)
	_, err = Build(nil, rettidig.Effect, Default(), rettidig.NoDay)
	require.ErrorContains(t, err, "extract date is missing")
}

func FuzzParseProtocol(f *testing.F) {
	f.Add(defaultYAML)
	f.Add([]byte("id: x\ncourse: {quiet_days: 1}\n"))
	h := randomHistory(1)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseProtocol(b)
		if err != nil {
			return
		}
		// Whatever is accepted can be used, and is known by its hash.
		require.Len(t, p.SHA256(), 64)
		for _, target := range rettidig.Targets() {
			_, err := Build([]rettidig.History{h}, target, p, day0+400)
			require.NoError(t, err)
		}
	})
}
