package xlsx

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/rettidig/rettidig/businesscase/proposal"
	"github.com/rettidig/rettidig/businesscase/render"
)

// Options are what the result was computed with.
type Options struct {
	Language string          // of labels, as in package render
	Index    *proposal.Index // the price index that the result was computed with, if any
}

// Write writes the workbook of a result, with the parameters' values that the result has (a scenario's are the
// workbook's). The same result gives the same bytes. It is an error if a formula is longer than a spreadsheet takes.
func Write(w io.Writer, m *proposal.Model, r *proposal.Result, o Options) error {
	b := &book{m: m, r: r, p: m.Proposal(), o: o, years: r.Years, f: excelize.NewFile(), cells: map[string][]string{}, rounded: map[string][]string{}}
	defer b.f.Close()
	if o.Language != render.English {
		b.danish = true
	}
	b.sheets()
	for _, make := range []func(){b.parameters, b.calculation, b.payback, b.tables, b.control, b.shares, b.computed} {
		if make(); b.err != nil {
			return fmt.Errorf("workbook: %w", b.err)
		}
	}
	b.check(b.f.SetDocProps(&excelize.DocProperties{Title: r.Title, Creator: "Rettidig", Created: "2000-01-01T00:00:00Z", Modified: "2000-01-01T00:00:00Z"}))
	yes := true
	b.check(b.f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes}))
	if b.err != nil {
		return fmt.Errorf("workbook: %w", b.err)
	}
	return b.write(w)
}

// book is a workbook in the making. The first error is kept and ends it.
type book struct {
	m      *proposal.Model
	r      *proposal.Result
	p      *proposal.Proposal
	o      Options
	danish bool
	years  []int
	f      *excelize.File
	err    error
	styles map[string]int

	cells   map[string][]string // by name and year: the value that formulas use, in base units
	rounded map[string][]string // by row and year: the cell of the tables' figure
	factors map[string]string   // of price levels: the cell, by cost type and years
	paid    map[string]string   // the cells with the paybacks
	wrapped []wrapped
	shown   []shown // the tables' lines with figures, for the control sheet

	formulas []sheetCell
	share    []sheetCell          // those with a share that may be changed
	given    map[cellPlace]string // what the formulas give
}

// wrapped is a text that may need more than one line.
type wrapped struct {
	sheet              string
	column, row, runes int
}

// shown is a line of a table that stands in a sheet.
type shown struct {
	sheet string
	label string
	row   int
	line  render.Line
}

// sheetCell is a cell of a sheet.
type sheetCell struct{ sheet, cell string }

func (b *book) check(err error) {
	if err != nil && b.err == nil {
		b.err = err
	}
}

// say gives the word of the workbook's language.
func (b *book) say(danish, english string) string {
	if b.danish {
		return danish
	}
	return english
}

// names of the sheets.
func (b *book) parameterSheet() string   { return b.say("Parametre", "Parameters") }
func (b *book) calculationSheet() string { return b.say("Beregning", "Calculation") }
func (b *book) tableSheet(i int) string  { return b.say("Tabel ", "Table ") + strconv.Itoa(i+1) }
func (b *book) paybackSheet() string     { return b.say("Tilbagebetaling", "Payback") }
func (b *book) controlSheet() string     { return b.say("Kontrol", "Control") }

func (b *book) sheets() {
	b.check(b.f.SetSheetName("Sheet1", b.parameterSheet()))
	for _, name := range []string{b.calculationSheet(), b.tableSheet(0), b.tableSheet(1), b.tableSheet(2), b.paybackSheet(), b.controlSheet()} {
		_, err := b.f.NewSheet(name)
		b.check(err)
	}
	b.makeStyles()
}

// at names a cell; columns and rows count from 1.
func at(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		panic("xlsx: " + err.Error())
	}
	return name
}

// fixed names a cell so that copying a formula does not move it.
func fixed(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row, true)
	if err != nil {
		panic("xlsx: " + err.Error())
	}
	return name
}

// in names a cell of a sheet, for use in a formula.
func in(sheet string, column, row int) string { return "'" + sheet + "'!" + fixed(column, row) }

// text writes a label. Whatever it begins with, it is text: a cell of text is never computed.
func (b *book) text(sheet string, column, row int, s, style string) {
	b.check(b.f.SetCellStr(sheet, at(column, row), s))
	b.style(sheet, column, row, style)
	if style == "label" || style == "grey" {
		b.wrapped = append(b.wrapped, wrapped{sheet, column, row, utf8.RuneCountInString(s)})
	}
}

func (b *book) number(sheet string, column, row int, x float64, style string) {
	b.check(b.f.SetCellValue(sheet, at(column, row), x))
	b.style(sheet, column, row, style)
	if style == shareInput {
		b.share = append(b.share, sheetCell{sheet, at(column, row)})
	}
}

// shareInput is the style of a share that may be changed.
const shareInput = "input share"

