package extract

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/rettidig/rettidig"
)

// BorgerIDs of nobody.
const (
	borger1 = "100000000017"
	borger2 = "100000000025"
)

const (
	a2Head = "BorgerID,HJAELPEMIDDELHMINUMMER,HJAELPEMIDDEL HMINAVN,HJAELPEMIDDELISOKLASSE,HJAELPEMIDDELSERIENUMMER,LOV PARAGRAF NAVN,UDLEVERINGS DATO,INDLEVERINGS DATO,PRIS\n"
	h2Head = "BorgerID;Køn;Født;År;Kalender Uge Nr;Ydelse;Leveret Tid (min);Antal leverede ydelser\n"
)

// By hand, from the description of the format: which dots were eaten, which paragraphs are none.
func TestA2IsReadWithTheVendorsDirt(t *testing.T) {
	b := borger1 + ","
	facts, r := fixture{"hu.csv": a2Head +
		b + "21.97,Rollator,12060609,021970-000015,112,14-01-2002,,4.69\n" + // 21.970 by its serial number, 4.690 kr
		b + "15.975,Badetaburet,9330701,,§ 112,15-01-2002,20-01-2002,738\n" + // zero lost; no serial number
		b + "21970,Rollator,12060609,021970-000016,112.0,14-01-2002,,4690\n" + // another of the same, the same day
		b + "21970,Rollator,12060609,021970-000016,112,14-01-2002,,4690\n" + // the same again
		b + "899999,Diverse,12060609,,113,16-01-2002,,\n" +
		b + "899.999,Diverse,12060609,,113,16-01-2002,,\n" +
		b + "1,Diverse,12060609,899999-000001,113,16-01-2002,,\n" +
		b + "21970,Nødkald,21510301,,9330701,17-01-2018,,10.920\n" + // a class typed as the paragraph
		b + "21970,Seng,18121030,, apv ,18-01-2018,,\n" +
		b + "21970,Seng,18121030,,vistnok 112,19-01-2018,,-1\n" +
		b + "21970,Seng,18121030,,Hoftepakke,43028,,\"12,5\"\n"}.read(t)
	loan := func(iso, law string, lent, returned rettidig.Day, price float32) rettidig.Row[rettidig.Aid] {
		return rettidig.Row[rettidig.Aid]{Fact: rettidig.Aid{ISO: iso, Paragraph: law, Lent: lent, Returned: returned, KnownLent: lent, KnownReturned: returned, Price: price}}
	}
	assert.ElementsMatch(t, []rettidig.Row[rettidig.Aid]{
		loan("12060609", "112", day(2002, 1, 14), rettidig.NoDay, 4690),
		loan("12060609", "112", day(2002, 1, 14), rettidig.NoDay, 4690),
		loan("09330701", "112", day(2002, 1, 15), day(2002, 1, 20), 738),
		loan("21510301", "", day(2018, 1, 17), rettidig.NoDay, 10920),
		loan("18121030", "APV", day(2018, 1, 18), rettidig.NoDay, 0),
		loan("18121030", "", day(2018, 1, 19), rettidig.NoDay, 0),
		loan("18121030", "Hoftepakke", day(2017, 10, 20), rettidig.NoDay, 12500),
	}, facts.Aids)
	f := r.Files[0]
	assert.Equal(t, A2, f.Kind)
	assert.Equal(t, Causes{"hmi_misc": 3}, f.Dropped)
	assert.Equal(t, Causes{"duplicate": 1}, f.Merged)
	assert.Equal(t, Causes{"hmi_from_serial": 2, "thousands_dot": 5, "iso_leading_zero": 1, "paragraph_is_iso": 1, "date_excel_number": 1}, f.Repairs)
	assert.Equal(t, Causes{"class_of_older_edition": 1, "paragraph_unknown": 1, "price_unreadable": 1}, f.Notes)
	assert.Equal(t, []NameCount{{"vistnok 112", 1}}, r.Unknown.Paragraphs)
	assert.Equal(t, map[string]map[string]int64{
		"paragraph:112": {"2002-01": 4}, "paragraph:iso": {"2018-01": 1}, "paragraph:APV": {"2018-01": 1}, "paragraph:unknown": {"2018-01": 1},
		"paragraph:Hoftepakke": {"2017-10": 1}, "class:215103": {"2018-01": 1}, "class:093307": {"2002-01": 1},
	}, f.Series)
	assert.Equal(t, []string{"HJAELPEMIDDEL HMINAVN"}, f.Unread)
	assert.Contains(t, f.Mapping, ColumnUse{"UDLEVERINGSDATO", "UDLEVERINGS DATO", "name"})
}

