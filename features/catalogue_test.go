package features

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

func TestEveryColumnIsDeclaredInFull(t *testing.T) {
	ids, labels := map[string]bool{}, map[string]string{}
	id := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	for i, f := range Catalogue() {
		assert.Regexp(t, id, f.ID)
		assert.False(t, ids[f.ID], "%s twice", f.ID)
		ids[f.ID] = true
		assert.Equal(t, i, Index(f.ID))
		for _, l := range []string{f.LabelDA, f.LabelEN} {
			assert.NotEmpty(t, l, f.ID)
			assert.Empty(t, labels[l], "%s and %s have the same label", f.ID, labels[l])
			labels[l] = f.ID
		}
		assert.Contains(t, codes.Concepts(), f.Concept, f.ID)
		assert.Contains(t, unitNames, f.Unit, f.ID)
		for what, s := range map[string]string{"window": f.Window, "family": f.Family, "source": f.Source, "Danish sentence": f.SentenceDA, "English sentence": f.SentenceEN} {
			assert.NotEmpty(t, s, "%s: %s", f.ID, what)
		}
		assert.Equal(t, f.MissingDA == "", f.MissingEN == "", f.ID)
		for name, forms := range map[string][2]Forms{"sentence": {f.DA.Sentence, f.EN.Sentence}, "clause": {f.DA.Clause, f.EN.Clause}} {
			assert.Equal(t, forms[0].Less != "", forms[1].Less != "", "%s: only one language says %s of a fall", f.ID, name)
			assert.Equal(t, forms[0].Zero != "", forms[1].Zero != "", "%s: only one language says %s of zero", f.ID, name)
		}
		require.NotNil(t, columns[i].value, f.ID)
		assert.True(t, f.CanMiss() || !f.NotApplicable && f.needs == "", "%s is never missing", f.ID)
		if f.needs != "" {
			assert.Equal(t, UnitCount, columnOf(t, f.needs).Unit, f.ID)
		}
	}
	assert.Equal(t, -1, Index("no_such_column"))
	assert.Equal(t, Count(), len(Catalogue()))
}

func TestCallersCannotChangeTheCatalogue(t *testing.T) {
	Catalogue()[0].ID = "spoiled"
	assert.Equal(t, "age", Catalogue()[0].ID)
}

func TestEveryConceptHasRoomAndEveryAidConceptAColumn(t *testing.T) {
	require.LessOrEqual(t, len(codes.Concepts()), numConcepts)
	concepts := map[codes.Concept]bool{}
	for _, f := range Catalogue() {
		concepts[f.Concept] = true
	}
	for _, c := range codes.Classes() {
		assert.True(t, concepts[c.Concept], "%s %s: no column has its concept %s", c.ISO, c.EN, c.Concept)
	}
}

func TestEverySentenceRenders(t *testing.T) {
	values := []float64{math.NaN(), math.Inf(1), 0, 0.01, 0.98, 1, 2, 3.5, 10, 11, 95, 1234567, -0.01, -1, -2, -3.5, -1234}
	for _, f := range Catalogue() {
		for _, v := range values {
			if v < 0 && f.DA.Sentence.Less == "" {
				continue // only a change can be negative
			}
			for _, lang := range []string{"da", "en"} {
				s := Sentence(f, v, lang)
				first, _ := utf8.DecodeRuneInString(s)
				assert.True(t, unicode.IsUpper(first) || unicode.IsDigit(first) || first == '−', "%s %v: %q", f.ID, v, s)
				for _, bad := range []string{"{", "}", "[", "]", "NaN", "Inf", "  ", "1 minutter", "én dage", "%!"} {
					assert.NotRegexp(t, `(^|[^0-9,.])`+regexp.QuoteMeta(bad), s, "%s %v", f.ID, v)
				}
				if lang == "da" {
					assert.NotRegexp(t, `\d\.\d\b`, strings.ReplaceAll(s, "1.234", ""), "%s %v: decimal point in Danish", f.ID, v)
				}
			}
		}
	}
}

