package extract

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

func mapping(t testing.TB, text string) *Mapping {
	t.Helper()
	m, err := ParseMapping([]byte(text))
	require.NoError(t, err)
	return m
}

// The example that people start from reads the files it speaks of.
func TestTheExampleMappingReadsLocalFiles(t *testing.T) {
	m, err := ReadMapping(filepath.Join("testdata", "mapping.yaml"))
	require.NoError(t, err)
	local := fixture{
		"aids":         "Borger;Udleveret;Tilbage;Klasse;Paragraf\n" + jens + ";14-02-2019;;12060609;varigt  udlån\n",
		"care":         "Borger;Årstal;Uge;Indsats;Minutter;Besøg\n" + anna + ";2020;7;BAD MED LIFT (FSIII);130;7\n" + anna + ";2020;7;Gulvvask;20;1\n",
		"status":       "BORGER;dato;Tilstand\n" + jens + ";14-02-2019;afsluttet\n",
		"x.pdf":        "%PDF",
		"mapping.yaml": "read by the caller",
	}
	facts, r := local.readWith(t, Options{Mapping: m})
	want, _ := fixture{
		"aids":   strings.Replace(a1Head, "\n", ",LOVPARAGRAFNAVN\n", 1) + jens + ",12060609,14-02-2019,,112\n",
		"care":   h1Head + anna + ",2020,7,H1.1,130,7\n" + anna + ",2020,7,Rengøring,20,1\n",
		"status": d2Head + "," + jens + ",,,14-02-2019,Terminated,\n",
	}.read(t)
	assert.Equal(t, want, facts)
	assert.Equal(t, []ColumnUse{{"Personnummer", "Borger", "mapping.yaml"}, {"Kategori ISO nummer", "Klasse", "mapping.yaml"},
		{"Leveret dato", "Udleveret", "mapping.yaml"}, {"Returneret dato", "Tilbage", "mapping.yaml"}, {"LOVPARAGRAFNAVN", "Paragraf", "alias"}}, r.Files[0].Mapping)
	assert.Equal(t, []Ignored{{"mapping.yaml", "tells how the others are read"}, {"x.pdf", "mapping.yaml leaves it out"}}, r.Ignored)
}

func TestAMappingSaysUnitsAndDates(t *testing.T) {
	m := mapping(t, "version: 1\nminutes_are: hours\ndate_order: mdy\n")
	facts, _ := fixture{"a": a1Head + jens + ",12060609,02/14/2019,2019-03-01\n", "h": strings.ReplaceAll(h1Head, ",", ";") + anna + ";2020-07;7;Rengøring;0,5;1\n"}.readWith(t, Options{Mapping: m})
	assert.Equal(t, day(2019, 2, 14), facts.Aids[0].Fact.Lent)
	assert.Equal(t, day(2019, 3, 1), facts.Aids[0].Fact.Returned)
	assert.Equal(t, float32(30), facts.Services[0].Fact.Minutes)
	facts, _ = fixture{"h": h1Head + anna + ",2020-07,7,Rengøring,50,1\n"}.readWith(t, Options{Mapping: m, MinutesAre: Total})
	assert.Equal(t, float32(50), facts.Services[0].Fact.Minutes, "what the caller says goes before the mapping")
}

// A column that a mapping gives a meaning has no other, even under a name that would be known.
func TestAMappingGoesBeforeKnownNames(t *testing.T) {
	m := mapping(t, "version: 1\ncolumns:\n  A1:\n    Faktisk leveret: Leveret dato\n")
	facts, r := fixture{"a": "Personnummer,Kategori ISO nummer,Leveret dato,Faktisk leveret,Returneret dato\n" + jens + ",12060609,01-01-2019,14-02-2019,\n"}.readWith(t, Options{Mapping: m})
	assert.Equal(t, day(2019, 2, 14), facts.Aids[0].Fact.Lent)
	assert.Equal(t, []string{"Leveret dato"}, r.Files[0].Unread)
	m = mapping(t, "version: 1\ncolumns:\n  A1:\n    Pris: LOVPARAGRAFNAVN\n")
	facts, _ = fixture{"a": "Personnummer,Kategori ISO nummer,Leveret dato,Returneret dato,Pris\n" + jens + ",12060609,01-01-2019,,112\n"}.readWith(t, Options{Mapping: m})
	assert.Equal(t, "112", facts.Aids[0].Fact.Paragraph)
	assert.Zero(t, facts.Aids[0].Fact.Price, "it is no price any more")
}

func TestSheetsAndMembersCanBeLeftOut(t *testing.T) {
	aids := a1Head + jens + ",12060609,14-02-2019,\n"
	pack := zipped(t, map[string]string{"aids.csv": aids, "old/aids.csv": aids, "note.bin": "\x00"})
	facts, r := fixture{"all.zip": pack}.readWith(t, Options{Mapping: mapping(t, "version: 1\nleave_out: [\"all.zip/old/*\", note.bin]\n")})
	assert.Len(t, facts.Aids, 1)
	assert.Equal(t, []Ignored{{"all.zip/note.bin", "mapping.yaml leaves it out"}, {"all.zip/old/aids.csv", "mapping.yaml leaves it out"}}, r.Ignored)
}