func TestA2ComesAsAWorkbookWithLineBreaksInItsHeader(t *testing.T) {
	facts, r := fixture{"hu.xlsx": xlsx(t, [][]any{
		{"BorgerID", "HJAELPEMIDDEL\nHMINUMMER", "HJAELPEMIDDEL HMINAVN", "HJAELPEMIDDEL ISO\r\nKLASSE", "HJAELPEMIDDELSERIENUMMER", "LOV PARAGRAF\nNAVN", "UDLEVERINGS DATO", "INDLEVERINGS DATO", "PRIS"},
		{100000000017, 21.97, "Rollator & kurv", 12060609, "021970-000015", 112, day(2002, 1, 14).Time(), 43028, 4.69},
		{1.00000000025e11, 1.16, "Stol", 9330701, nil, nil, 37270, nil, 738},
	})}.read(t)
	assert.Equal(t, []rettidig.Row[rettidig.Aid]{
		{Citizen: 0, Fact: facts.Aids[0].Fact}, {Citizen: 1, Fact: facts.Aids[1].Fact}}, facts.Aids)
	byID := map[rettidig.CitizenID]rettidig.Aid{}
	for _, a := range facts.Aids {
		byID[facts.Citizens[a.Citizen].ID] = a.Fact
	}
	assert.Equal(t, rettidig.Aid{ISO: "12060609", Paragraph: "112", Lent: day(2002, 1, 14), Returned: day(2017, 10, 20), KnownLent: day(2002, 1, 14),
		KnownReturned: day(2017, 10, 20), Price: 4690}, byID[key.OfBorgerID(borger1)])
	assert.Equal(t, rettidig.Aid{ISO: "09330701", Lent: day(2002, 1, 14), Returned: rettidig.NoDay, KnownLent: day(2002, 1, 14),
		KnownReturned: rettidig.NoDay, Price: 738}, byID[key.OfBorgerID(borger2)])
	assert.Equal(t, Causes{"hmi_from_serial": 1, "thousands_dot": 2, "iso_leading_zero": 1}, r.Files[0].Repairs, "a day number in a workbook is no repair")
}

func TestH2IsReadWithSexAndBirthYear(t *testing.T) {
	facts, r := fixture{"hh.csv": latin1(h2Head + borger1 + ";Kvinde;24;2020;7;Rengøring (FSIII);27;1\n" + borger1 + ";Kvinde;24;2020;8;Hundeluftning;30;1\n" +
		borger2 + ";Mand;12;2020;53;Tøjvask;20;2\n;Mand;12;2020;53;Tøjvask;20;2\n")}.read(t)
	require.Len(t, facts.Citizens, 2)
	for _, c := range facts.Citizens {
		if c.ID == key.OfBorgerID(borger1) {
			assert.Equal(t, rettidig.Citizen{ID: c.ID, Sex: rettidig.Female, Birth: day(1924, 7, 1), BirthYear: true}, c)
		} else {
			assert.Equal(t, rettidig.Citizen{ID: c.ID, Sex: rettidig.Male, Birth: day(1912, 7, 1), BirthYear: true}, c)
		}
	}
	f := r.Files[0]
	assert.Equal(t, H2, f.Kind)
	assert.Equal(t, Windows1252, f.Encoding)
	assert.Equal(t, Causes{"birth_year_two_digits": 3, "birth_year_ambiguous": 1, "service_unknown": 1}, f.Notes, "1912 and 2012 both are living ages in 2021")
	assert.Equal(t, Causes{"id_missing": 1}, f.Quarantined)
	assert.Equal(t, []NameCount{{"Hundeluftning", 1}}, r.Unknown.Services)
	assert.Equal(t, map[string]map[string]int64{"service:fsiii_suffix": {"2020-02": 1}, "service:no_suffix": {"2020-02": 1, "2020-12": 1}, "service:unknown": {"2020-02": 1}}, f.Series)
}

