package extract

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/rettidig/rettidig"
)

// refused asks for the one FileError in err.
func refused(t testing.TB, err error) *FileError {
	t.Helper()
	var f *FileError
	require.ErrorAs(t, err, &f)
	assert.Equal(t, rettidig.Invalid, rettidig.KindOf(err))
	assert.NotEmpty(t, f.Do)
	assert.NotEmpty(t, f.File)
	assert.Contains(t, err.Error(), f.File)
	return f
}

func TestBadFilesAreRefusedWithWhereAndWhatToDo(t *testing.T) {
	good := jens + ",12060609,14-02-2019,\n"
	workbook := xlsx(t, [][]any{{"Personnummer", "Kategori ISO nummer", "Leveret dato", "Returneret dato"}, {jens, "12060609", "14-02-2019", nil}})
	for _, c := range []struct {
		name, text, code string
		line             int
		says             string
	}{
		{"an empty file", "", "empty-file", 0, "empty"},
		{"only blank lines", "\n \n\t\n", "empty-file", 0, "blank lines"},
		{"a BOM and nothing else", "\xEF\xBB\xBF", "empty-file", 0, "blank lines"},
		{"a table of another kind", "name,price\nrollator,738\n", "unknown-kind", 0, "no header of a known kind"},
		{"a table without its header", strings.Repeat(good, 20), "unknown-kind", 0, "no header of a known kind"},
		{"a header too far down", strings.Repeat("x\n", 10) + a1Head + good, "unknown-kind", 0, "first 10 lines"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary-file", 3, "NUL"},
		{"a PDF", "%PDF-1.7\n", "unknown-kind", 0, "PDF"},
		{"an old Excel file", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "unknown-kind", 0, "XLSX without a password"},
		{"UTF-16", "\xFF\xFEP\x00e\x00", "unknown-kind", 0, "UTF-16"},
		{"zeros", strings.Repeat("\x00", 1<<20), "binary-file", 1, "NUL"},
		{"zeros below the header", a1Head + strings.Repeat("\x00", 1<<20), "binary-file", 2, "NUL"},
		{"the digit zero without end", strings.Repeat("0", 3<<20), "line-too-long", 1, "longer than 1048576 bytes"},
		{"a long line below the header", a1Head + strings.Repeat("0", 3<<20), "line-too-long", 2, "longer than"},
		{"bars between columns", strings.ReplaceAll(a1Head+good, ",", "|"), "wrong-separator", 1, `separated by "|"`},
		{"semicolons below a header with commas", a1Head + good + strings.ReplaceAll(good, ",", ";"), "mixed-separator", 3, "separated by semicolon, the header by comma"},
		{"a missing column", "a\n" + strings.ReplaceAll(a1Head, "Leveret dato,", "") + good, "column-missing", 2, `lacks the column "Leveret dato"`},
		{"a column twice", strings.ReplaceAll(a1Head, "\n", ",Leveret dato\n") + good, "column-twice", 1, "twice"},
		{"a quotation mark that never ends", a1Head + good + "\"" + good + good, "quote-unclosed", 3, "never closed"},
		{"a workbook cut in half", workbook[:len(workbook)/2], "workbook-damaged", 0, "truncated or damaged"},
		{"a workbook without its last byte", workbook[:len(workbook)-1], "workbook-damaged", 0, "truncated or damaged"},
		{"a workbook of another kind", xlsx(t, [][]any{{"name", "price"}, {"rollator", 738}}), "unknown-kind", 0, "no header of a known kind"},
		{"an empty workbook", xlsx(t, nil), "unknown-kind", 0, "no header of a known kind"},
		{"a workbook with a missing column", xlsx(t, [][]any{{"BorgerID", "RatingDate", "Ratingcomment"}}), "column-missing", 1, `"Ratingscore"`},
		{"every row quarantined", a1Head + strings.Replace(good, "1206", "9906", 1), "too-many-quarantined", 0, "first on line 2, column Kategori ISO nummer"},
		{"a third quarantined", a1Head + strings.Repeat(good+good+"0"+good, 20), "too-many-quarantined", 0, "20 of 60 rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := fixture{"bad": c.text, "good.csv": a1Head + good}.fails(t, Options{})
			f := refused(t, err)
			assert.Equal(t, "bad", f.File)
			assert.Equal(t, c.code, f.Code)
			assert.Equal(t, c.line, f.Line)
			assert.Contains(t, err.Error(), c.says)
			assert.NotContains(t, err.Error(), jens[:6], "no message shows a number")
		})
	}
}