func TestABadMappingIsRefusedByLine(t *testing.T) {
	for _, c := range []struct{ name, text, says string }{
		{"nothing", "", "mapping.yaml, line 1: it is empty"},
		{"no version", "services:\n", "line 1: it does not say its version"},
		{"a later version", "version: 2\n", "line 1: version 2 is not known"},
		{"no YAML", "version: 1\ncolumns: {", "it is no YAML (line"},
		{"a list", "- version\n", "line 1: the mapping is no list"},
		{"two documents", "version: 1\n---\nversion: 1\n", "more than one document"},
		{"an unknown part", "version: 1\nservice:\n  Bad: H1.1\n", `line 2: "service" is no part of a mapping`},
		{"an unknown kind", "version: 1\ncolumns:\n  H3:\n    a: b\n", `line 3: "H3" is no kind`},
		{"D4", "version: 1\ncolumns:\n  D4:\n    a: b\n", "Write D3"},
		{"an unknown column", "version: 1\ncolumns:\n  H1:\n    Borger: CPR\n", `line 4: "CPR" is not a column of H1`},
		{"an unknown service", "version: 1\nservices:\n  Bad: H9.9\n", `line 3: "H9.9" is not a home-care service`},
		{"an unknown paragraph", "version: 1\nparagraphs:\n  Bad: 9999\n", `line 3: "9999" is not a law paragraph`},
		{"an unknown status", "version: 1\nstatuses:\n  Slut: Slut\n", `line 3: "Slut" is not one of DigiRehab's statuses`},
		{"an unknown reason", "version: 1\nreasons:\n  Slut: Slut\n", `line 3: "Slut" is not a reason`},
		{"a name twice", "version: 1\nservices:\n  Bad: H1.1\n  Bad: H1.1\n", `line 4: "Bad" is in services twice (also on line 3)`},
		{"two spellings that differ", "version: 1\nservices:\n  Bad: H1.1\n  BAD: H1.2\n", `line 4: "BAD" reads like another`},
		{"a name of signs", "version: 1\nservices:\n  \"--\": H1.1\n", "line 3: \"--\" has neither letters nor figures"},
		{"no value", "version: 1\ndate_order:\n", `line 2: date_order has no value`},
		{"an unknown unit", "version: 1\nminutes_are: days\n", "total, per_visit or hours"},
		{"an unknown order", "version: 1\ndate_order: ymd\n", "dmy or mdy"},
		{"a bad pattern", "version: 1\nleave_out: [\"[\"]\n", `line 2: "[" is no pattern`},
		{"no list of files", "version: 1\nleave_out: a.csv\n", "leave_out is no list"},
		{"a bomb of anchors", "version: 1\nservices: &a\n  <<: *a\n", "line"},
		{"too large", "version: 1\n#" + strings.Repeat("x", 2<<20), "larger than a mapping"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseMapping([]byte(c.text))
			var f *FileError
			require.ErrorAs(t, err, &f)
			assert.NotEmpty(t, f.Do)
			assert.Contains(t, err.Error(), c.says)
			assert.Equal(t, rettidig.Invalid, rettidig.KindOf(err))
		})
	}
	_, err := ParseMapping([]byte("services:\n  Bad: H9.9\nfiles: x\n"))
	for _, part := range []string{"H9.9", `"files"`, "version"} {
		assert.ErrorContains(t, err, part, "all that is wrong is told at once")
	}
	_, err = ReadMapping(filepath.Join(t.TempDir(), "none.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzMapping(f *testing.F) {
	example, err := os.ReadFile(filepath.Join("testdata", "mapping.yaml"))
	require.NoError(f, err)
	f.Add(example)
	f.Add([]byte("version: 1\ncolumns: {H1: {a: Ugenummer}}\nservices: &a {b: *a}\n"))
	f.Add([]byte("version: 1\nleave_out: [\"*\"]\n---\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseMapping(b)
		if err != nil {
			var refused *FileError
			require.ErrorAs(t, err, &refused)
			return
		}
		m.leavesOut("a/b")
		o := readText(t, h1Head+anna+",2020-07,7,Rengøring,27,1\n", "a", Options{Key: key, Mapping: m}.filled())
		for _, p := range o.parts {
			n := p.report.Rows
			require.Equal(t, int64(1), n.Read)
		}
	})
}

// What was proposed and taken over without an answer tells nothing, and does not hinder.
func TestANameWithoutAValueIsNotTold(t *testing.T) {
	m := mapping(t, "version: 1\nservices:\n  \"Klippekort\": \"\" # 3 rows\n  Bad:\n  Ren: H1.8\n")
	assert.Equal(t, map[string]string{"ren": "H1.8"}, m.services)
	_, r := fixture{"a.csv": csvOf(tables()[H1], ";")}.readWith(t, Options{Mapping: m})
	assert.Contains(t, r.Warnings, Warning{"mapping-not-told", "names in the mapping without a value; they are read as if they were not in it", 2})
}