func TestHoursAreMinutes(t *testing.T) {
	facts, _ := fixture{"a": strings.ReplaceAll(h1Head, ",", ";") + anna + ";2020-07;7;Rengøring;0,75;1\n" + anna + ";2020-08;8;Rengøring;1.500;1\n"}.readWith(t, Options{MinutesAre: Hours})
	assert.Equal(t, float32(45), facts.Services[0].Fact.Minutes)
	assert.Equal(t, float32(90), facts.Services[1].Fact.Minutes)
}

// A list of classes has no header, and takes no loan away.
func TestAClassOutsideTheDeliveredListIsNotedAndKept(t *testing.T) {
	aids := a1Head + jens + ",12060609,14-02-2019,\n" + jens + ",09330701,14-02-2019,\n" + jens + ",120606,15-02-2019,\n" + jens + ",18121030,15-02-2019,\n"
	list := "12060609,40,\"Rollatorer, fire hjul\",x,y\n9330701,12,Badetaburetter\n1812,3,Senge\n093312,3,Bruselejer\n"
	for name, text := range map[string]string{"isoall.txt": latin1(list), "iso.csv": strings.ReplaceAll(strings.ReplaceAll(list, "\"Rollatorer, fire hjul\"", "Rollatorer"), ",", ";"),
		"iso.xlsx": xlsx(t, [][]any{{12060609, 40, "Rollatorer"}, {9330701, 12, "Badetaburetter"}, {1812, 3, "Senge"}, {"093312", 3, "Bruselejer"}})} {
		t.Run(name, func(t *testing.T) {
			facts, r := fixture{"aids.csv": aids, name: text}.read(t)
			assert.Len(t, facts.Aids, 4)
			require.Len(t, r.Files, 2)
			assert.Equal(t, Causes{"iso_class_not_listed": 1}, r.Files[0].Notes, "18 12 10 30; 12 06 06 stands for those below it")
			assert.Equal(t, A3, r.Files[1].Kind)
			assert.Equal(t, Rows{Read: 4, Merged: 3, Dropped: 1}, r.Files[1].Rows)
			assert.Equal(t, int64(1), warnings(r)["classes-not-listed"])
		})
	}
	_, r := fixture{"aids.csv": aids}.read(t)
	assert.Empty(t, r.Files[0].Notes, "without a list nothing is outside it")
}

func TestAListOfCitizensInSixSheetsTellsSexAndBirthYear(t *testing.T) {
	f := excelize.NewFile()
	for i := range 6 {
		sheet := fmt.Sprint(i)
		_, err := f.NewSheet(sheet)
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow(sheet, "A1", &[]any{nil, "BorgerID", "Gender", "Birth Year"}))
		require.NoError(t, f.SetSheetRow(sheet, "A2", &[]any{0, 100000000017 + i*8, "Kvinde", 30 + i}))
	}
	require.NoError(t, f.DeleteSheet("Sheet1"))
	buf, err := f.WriteToBuffer()
	require.NoError(t, err)
	facts, r := fixture{"citizens.xlsx": buf.String(), "hu.csv": a2Head + borger2 + ",1,x,12060609,,112,14-01-2002,,1\n"}.read(t)
	require.Len(t, r.Files, 7)
	assert.Equal(t, []rettidig.Citizen{{ID: key.OfBorgerID(borger2), Sex: rettidig.Female, Birth: day(1931, 7, 1), BirthYear: true}}, facts.Citizens,
		"a citizen without a fact is none")
	assert.Equal(t, Causes{"citizen_told": 1}, r.Files[1].Merged)
}