func TestAFewBadRowsDoNotRefuseAFile(t *testing.T) {
	good := jens + ",12060609,14-02-2019,\n"
	_, r := fixture{"a": a1Head + good + strings.Repeat("0"+good, 19)}.read(t)
	assert.Equal(t, int64(19), r.Rows.Quarantined)
	_, r = fixture{"a": a1Head + strings.Repeat(good, 80) + strings.Repeat("0"+good, 20)}.read(t)
	assert.Equal(t, int64(20), r.Rows.Quarantined, "a fifth is the limit")
	fixture{"a": a1Head + strings.Repeat(good, 79) + strings.Repeat("0"+good, 20)}.fails(t, Options{})
}

func TestEveryRefusedFileIsNamed(t *testing.T) {
	err := fixture{"b": "", "a": "x,y\n", "c": a1Top}.fails(t, Options{})
	assert.Contains(t, err.Error(), "a: no header")
	assert.Contains(t, err.Error(), "b: the file is empty")
	assert.NotContains(t, err.Error(), "c:")
}

func TestTheReportComesWithARefusal(t *testing.T) {
	good := jens + ",12060609,14-02-2019,\n"
	facts, r, err := ReadDir(context.Background(), fixture{"a": a1Head + "0" + good, "b": a1Head + good}.write(t), Options{Key: key})
	require.Error(t, err)
	assert.Nil(t, facts)
	require.Len(t, r.Files, 2)
	checkIdentity(t, r)
}

func TestAFolderWithoutExtractsIsAnError(t *testing.T) {
	_, _, err := ReadDir(context.Background(), t.TempDir(), Options{Key: key})
	assert.ErrorContains(t, err, "holds no extract")
	_, _, err = ReadDir(context.Background(), filepath.Join(t.TempDir(), "none"), Options{Key: key})
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.Panics(t, func() { _, _, _ = ReadDir(context.Background(), t.TempDir(), Options{}) }, "no key")
}

func TestWhatIsNoExtractIsListedAndNotRead(t *testing.T) {
	f := fixture{"a": a1Top, "README.md": "x", "SYNTHETIC.txt": "x", "truth.json": "{}", ".hidden": "x", "~$a.xlsx": "x"}
	dir := f.write(t)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "old"), 0o700))
	_, r, err := ReadDir(context.Background(), dir, Options{Key: key})
	require.NoError(t, err)
	var names []string
	for _, i := range r.Ignored {
		names = append(names, i.Name)
	}
	assert.Equal(t, []string{".hidden", "README.md", "SYNTHETIC.txt", "old", "truth.json", "~$a.xlsx"}, names)
	assert.Contains(t, textOf(t, r), "SYNTHETIC.txt: by its ending no extract")
}

func zipped(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
}

// book is a minimal workbook around the XML of one sheet and of the shared texts.
func book(t testing.TB, sheet, shared string) string {
	t.Helper()
	return zipped(t, map[string]string{
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml":   sheet,
		"xl/sharedStrings.xml":       shared,
	})
}

func TestWorkbooksThatLieAreRefused(t *testing.T) {
	head := `<row><c t="inlineStr"><is><t>BorgerID</t></is></c><c t="inlineStr"><is><t>ChangeDate</t></is></c><c t="inlineStr"><is><t>Status</t></is></c></row>`
	row := `<row r="2"><c r="A2"><v>100000000017</v></c><c r="B2"><v>43028</v></c><c r="C2" t="str"><v>Active</v></c></row>`
	facts, _ := fixture{"a": book(t, "<worksheet><sheetData>"+head+row+"</sheetData></worksheet>", "<sst/>")}.read(t)
	require.Len(t, facts.Statuses, 1, "the minimal workbook is a good one")
	for _, c := range []struct{ name, sheet, shared, code string }{
		{"a text that is not there", head + `<row><c t="s"><v>7</v></c></row></sheetData>`, "<sst><si><t>x</t></si></sst>", "workbook-damaged"},
		{"a sheet that stops", head + row, "<sst/>", "workbook-damaged"},
		{"cells out of order", head + `<row><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row></sheetData>`, "<sst/>", "workbook-damaged"},
		{"a column beyond Excel's last", head + `<row><c r="ZZZ2"><v>1</v></c></row></sheetData>`, "<sst/>", "workbook-damaged"},
		{"broken XML", head + `<row><c r="A2"><v>1</c<</sheetData>`, "<sst/>", "workbook-damaged"},
		{"a bomb in the sheet", head + `<row><c t="str"><v>` + strings.Repeat("0", 8<<20), "<sst/>", "workbook-too-large"},
		{"a bomb in the texts", head + "</sheetData>", "<sst><si><t>" + strings.Repeat("0", 8<<20), "workbook-too-large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := refused(t, fixture{"bad": book(t, "<worksheet><sheetData>"+c.sheet, c.shared)}.fails(t, Options{}))
			assert.Equal(t, c.code, f.Code)
		})
	}
	bomb := book(t, "<worksheet><sheetData>"+head+strings.Repeat(row, 20000)+"</sheetData></worksheet>", "<sst/>")
	require.Less(t, len(bomb), 1<<20)
	f := refused(t, fixture{"bad": bomb}.fails(t, Options{MaxWorkbook: 1 << 20}))
	assert.Equal(t, "workbook-too-large", f.Code, "packed it is small, unpacked it is not")
}

