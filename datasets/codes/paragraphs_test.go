package codes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

func TestParagraphsAreReadHoweverSpelled(t *testing.T) {
	for raw, want := range map[string]string{
		"112": "112", "112.0": "112", "112,0": "112", "§112": "112", "SEL §112": "112", " sel § 112 ": "112", "Serviceloven §112": "112",
		"§ 112, stk. 1": "112", "97": "97", "113": "113", "114.0": "114", "116": "116", "apv": "APV", "APV": "APV",
		"83a": "83a", "83A": "83a", "§83 a": "83a", "83": "83", "86": "86", "86,2": "86", "SEL §86, stk. 1": "86", "SUL §138": "138", "140": "140",
		"Hoftepakke": "Hoftepakke", "HOFTEPAKKE": "Hoftepakke", "\u00a0112": "112",
	} {
		got, ok, isISO := codes.ParagraphByName(raw)
		assert.True(t, ok, raw)
		assert.False(t, isISO, raw)
		assert.Equal(t, want, got, raw)
	}
	got, ok, _ := codes.ParagraphByName("  ")
	assert.True(t, ok, "blank is no paragraph and no error")
	assert.Empty(t, got)
}

func TestAnISOClassInTheParagraphsColumnIsFound(t *testing.T) {
	for raw, want := range map[string]string{"12060609": "12060609", "120606": "120606", "9330701": "09330701", "12 06 06": "120606", "222718.0": "222718"} {
		got, ok, isISO := codes.ParagraphByName(raw)
		assert.True(t, isISO, raw)
		assert.False(t, ok, raw)
		assert.Equal(t, want, got, raw)
	}
	for _, raw := range []string{"1120", "12060", "20150101", "99887766", "112 APV", "11.2", "112abc", "1138", "8", "860", "ukendt"} {
		_, ok, isISO := codes.ParagraphByName(raw)
		assert.False(t, ok, raw)
		assert.False(t, isISO, raw)
	}
}

func TestParagraphsAreSortedNamedAndDated(t *testing.T) {
	all := codes.Paragraphs()
	assert.True(t, slices.IsSortedFunc(all, func(a, b codes.Paragraph) int { return strings.Compare(a.Code, b.Code) }))
	for _, p := range all {
		assert.NotEmpty(t, p.DA, p.Code)
		assert.NotEqual(t, p.DA, p.EN, p.Code)
		found, ok := codes.ParagraphOf(p.Code)
		assert.True(t, ok)
		assert.Equal(t, p, found)
		name, ok, _ := codes.ParagraphByName(p.Code)
		assert.True(t, ok, p.Code)
		assert.Equal(t, p.Code, name)
	}
	_, ok := codes.ParagraphOf("998")
	assert.False(t, ok)
}

func TestNinetySevenEndsTheDayOneHundredAndTwelveBegins(t *testing.T) {
	last, first := rettidig.DayOf(2006, 12, 31), rettidig.DayOf(2007, 1, 1)
	old, _ := codes.ParagraphOf("97")
	today, _ := codes.ParagraphOf("112")
	assert.True(t, old.Valid(last))
	assert.False(t, old.Valid(first))
	assert.False(t, today.Valid(last))
	assert.True(t, today.Valid(first))
	hip, _ := codes.ParagraphOf("Hoftepakke")
	assert.True(t, hip.Valid(rettidig.DayOf(2011, 6, 1)))
	assert.False(t, hip.Valid(rettidig.DayOf(2012, 1, 1)))
	rehab, _ := codes.ParagraphOf("83a")
	assert.False(t, rehab.Valid(rettidig.DayOf(2014, 12, 31)))
}