// A file of DigiRehab that lacks a column must not pass for a list of citizens.
func TestATableThatLacksAColumnIsNoListOfCitizens(t *testing.T) {
	err := fixture{"a": strings.Replace(d2Head, "Status", "Tilstand", 1)}.fails(t, Options{})
	assert.Equal(t, "column-missing", refused(t, err).Code)
}

func TestWhatIsRegisteredLateIsKnownLate(t *testing.T) {
	head := strings.Replace(a1Head, "\n", ",Registreringsdato\n", 1)
	facts, r := fixture{"a": head + jens + ",12060609,14-02-2019,,21-02-2019\n" + jens + ",12060609,15-02-2019,16-02-2019,23-02-2019\n" +
		jens + ",12060609,16-02-2019,,\n" + jens + ",12060609,17-02-2019,,snart\n"}.read(t)
	var known []rettidig.Day
	for _, a := range facts.Aids {
		known = append(known, a.Fact.KnownLent)
	}
	assert.Equal(t, []rettidig.Day{day(2019, 2, 21), day(2019, 2, 23), day(2019, 2, 16), day(2019, 2, 17)}, known)
	assert.Equal(t, day(2019, 2, 23), facts.Aids[1].Fact.KnownReturned, "nobody knew of the loan before")
	assert.Equal(t, Causes{"known_late": 1, "registered_unreadable": 1}, r.Files[0].Notes)
}

func TestASecondPatientIDIsNoted(t *testing.T) {
	_, r := fixture{"a": d2Head + "1," + borger1 + ",,,20-10-2017,Active,\n2," + borger1 + ",,,21-10-2018,Active,\n2," + borger2 + ",,,21-10-2018,Active,\n"}.read(t)
	assert.Equal(t, Causes{"patient_second_id": 1}, r.Files[0].Notes)
	assert.Equal(t, []string{"Ratingcomment"}, r.Files[0].Unread)
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.String()
}

// However a delivery is packed, it tells the same.
func TestPackedFilesTellTheSame(t *testing.T) {
	aids, care := a1Top+jens+",12060609,14-02-2019,\n", latin1(h1Top+anna+",2020-07,7,Rengøring,27,1\n")
	want, plain := fixture{"aids.csv": aids, "care.csv": care}.read(t)
	for name, f := range map[string]fixture{
		"gzip":              {"aids.csv.gz": gzipped(t, aids), "care": gzipped(t, care)},
		"zip":               {"all.zip": zipped(t, map[string]string{"2022/aids.csv": aids, "2022/care.csv": care, "2022/README.md": "x", "__MACOSX/2022/._aids.csv": "x"})},
		"gzip in zip":       {"all.zip": zipped(t, map[string]string{"aids.csv.gz": gzipped(t, aids), "care.csv": care})},
		"zip in zip":        {"all.zip": zipped(t, map[string]string{"aids.zip": zipped(t, map[string]string{"aids.csv": aids}), "care.csv": care})},
		"zip in gzip":       {"all.zip.gz": gzipped(t, zipped(t, map[string]string{"aids.csv": aids, "care.csv": care}))},
		"a workbook in zip": {"all.zip": zipped(t, map[string]string{"aids.csv": aids, "care.xlsx": careBook(t)})},
	} {
		t.Run(name, func(t *testing.T) {
			got, r := f.read(t)
			assert.Equal(t, want, got)
			assert.Equal(t, plain.Rows, r.Rows)
			if name == "zip" {
				assert.Equal(t, "all.zip/2022/aids.csv", r.Files[0].Name)
				assert.Equal(t, "2022/aids.csv", r.Files[0].Member)
				assert.Equal(t, plain.Files[0].SHA256, r.Files[0].SHA256, "a member is known by what it holds")
				assert.Equal(t, []Ignored{{"all.zip/2022/README.md", "by its ending no extract; rename it to .csv if it is one"},
					{"all.zip/__MACOSX/2022/._aids.csv", "hidden, or a program's own"}}, r.Ignored)
			}
		})
	}
}