// lying packs a sheet under a directory entry that is wrong about it.
func lying(t testing.TB, sheet string, lie func(*zip.FileHeader)) string {
	t.Helper()
	var packed, b bytes.Buffer
	fw, err := flate.NewWriter(&packed, flate.BestSpeed)
	require.NoError(t, err)
	_, err = fw.Write([]byte(sheet))
	require.NoError(t, err)
	require.NoError(t, fw.Close())
	honest, err := zip.NewReader(strings.NewReader(book(t, sheet, "<sst/>")), int64(len(book(t, sheet, "<sst/>"))))
	require.NoError(t, err)
	z := zip.NewWriter(&b)
	for _, f := range honest.File {
		if !strings.Contains(f.Name, "sheet1") {
			require.NoError(t, z.Copy(f))
			continue
		}
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(sheet)),
			CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(sheet))}
		lie(h)
		w, err := z.CreateRaw(h)
		require.NoError(t, err)
		_, err = w.Write(packed.Bytes())
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
}

func TestAZipDirectoryIsNotBelieved(t *testing.T) {
	row := func(n int) string {
		return fmt.Sprintf(`<row r="%d"><c r="A%d"><v>100000000017</v></c><c r="B%d"><v>43028</v></c><c r="C%d" t="str"><v>Active</v></c></row>`, n, n, n, n)
	}
	sheet := `<worksheet><sheetData><row><c t="str"><v>BorgerID</v></c><c t="str"><v>ChangeDate</v></c><c t="str"><v>Status</v></c></row>` + row(2)
	fixture{"a": lying(t, sheet+"</sheetData></worksheet>", func(*zip.FileHeader) {})}.read(t)
	f := refused(t, fixture{"bad": lying(t, sheet+"</sheetData></worksheet>", func(h *zip.FileHeader) { h.CRC32++ })}.fails(t, Options{}))
	assert.Equal(t, "workbook-damaged", f.Code, "the checksum is tested")
	var sb strings.Builder
	sb.WriteString(sheet)
	for n := 3; n < 20000; n++ {
		sb.WriteString(row(n))
	}
	f = refused(t, fixture{"bad": lying(t, sb.String(), func(h *zip.FileHeader) { h.UncompressedSize64 = 100 })}.fails(t, Options{MaxWorkbook: 1 << 20}))
	assert.Equal(t, "workbook-damaged", f.Code, "more is unpacked than was claimed")
}

func TestTheCalendarOf1904IsRead(t *testing.T) {
	f := excelize.NewFile()
	yes := true
	require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	require.NoError(t, f.SetSheetRow("Sheet1", "A1", &[]any{"BorgerID", "ChangeDate", "Status"}))
	require.NoError(t, f.SetSheetRow("Sheet1", "A2", &[]any{"100000000017", time.Date(2017, 10, 20, 0, 0, 0, 0, time.UTC), "Active"}))
	buf, err := f.WriteToBuffer()
	require.NoError(t, err)
	facts, _ := fixture{"a": buf.String()}.read(t)
	assert.Equal(t, day(2017, 10, 20), facts.Statuses[0].Fact.Date)
}

