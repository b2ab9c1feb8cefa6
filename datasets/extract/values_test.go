package extract

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/rettidig/rettidig"
)

// The standard library's calendar is the slow twin.
func TestEveryDayIsReadInEverySpelling(t *testing.T) {
	for d := firstDay; d < lastDay; d++ {
		at := d.Time()
		for _, layout := range []string{"02-01-2006", "02/01/2006", "02.01.2006", "2006-01-02", "2-1-2006", "2006-01-02T15:04", "2006-01-02 15:04:05", "02-01-2006 15:04"} {
			got, ok := parseDate([]byte(at.Format(layout)))
			if !ok || got != d {
				t.Fatalf("%s read as %v, %v", at.Format(layout), got, ok)
			}
		}
	}
}

func TestWhatIsNoDateIsNotRead(t *testing.T) {
	for _, s := range []string{"", "-", "31-02-2019", "29-02-2019", "31-04-2019", "00-01-2019", "01-00-2019", "01-13-2019", "08/25/2019", "01-01-19", "1-1-201",
		"01-01-20199", "01-01/2019", "01--01-2019", "2019-1", "2019-02-30", "31-12-1949", "01-01-2100", "01-01-2019x", "01-01-2019 x", "x", "1/1", "19-2019-01", "001-01-2019", "43028"} {
		d, ok := parseDate([]byte(s))
		assert.False(t, ok, "%q read as %v", s, d)
	}
}

// excelize converts day numbers on its own.
func TestDayNumbersAreExcels(t *testing.T) {
	for serial := 18264; serial < 73000; serial += 7 {
		for _, c := range []struct {
			epoch int
			late  bool
		}{{excel1900, false}, {excel1904, true}} {
			want, err := excelize.ExcelDateToTime(float64(serial), c.late)
			require.NoError(t, err)
			for _, spelled := range []string{"", ".0", ".75"} {
				got, ok := parseSerial([]byte(strconv.Itoa(serial)+spelled), c.epoch)
				if day := rettidig.DayOfTime(want); day < firstDay || day >= lastDay {
					assert.False(t, ok)
				} else {
					require.True(t, ok, serial)
					require.Equal(t, day, got, serial)
				}
			}
		}
	}
	for _, s := range []string{"", "1", "1000", "2019", "99999", "1e5", "-43028", "43028x", "NaN", "100000", "163957000012"} {
		_, ok := parseSerial([]byte(s), excel1900)
		assert.False(t, ok, s)
	}
}

func TestNumbersAreReadWithCommaOrDot(t *testing.T) {
	for s, want := range map[string]float64{"1,541666667": 1.541666667, "4.69": 4.69, "4": 4, "-3,5": -3.5, "1E2": 100, "+7": 7} {
		got, ok := parseNumber([]byte(s))
		require.True(t, ok, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "x", "NaN", "inf", "0x10", "1_000", "1.000,5", "1,000,5", "1e999", "--1", "1 2"} {
		_, ok := parseNumber([]byte(s))
		assert.False(t, ok, s)
	}
}

func TestAThousandsDotIsSeenInWholeNumbersOnly(t *testing.T) {
	for s, want := range map[string]struct {
		v      float64
		dotted bool
	}{"1.200": {1200, true}, "12.345.678": {12345678, true}, "130": {130, false}, "12,5": {12.5, false}, "0.500": {0.5, false}, "1.20": {1.2, false}, "1234.500": {1234.5, false}, "0": {0, false}} {
		v, dotted, ok := parseWhole([]byte(s))
		require.True(t, ok, s)
		assert.Equal(t, want.v, v, s)
		assert.Equal(t, want.dotted, dotted, s)
	}
}

func TestMojibakeOfAnyDanishTextIsUndone(t *testing.T) {
	alphabet := []rune("abc ÆØÅæøåéäöü-/()§")
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.SampledFrom(alphabet)).Draw(t, "text"))
		got, repaired := repairMojibake(s)
		assert.Equal(t, s, got, "a text that is whole stays")
		assert.False(t, repaired)
		once := mangled(s)
		for _, damaged := range []string{once, mangled(once), asWindows(once), asWindows(mangled(once))} {
			got, repaired = repairMojibake(damaged)
			assert.Equal(t, s, got)
			assert.Equal(t, s != damaged, repaired)
		}
	})
	for damaged, want := range map[string]string{
		"TÃ¸jvask": "Tøjvask", "RengÃ¸ring og tøj": "Rengøring og tøj", "Ã…r uge": "År uge", "Ã˜": "Ø", "Ã†": "Æ", "Ã¸": "ø",
		"Ã": "Ã", "Ã ": "Ã ", "Ãx": "Ãx", "â€“": "–", "SÃ£o": "São",
	} {
		got, _ := repairMojibake(damaged)
		assert.Equal(t, want, got)
	}
}