func careBook(t testing.TB) string {
	return xlsx(t, [][]any{{"Udtræk hjemmehjælp"}, {"Kørt den 03-08-2022"},
		{"Personnummer", "År uge", "Ugenummer", "Ydelse navn", "Leveret tid (minutter)", "Antal ydelser"}, {anna, "2020-07", 7, "Rengøring", 27, 1}})
}

func TestBadArchivesAreRefusedWithWhereAndWhatToDo(t *testing.T) {
	aids := a1Head + jens + ",12060609,14-02-2019,\n"
	whole := zipped(t, map[string]string{"aids.csv": aids})
	flags := []byte(whole)
	flags[6] |= 1
	flags[bytes.Index(flags, []byte("PK\x01\x02"))+8] |= 1
	method := []byte(whole)
	method[8] = 12
	method[bytes.Index(method, []byte("PK\x01\x02"))+10] = 12
	packed := gzipped(t, aids)
	flipped := []byte(gzipped(t, strings.Repeat(aids, 1)))
	flipped[len(flipped)-6] ^= 1 // its checksum
	zeros := bomb(t)
	for _, c := range []struct{ name, text, file, code, says string }{
		{"a zip cut in half", whole[:len(whole)/2], "bad", "archive-damaged", "truncated or damaged"},
		{"a zip with a password", string(flags), "bad/aids.csv", "archive-encrypted", "password"},
		{"a zip of a strange method", string(method), "bad/aids.csv", "archive-damaged", "method 12"},
		{"an empty zip", zipped(t, nil), "bad", "empty-file", "empty"},
		{"a zip of something else", zipped(t, map[string]string{"readme": "x"}), "bad/readme", "unknown-kind", "no header"},
		{"a zip of a workbook that is none", zipped(t, map[string]string{"a.xlsx": "x"}), "bad/a.xlsx", "unknown-kind", "no header"},
		{"a gzip cut in half", packed[:len(packed)/2], "bad", "archive-damaged", "truncated or damaged"},
		{"a gzip with a wrong checksum", string(flipped), "bad", "archive-damaged", "checksum"},
		{"a gzip of nothing", gzipped(t, ""), "bad", "empty-file", "empty"},
		{"a bomb", zeros, "bad", "archive-too-large", "unpacks to far more"},
		{"a bomb in a zip", zipped(t, map[string]string{"x.gz": zeros}), "bad/x.gz", "archive-too-large", "unpacks to far more"},
		{"archives three deep", gzipped(t, gzipped(t, gzipped(t, aids))), "bad", "archive-nested", "in an archive"},
		{"a 7z archive", "7z\xBC\xAF\x27\x1C\x00\x04", "bad", "unknown-kind", "7z"},
		{"an OpenDocument sheet", ods(t), "bad", "unknown-kind", "OpenDocument"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := fixture{"bad": c.text, "good.csv": aids}.fails(t, Options{})
			f := refused(t, err)
			assert.Equal(t, c.file, f.File)
			assert.Equal(t, c.code, f.Code)
			assert.Contains(t, err.Error(), c.says)
			assert.NotContains(t, err.Error(), jens[:6], "no message shows a number")
		})
	}
}

// bomb is a table of blank lines, packed to a thousandth.
func bomb(t testing.TB) string {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	require.NoError(t, err)
	_, err = z.Write([]byte(a1Head))
	require.NoError(t, err)
	blank := bytes.Repeat(append(bytes.Repeat([]byte(" "), 1023), '\n'), 1<<10)
	for range 65 {
		_, err = z.Write(blank)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
}

func ods(t testing.TB) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "mimetype", Method: zip.Store})
	require.NoError(t, err)
	_, err = w.Write([]byte("application/vnd.oasis.opendocument.spreadsheet"))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.String()
}

func TestNamesAreShownWithoutNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"Rengøring\n  hver uge": "Rengøring hver uge", "Bad 030338-1239 x": "Bad [number] x", "0 3 0 3 3 8 1 2 3 9": "[number]",
		"303381239": "[number]", "030338 1AB9": "[number]", "12060609": "12060609", "RengÃ¸ring": "Rengøring", strings.Repeat("x", 90): strings.Repeat("x", 80) + "…",
	} {
		assert.Equal(t, want, shown(in))
	}
}