func TestMissingZeroAndOneAreSaidApart(t *testing.T) {
	for _, f := range Catalogue() {
		for _, lang := range []string{"da", "en"} {
			missing, two := Sentence(f, math.NaN(), lang), Sentence(f, 2, lang)
			assert.NotEqual(t, missing, two, f.ID)
			if f.CanMiss() {
				assert.NotEqual(t, missing, Sentence(f, 0, lang), f.ID)
			}
			assert.NotEqual(t, Sentence(f, 0, lang), Sentence(f, 1, lang), f.ID)
		}
	}
}

// Somebody who never trained lacks no effect of training; somebody who trained and was not screened does.
func TestNothingIsLackingWhereThereWasNothingToRecord(t *testing.T) {
	day := rettidig.DayOf(2023, 6, 1)
	lacking := func(h rettidig.History) (ids []string) {
		row := make([]float64, Count())
		Compute(row, &h, day)
		for _, f := range Catalogue() {
			if f.Lacking(row) {
				ids = append(ids, f.ID)
			}
		}
		return ids
	}
	abilities := []string{"ability_care", "ability_chores", "ability_moving", "ability_mental", "ability_social"}
	h := rettidig.History{Citizen: rettidig.Citizen{Birth: rettidig.NoDay}}
	assert.Equal(t, append([]string{"age", "female", "screening_need", "screening_ability"}, abilities...), lacking(h))
	h.Citizen = rettidig.Citizen{Birth: rettidig.DayOf(1940, 1, 1), Sex: rettidig.Female}
	for i := range 12 {
		d := day - 300 + rettidig.Day(7*i)
		h.Sessions = append(h.Sessions, rettidig.Session{Date: d, Known: d, Rating: 3})
	}
	assert.Equal(t, append([]string{"training_best_need_change", "training_last_need_change", "training_last_ability_change", "screening_need", "screening_ability"}, abilities...), lacking(h))
}

func TestTheCatalogueWritesItself(t *testing.T) {
	var md, js, again bytes.Buffer
	require.NoError(t, WriteCatalogueMarkdown(&md))
	require.NoError(t, WriteCatalogueJSON(&js))
	require.NoError(t, WriteCatalogueJSON(&again))
	assert.Equal(t, js.String(), again.String())
	var back []Feature
	require.NoError(t, json.Unmarshal(js.Bytes(), &back))
	require.Len(t, back, Count())
	for i, f := range Catalogue() {
		assert.Equal(t, f.ID, back[i].ID)
		assert.Equal(t, Sentence(f, 3, "da"), Sentence(back[i], 3, "da"))
		assert.Contains(t, md.String(), "| `"+f.ID+"` |")
	}
	_, table, _ := strings.Cut(md.String(), "| id |")
	for _, row := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		assert.Equal(t, 11, strings.Count(row, "|"), row)
	}

	// The page says what every field of the JSON is, and names no other.
	var columns []map[string]any
	require.NoError(t, json.Unmarshal(js.Bytes(), &columns))
	written, documented := map[string]bool{}, map[string]bool{}
	for _, c := range columns {
		for field := range c {
			written[field] = true
		}
	}
	for _, f := range jsonFields {
		documented[f[0]] = true
		assert.Contains(t, md.String(), "| `"+f[0]+"` | "+f[1]+" |")
	}
	assert.Equal(t, documented, written)
}

// The page is for those who do not read Go. RETTIDIG_UPDATE=1 go test ./features writes it anew.
func TestTheCataloguePageIsUpToDate(t *testing.T) {
	var want bytes.Buffer
	require.NoError(t, WriteCatalogueMarkdown(&want))
	if os.Getenv("RETTIDIG_UPDATE") == "1" {
		require.NoError(t, os.WriteFile("CATALOGUE.md", want.Bytes(), 0o644))
	}
	got, err := os.ReadFile("CATALOGUE.md")
	require.NoError(t, err)
	assert.Equal(t, want.String(), string(got), "CATALOGUE.md is old: run RETTIDIG_UPDATE=1 go test ./features")
}