// shares makes a spreadsheet refuse what cannot be a share, 70 for 70 %.
func (b *book) shares() {
	for _, sheet := range []string{b.parameterSheet(), b.calculationSheet()} {
		var cells []string
		for _, c := range b.share {
			if c.sheet == sheet {
				cells = append(cells, c.cell)
			}
		}
		if len(cells) == 0 {
			continue
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(strings.Join(cells, " "))
		b.check(v.SetRange(0, 1, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
		v.SetError(excelize.DataValidationErrorStyleStop, b.say("En andel", "A share"), b.say("Skriv en andel fra 0 til 100 %, f.eks. 70 %.", "Write a share from 0 to 100 %, such as 70 %."))
		b.check(b.f.AddDataValidation(sheet, v))
	}
}

// maxFormula is the most characters that a spreadsheet takes in a cell.
const maxFormula = 8192

func (b *book) formula(sheet string, column, row int, f, style string) {
	if len(f) > maxFormula {
		b.check(fmt.Errorf("a formula of %s would be %d characters long, more than a spreadsheet takes: divide the proposal's formula into quantities", sheet, len(f)))
		return
	}
	b.check(b.f.SetCellFormula(sheet, at(column, row), f))
	b.formulas = append(b.formulas, sheetCell{sheet, at(column, row)})
	b.style(sheet, column, row, style)
}

func (b *book) style(sheet string, column, row int, name string) {
	if name != "" {
		b.check(b.f.SetCellStyle(sheet, at(column, row), at(column, row), b.styles[name]))
	}
}

// heads writes the headings of a table in a row, and the years after them.
func (b *book) heads(sheet string, row int, names ...string) {
	for i, n := range names {
		b.text(sheet, i+1, row, n, "head")
	}
	for k, t := range b.years {
		b.text(sheet, len(names)+1+k, row, strconv.Itoa(t), "year")
	}
}

// widths sets a sheet's columns, those of years like the last, and makes rows as high as their texts need: a spreadsheet
// does so by itself only for what somebody types.
func (b *book) widths(sheet string, widths ...float64) {
	for i, w := range widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		b.check(err)
		b.check(b.f.SetColWidth(sheet, name, name, w))
	}
	from, err := excelize.ColumnNumberToName(len(widths) + 1)
	b.check(err)
	to, err := excelize.ColumnNumberToName(len(widths) + len(b.years) + 1)
	b.check(err)
	b.check(b.f.SetColWidth(sheet, from, to, 13))
	lines := map[int]int{}
	for _, w := range b.wrapped {
		if w.sheet == sheet && w.column <= len(widths) {
			lines[w.row] = max(lines[w.row], int(math.Ceil(0.95*float64(w.runes)/widths[w.column-1])))
		}
	}
	for row, n := range lines {
		if n > 1 {
			b.check(b.f.SetRowHeight(sheet, row, float64(15*min(n, 8))))
		}
	}
}

// page sets a sheet for looking at and for print: headings stay, one A4 page wide, lying.
func (b *book) page(sheet string, headRow, headColumns int) {
	b.check(b.f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: headColumns, YSplit: headRow, TopLeftCell: at(headColumns+1, headRow+1), ActivePane: "bottomRight"}))
	lying, a4, wide, tall := "landscape", 9, 1, 0
	b.check(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &lying, Size: &a4, FitToWidth: &wide, FitToHeight: &tall}))
	fit := true
	b.check(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
}

// scaled writes cell times scale, in brackets where it is more than the cell.
func scaled(cell string, scale float64) string {
	switch inverse := math.Round(1 / scale); {
	case scale == 1:
		return cell
	case scale < 1 && math.Abs(inverse*scale-1) < 1e-12:
		return "(" + cell + "/" + plain(inverse) + ")"
	}
	return "(" + cell + "*" + plain(scale) + ")"
}

// unscaled undoes scaled for a formula.
func unscaled(f string, scale float64) string {
	switch inverse := math.Round(1 / scale); {
	case scale == 1:
		return f
	case scale < 1 && math.Abs(inverse*scale-1) < 1e-12:
		return "(" + f + ")*" + plain(inverse)
	}
	return "(" + f + ")/" + plain(scale)
}

func plain(x float64) string {
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if len(s) > 20 {
		s = strconv.FormatFloat(x, 'E', -1, 64)
	}
	return s
}

// roundTo writes how a figure is rounded, as [proposal.Rounding.Apply] does it: what is a billionth of a step off a half
// or a multiple, as decimal fractions are in a computer, is first taken for it.
func roundTo(r *proposal.Rounding, x string) string {
	if r == nil {
		return x
	}
	to := plain(r.To)
	if r.Mode == "" || r.Mode == "nearest" {
		if d := -math.Log10(r.To); math.Abs(d-math.Round(d)) < 1e-12 && math.Abs(d) <= 6 {
			digits := int(math.Round(d))
			return fmt.Sprintf("ROUND(ROUND(%s,%d),%d)", x, digits+9, digits)
		}
		return fmt.Sprintf("ROUND(ROUND((%s)/%s,9),0)*%s", x, to, to)
	}
	n := "(" + x + ")/" + to
	slack := "1E-9*MIN(MAX(1,ABS(" + n + ")),1000)"
	switch r.Mode {
	case "toward zero":
		return fmt.Sprintf("SIGN(%s)*INT(ABS(%s)+%s)*%s", x, n, slack, to)
	case "up":
		return fmt.Sprintf("-INT(%s-%s)*%s", slack, n, to)
	}
	return fmt.Sprintf("INT(%s+%s)*%s", n, slack, to)
}

// sum adds cells up; a spreadsheet takes at most 255 at once.
func sum(cells []string) string {
	const most = 200
	if len(cells) == 0 {
		return "0"
	}
	if len(cells) <= most {
		return "SUM(" + strings.Join(cells, ",") + ")"
	}
	var parts []string
	for part := range slices.Chunk(cells, most) {
		parts = append(parts, "SUM("+strings.Join(part, ",")+")")
	}
	return "SUM(" + strings.Join(parts, ",") + ")"
}