// However a table is written, packed and spelled, it tells the same.
func TestEveryKindInEveryFormTellsTheSame(t *testing.T) {
	for k, rows := range tables() {
		plain := fixture{"a": csvOf(rows, ";")}
		if k == A4 { // a citizen without a fact is none
			plain["b"] = a2Head + borgers(60)[3] + ",1,x,12060609,,112,14-01-2002,,1\n"
		}
		want, wantReport := plain.read(t)
		titles := func(change func(i int, title string) string) [][]string {
			out := append([][]string{make([]string, len(rows[0]))}, rows[1:]...)
			for i, title := range rows[0] {
				out[0][i] = change(i, title)
			}
			return out
		}
		indexed := [][]string{}
		for i, r := range rows {
			first := fmt.Sprint(i)
			if i == 0 {
				first = ""
			}
			indexed = append(indexed, append([]string{first}, r...))
		}
		above := [][]string{{"Udtræk"}, {}, {"Side 1"}}
		shout := titles(func(_ int, title string) string { return strings.ToUpper(title) })
		for form, text := range map[string]string{
			"tabs and Windows-1252": latin1(csvOf(rows, "\t")),
			"an index column":       csvOf(indexed, ";"),
			"shouted titles":        csvOf(shout, ";"),
			"mangled titles":        csvOf(titles(func(_ int, title string) string { return mangled(title) }), ";"),
			"titles with blanks":    csvOf(titles(func(_ int, title string) string { return " " + strings.ReplaceAll(title, "e", " e") + " " }), ";"),
			"titles on two lines":   csvOf(titles(func(_ int, title string) string { return "\"" + strings.Replace(title, "e", "e\n", 1) + "\"" }), ";"),
			"header on line 4":      "Udtræk;\n\nSide 1;\n" + csvOf(rows, ";") + "\n\n;;\n",
			"gzip":                  gzipped(t, csvOf(rows, ";")),
			"ZIP":                   zipped(t, map[string]string{"folder/a.tsv": csvOf(rows, "\t")}),
			"XLSX":                  xlsx(t, cells(rows)),
			"XLSX, header below":    xlsx(t, cells(append(above, indexed...))),
			"XLSX in ZIP":           zipped(t, map[string]string{"a.xlsx": xlsx(t, cells(rows))}),
			"XLSX, three sheets":    sheets(t, [][]string{{"Pivot", "Sum"}, {"x", "1"}}, rows, nil),
			"XLSX, inline texts":    inlined(t, rows),
		} {
			t.Run(string(k)+" as "+form, func(t *testing.T) {
				f := maps.Clone(plain)
				f["a"] = text
				got, r := f.read(t)
				assert.True(t, bare(t, want) == bare(t, got), "the facts differ")
				blank := int64(0)
				if form == "header on line 4" {
					blank = 1
				}
				assert.Equal(t, wantReport.Rows.Read+blank, r.Rows.Read)
				assert.Equal(t, wantReport.Rows.Kept+wantReport.Rows.Repaired, r.Rows.Kept+r.Rows.Repaired)
			})
		}
	}
}

// cells makes numbers and days of what a spreadsheet would make numbers and days of.
func cells(rows [][]string) [][]any {
	out := make([][]any, len(rows))
	for i, r := range rows {
		for _, c := range r {
			var v any = c
			if n, err := strconv.ParseFloat(c, 64); err == nil {
				v = n
			}
			if d, ok := parseDate([]byte(c)); ok {
				v = d.Time()
			}
			if c == "" {
				v = nil
			}
			out[i] = append(out[i], v)
		}
	}
	return out
}

func sheets(t testing.TB, tables ...[][]string) string {
	t.Helper()
	f := excelize.NewFile()
	for i, rows := range tables {
		name := fmt.Sprint("Ark", i)
		_, err := f.NewSheet(name)
		require.NoError(t, err)
		for j, row := range cells(rows) {
			require.NoError(t, f.SetSheetRow(name, fmt.Sprint("A", j+1), &row))
		}
	}
	buf, err := f.WriteToBuffer()
	require.NoError(t, err)
	return buf.String()
}

