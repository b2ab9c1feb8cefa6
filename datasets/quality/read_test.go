package quality

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	q := troubled(t)
	assert.Equal(t, jsonOf(t, q), jsonOf(t, again(t, q)))
}

func TestADamagedDocumentIsRefused(t *testing.T) {
	good := jsonOf(t, judge(t, town(), townReport(), nil))
	for _, c := range []struct{ name, from, to, says string }{
		{"format", Format, "rettidig-quality/9", "its format is"},
		{"half of it", good[len(good)/2:], "", "no JSON"},
		{"a month twice", `"month": "2021-02"`, `"month": "2021-01"`, "out of order"},
		{"a month far away", `"month": "2021-01"`, `"month": "0001-01"`, "out of order"},
		{"negative rows", `"rows": 1`, `"rows": -1`, "negative"},
		{"an unknown kind", `"kind": "aids"`, `"kind": "wheels"`, "coverage"},
		{"no report", `"extract": {`, `"extracted": {`, "no report"},
		{"sample out of order", `"aids": [`, `"aids": ["zz",`, "sample"},
	} {
		bad := strings.Replace(good, c.from, c.to, 1)
		require.NotEqual(t, good, bad, c.name)
		_, err := Read(strings.NewReader(bad))
		if assert.Error(t, err, c.name) {
			assert.Contains(t, err.Error(), c.says, c.name)
			var e *rettidig.Error
			require.ErrorAs(t, err, &e, c.name)
			assert.Equal(t, rettidig.Invalid, e.Kind, c.name)
		}
	}
}

func TestFieldsOfANewerProgramArePassedOver(t *testing.T) {
	good := jsonOf(t, judge(t, town(), townReport(), nil))
	_, err := Read(strings.NewReader(strings.Replace(good, `"format"`, `"a_later_field": [1], "format"`, 1)))
	assert.NoError(t, err)
}

func FuzzRead(f *testing.F) {
	// Small ones: a document of a hundred kilobytes leaves the fuzzer no time to try anything.
	few := rettidig.History{Citizen: rettidig.Citizen{ID: person(1)}, Aids: []rettidig.Aid{loan("12060601", townFrom, townFrom+40)},
		Services: []rettidig.ServiceWeek{week(townFrom, "H1.1", 60, 3), week(townFrom+35, "X:Klippekort", 60, 3)}}
	r := townReport()
	r.Files = r.Files[1:2]
	r.Files[0].Quarantined = extract.Causes{"id_missing": 900}
	r.Files[0].Series = map[string]map[string]int64{"class:215103": {"2021-01": 3}}
	r.Warnings = []extract.Warning{{Code: "crowded-id", Text: "many", N: 1}}
	now := judge(f, []rettidig.History{few}, r, nil)
	var b bytes.Buffer
	require.NoError(f, now.WriteJSON(&b))
	f.Add(b.Bytes())
	f.Add([]byte(`{"format":"rettidig-quality/1","extract":{"extract_date":"9999-12-31","files":null},"regimes":[{"from":"0000-01","to":"9999-12","expected":"1900-01"}],"returns":{"years":[{"year":-5},{"year":9999}]}}`))
	f.Add([]byte(`{"format":"rettidig-quality/1","extract":{"extract_date":""},"coverage":[{"kind":"care","months":[{"month":"2099-12","rows":9}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		// What is read can be shown, compared with, and written; none of it panics or takes long.
		_ = q.WriteHTML(io.Discard)
		_ = q.WriteText(io.Discard)
		compare(q, now)
		compare(now, q)
		if err := q.WriteJSON(io.Discard); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
	})
}