func TestEverySheetThatIsATableIsRead(t *testing.T) {
	f := excelize.NewFile()
	require.NoError(t, f.SetSheetRow("Sheet1", "A1", &[]any{"Pivot", "Antal"}))
	for i, s := range []string{"Data", "Mere"} {
		_, err := f.NewSheet(s)
		require.NoError(t, err)
		require.NoError(t, f.SetSheetRow(s, "A1", &[]any{nil, "BorgerID", "ChangeDate", "Status"}))
		require.NoError(t, f.SetSheetRow(s, "A2", &[]any{0, "100000000017", day(2017, 10, 20+i).Time(), "Active"}))
		buf, err := f.WriteToBuffer()
		require.NoError(t, err)
		facts, r := fixture{"a.xlsx": buf.String()}.read(t)
		require.Len(t, r.Files, i+1)
		assert.Len(t, facts.Statuses, i+1)
		assert.Equal(t, []Ignored{{"a.xlsx/Sheet1", "no header of a known kind in the first 10 lines"}}, r.Ignored)
		if i == 0 {
			assert.Equal(t, "a.xlsx", r.Files[0].Name)
			assert.Equal(t, "Data", r.Files[0].Sheet)
		} else {
			assert.ElementsMatch(t, []string{"a.xlsx/Data", "a.xlsx/Mere"}, []string{r.Files[0].Name, r.Files[1].Name})
			assert.NotContains(t, warnings(r), "same-file-twice")
		}
	}
}

func TestAFileOverTheLimitIsRefused(t *testing.T) {
	text := a1Head + strings.Repeat(jens+",12060609,14-02-2019,\n", 100)
	fixture{"a": text}.readWith(t, Options{MaxBytes: int64(len(text))})
	f := refused(t, fixture{"a": text}.fails(t, Options{MaxBytes: int64(len(text)) - 1}))
	assert.Equal(t, "file-too-large", f.Code)
}

// tenGB is a stream of zeros that counts what is taken from it.
type tenGB struct {
	char  byte
	left  int64
	taken int64
}

func (z *tenGB) Read(b []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), z.left))
	for i := range b[:n] {
		b[i] = z.char
	}
	z.left -= int64(n)
	z.taken += int64(n)
	return n, nil
}

func TestTenGigabytesOfZerosAreRefusedAfterAFewMegabytes(t *testing.T) {
	for _, char := range []byte{0, '0', '"', ',', ' ', '\n'} {
		z := &tenGB{char: char, left: 10 << 30}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		o := readIn(t, newIntake(Options{Key: key}.filled()), "zeros", z)
		runtime.ReadMemStats(&after)
		var f *FileError
		require.ErrorAs(t, errors.Join(o.errs...), &f, "%q", char)
		assert.LessOrEqual(t, z.taken, int64(8<<20), "%q: bytes taken from the stream", char)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(256<<20), "%q: bytes allocated in all", char)
	}
}

func TestZerosThroughANamedPipeAreRefusedAndTheWriterIsLetGo(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.csv")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	written := make(chan error, 1)
	go func() {
		w, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		if err == nil {
			_, err = io.Copy(w, &tenGB{left: 10 << 30})
			_ = w.Close()
		}
		written <- err
	}()
	_, _, err := ReadDir(context.Background(), dir, Options{Key: key})
	assert.Equal(t, "binary-file", refused(t, err).Code)
	assert.ErrorIs(t, <-written, syscall.EPIPE)
}

func TestAnExtractCanComeThroughANamedPipe(t *testing.T) {
	for name, text := range map[string]string{
		"CSV":  a1Top + jens + ",12060609,14-02-2019,\n",
		"XLSX": xlsx(t, [][]any{{"Personnummer", "Kategori ISO nummer", "Leveret dato", "Returneret dato"}, {jens, "12060609", "14-02-2019"}}),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
			go func() { _ = os.WriteFile(filepath.Join(dir, "pipe"), []byte(text), 0o600) }()
			facts, r, err := ReadDir(context.Background(), dir, Options{Key: key})
			require.NoError(t, err)
			assert.Len(t, facts.Aids, 1)
			_, plain := fixture{"pipe": text}.read(t)
			assert.Equal(t, plain.Files[0].SHA256, r.Files[0].SHA256, "hashed while it is read")
			assert.Equal(t, int64(len(text)), r.Files[0].Bytes)
		})
	}
}

func TestASilentPipeCanBeGivenUp(t *testing.T) {
	for _, opened := range []bool{false, true} {
		dir := t.TempDir()
		pipe := filepath.Join(dir, "pipe")
		require.NoError(t, syscall.Mkfifo(pipe, 0o600))
		if opened {
			w, err := os.OpenFile(pipe, os.O_RDWR, 0) // a writer that never writes
			require.NoError(t, err)
			defer w.Close()
		}
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		_, _, err := ReadDir(ctx, dir, Options{Key: key})
		cancel()
		assert.True(t, errors.Is(err, context.DeadlineExceeded), "%v", err)
		if !opened { // let the forgotten open end
			w, err := os.OpenFile(pipe, os.O_RDWR, 0)
			require.NoError(t, err)
			w.Close()
		}
	}
}