// asWindows reads the control characters of ISO 8859-1 as the signs that Windows-1252 has in their place.
func asWindows(s string) string {
	var out []rune
	for _, r := range s {
		if r >= 0x80 && r < 0xA0 && cp1252[r-0x80] != 0 {
			r = cp1252[r-0x80]
		}
		out = append(out, r)
	}
	return string(out)
}

func TestTrimTakesBlanksOfBothEncodings(t *testing.T) {
	for in, want := range map[string]string{
		" a b\t\r\n": "a b", "\xA0a\xA0": "a", "\xC2\xA0a\xC2\xA0 ": "a", "": "", " \xA0\t": "", "\xC3\xA0": "\xC3\xA0", "Å\xC2\xA0": "Å", "\xE5\xA0": "\xE5\xA0",
	} {
		assert.Equal(t, want, string(trim([]byte(in))), "%q", in)
	}
}

func TestIDsThatSpreadsheetsDamagedAreMendedOnlyWhenNoDigitIsLost(t *testing.T) {
	for in, want := range map[string]struct{ plain, repair, refused string }{
		"100000000017":      {"100000000017", "", ""},
		"100000000017.0":    {"100000000017", "id_number_format", ""},
		"1.00000000017E+11": {"100000000017", "id_number_format", ""},
		"1,00000000017E+11": {"100000000017", "id_number_format", ""},
		"1.63957E+11":       {"", "", "id_rounded"},
		"1E11":              {"", "", "id_rounded"},
		"1.5":               {"", "", "id_rounded"},
		"10130-0003":        {"010130-0003", "cpr_leading_zero", ""},
		"101300003":         {"0101300003", "cpr_leading_zero", ""},
		"101300003.0":       {"0101300003", "cpr_leading_zero", ""},
		"0101300003":        {"0101300003", "", ""},
	} {
		plain, repair, refused := plainID([]byte(in), false)
		assert.Equal(t, want.plain, string(plain), in)
		assert.Equal(t, want.repair, repair, in)
		assert.Equal(t, want.refused, refused, in)
	}
}

func TestTheRunDateIsFoundInThePreamble(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  rettidig.Day
	}{
		{[]string{"Udtræk hjælpemidler", "Kørt den 03-08-2022"}, day(2022, 8, 3)},
		{[]string{"KÃ¸rt den 3. august 2022"}, day(2022, 8, 3)},
		{[]string{"Kørt den 3. aug. 2022."}, day(2022, 8, 3)},
		{[]string{"Rapportdato: 2022-08-03 14:30"}, day(2022, 8, 3)},
		{[]string{"Periode 01-01-2015 - 31-12-2023", "Dannet 03/08/2022 kl. 9.15"}, day(2022, 8, 3)},
		{[]string{"Periode 01-01-2015 - 31-07-2022"}, day(2022, 7, 31)},
		{[]string{"Udtræk"}, rettidig.NoDay},
		{nil, rettidig.NoDay},
	} {
		assert.Equal(t, c.want, preamble{c.lines}.date(), "%q", c.lines)
	}
}

func TestTheCenturyOfABirthYearIsTheOneThatFits(t *testing.T) {
	at := day(2022, 8, 3)
	for _, c := range []struct {
		year, want int
		ok         bool
	}{{24, 1924, true}, {12, 1912, true}, {11, 0, false}, {5, 0, false}, {4, 2004, true}, {0, 2000, true}, {99, 1999, true}, {1929, 1929, true}, {1899, 0, false}, {2019, 0, false}} {
		got, ok := fullYear(c.year, at)
		assert.Equal(t, c.ok, ok, c.year)
		assert.Equal(t, c.want, got*b2i(ok), c.year)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestColumnLettersAreExcels(t *testing.T) {
	for n := 1; n <= mostColumns; n += 17 {
		name, err := excelize.ColumnNumberToName(n)
		require.NoError(t, err)
		assert.Equal(t, n-1, columnOf(name+"12"))
	}
	assert.Equal(t, -1, columnOf(""))
	assert.Equal(t, -1, columnOf("12"))
}

func TestFoldIgnoresCaseBlanksAndHowLettersAreWritten(t *testing.T) {
	for _, s := range []string{"Leveret tid (minutter)", "LEVERET TID(MINUTTER)", " leveret\ttid minutter"} {
		assert.Equal(t, "leverettidminutter", fold(s))
	}
	for _, s := range []string{"År uge", "Ã…r uge", "AAR UGE", "år_uge"} {
		assert.Equal(t, "aaruge", fold(s))
	}
}