// inlined is a workbook as databases write it: no shared texts, no cell references.
func inlined(t testing.TB, rows [][]string) string {
	var b strings.Builder
	b.WriteString("<worksheet><sheetData>")
	for _, r := range rows {
		b.WriteString("<row>")
		for _, c := range r {
			b.WriteString(`<c t="inlineStr"><is><t>`)
			require.NoError(t, xml.EscapeText(&b, []byte(c)))
			b.WriteString("</t></is></c>")
		}
		b.WriteString("</row>")
	}
	b.WriteString("</sheetData></worksheet>")
	return book(t, b.String(), "<sst/>")
}

// FuzzWorkbook: a whole zip around any sheet and any shared texts.
func FuzzWorkbook(f *testing.F) {
	head := `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>ChangeDate</t></is></c><c r="C1" t="str"><v>Status</v></c></row>`
	f.Add([]byte(head+`<row r="2"><c r="A2"><v>1.00000000017E11</v></c><c r="B2"><v>43028.5</v></c><c r="C2" t="str"><v>Active</v></c></row></sheetData></worksheet>`), []byte(`<sst><si><t>BorgerID</t></si></sst>`))
	f.Add([]byte(head+`<row r="900000"><c r="XFD2"><v>1</v></c></row></sheetData></worksheet>`), []byte(`<sst><si><r><t>Borger</t></r><rPh><t>x</t></rPh><r><t>ID</t></r></si></sst>`))
	f.Add([]byte(head+`<row><c t="s"><v>9</v></c></row>`), []byte(`<sst><si>`))
	f.Add([]byte(`<worksheet><sheetData><row><c><v>12060609</v></c><c><v>4</v></c><c t="str"><v>Rollator</v></c></row></sheetData></worksheet>`), []byte(``))
	f.Fuzz(func(t *testing.T, sheet, shared []byte) {
		endsWell(t, book(t, string(sheet), string(shared)))
	})
}

// FuzzArchive: any bytes as a member of a ZIP and of a gzip, and any bytes behind the beginning of either.
func FuzzArchive(f *testing.F) {
	aids := a1Head + jens + ",12060609,14-02-2019,\n"
	whole := zipped(f, map[string]string{"a.csv": aids, "b/c.txt": "x"})
	for _, seed := range []string{aids, whole, gzipped(f, aids), gzipped(f, whole), careBook(f), whole[:len(whole)-30], gzipped(f, aids)[:40], ods(f)} {
		f.Add([]byte(seed), uint8(0))
		f.Add([]byte(seed), uint8(1))
		f.Add([]byte(seed), uint8(2))
	}
	f.Fuzz(func(t *testing.T, b []byte, form uint8) {
		switch form % 5 {
		case 0:
			endsWell(t, string(b))
		case 1:
			endsWell(t, zipped(t, map[string]string{"a.csv": string(b)}))
		case 2:
			endsWell(t, gzipped(t, string(b)))
		case 3:
			endsWell(t, "PK\x03\x04"+string(b))
		default:
			endsWell(t, "\x1F\x8B\x08"+string(b))
		}
	})
}

// endsWell reads a file whatever it is: every row has a fate, or the file is refused with where and what to do.
func endsWell(t *testing.T, text string) {
	opt := Options{Key: key, MaxLine: 1 << 12, MaxWorkbook: 1 << 20, MaxBytes: 1 << 20, Workers: 1}
	dir := fixture{"a": text}.write(t)
	_, r, err := ReadDir(context.Background(), dir, opt)
	var f *FileError
	switch {
	case errors.As(err, &f):
		require.NotEmpty(t, f.Do)
		require.NotEmpty(t, f.File)
	case err != nil: // an archive of nothing but what is never read
		require.ErrorContains(t, err, "holds no extract")
	}
	if r != nil && r.Files != nil {
		for _, f := range r.Files {
			n := f.Rows
			require.Equal(t, n.Read, n.Kept+n.Repaired+n.Merged+n.Dropped+n.Quarantined)
		}
	}
}
