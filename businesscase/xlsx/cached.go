package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// cellPlace is cell of a sheet's file in the workbook.
type cellPlace struct{ part, cell string }

// computed keeps what each formula gives, for whoever shows a workbook without computing it: a preview, a phone, a program
// that reads it. What does compute does so again when it opens the workbook.
func (b *book) computed() {
	parts := map[string]string{}
	for i, sheet := range b.f.GetSheetList() {
		parts[sheet] = fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)
	}
	b.given = map[cellPlace]string{}
	for _, c := range b.formulas {
		x, err := b.f.CalcCellValue(c.sheet, c.cell, excelize.Options{RawCellValue: true})
		if err != nil {
			b.check(fmt.Errorf("%s!%s: %w", c.sheet, c.cell, err))
			return
		}
		b.given[cellPlace{parts[c.sheet], c.cell}] = x
	}
}

// bare finds a cell with a formula as excelize writes it: without what it gives, as if that were a text.
var bare = regexp.MustCompile(`(<c r="([A-Z]+[0-9]+)"(?: s="[0-9]+")?) t="str"(><f>[^<]*</f>)</c>`)

// write writes the workbook with what the formulas give beside them.
func (b *book) write(w io.Writer) error {
	var plain bytes.Buffer
	if err := b.f.Write(&plain); err != nil {
		return err
	}
	from, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		return err
	}
	to := zip.NewWriter(w)
	for _, f := range from.File {
		if err := b.copyPart(to, f); err != nil {
			return err
		}
	}
	return to.Close()
}

func (b *book) copyPart(to *zip.Writer, f *zip.File) error {
	if !strings.HasPrefix(f.Name, "xl/worksheets/") {
		return to.Copy(f)
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	w, err := to.Create(f.Name)
	if err != nil {
		return err
	}
	_, err = w.Write(bare.ReplaceAllFunc(text, func(cell []byte) []byte {
		m := bare.FindSubmatch(cell)
		x, ok := b.given[cellPlace{f.Name, string(m[2])}]
		if !ok {
			return cell
		}
		var out bytes.Buffer
		out.Write(m[1])
		if _, err := strconv.ParseFloat(x, 64); err != nil {
			out.WriteString(` t="str"`)
		}
		out.Write(m[3])
		out.WriteString("<v>")
		_ = xml.EscapeText(&out, []byte(x)) // a buffer takes everything
		out.WriteString("</v></c>")
		return out.Bytes()
	}))
	return err
}
