package xlsx

import "github.com/xuri/excelize/v2"

// makeStyles registers the styles by name.
func (b *book) makeStyles() {
	thin := []excelize.Border{{Type: "top", Color: "1F3A4D", Style: 1}}
	double := []excelize.Border{{Type: "top", Color: "1F3A4D", Style: 1}, {Type: "bottom", Color: "1F3A4D", Style: 6}}
	yellow := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF2CC"}}
	blue := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE9F1"}}
	bold := &excelize.Font{Bold: true, Family: "Calibri", Size: 11}
	grey := &excelize.Font{Color: "666666", Italic: true, Family: "Calibri", Size: 10}
	wrapped := &excelize.Alignment{WrapText: true, Vertical: "top", Indent: 1}
	whole, one, general, share := "#,##0;-#,##0;0", "#,##0.0;-#,##0.0;0.0", "#,##0.######;-#,##0.######;0", "0.##%"
	top := &excelize.Alignment{Vertical: "top"}
	right := &excelize.Alignment{Horizontal: "right", Vertical: "top"}
	b.styles = map[string]int{}
	for _, s := range []struct {
		name  string
		style excelize.Style
	}{
		{"title", excelize.Style{Font: &excelize.Font{Bold: true, Family: "Calibri", Size: 14}}},
		{"head", excelize.Style{Font: bold, Fill: blue, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}}},
		{"year", excelize.Style{Font: bold, Fill: blue, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "center"}}},
		{"label", excelize.Style{Alignment: wrapped}},
		{"bold", excelize.Style{Font: bold}},
		{"grey", excelize.Style{Font: grey, Alignment: wrapped}},
		{"input", excelize.Style{Alignment: top, Fill: yellow, CustomNumFmt: &general}},
		{shareInput, excelize.Style{Alignment: top, Fill: yellow, CustomNumFmt: &share}},
		{"value", excelize.Style{Alignment: top, CustomNumFmt: &general}},
		{"total0", excelize.Style{Alignment: top, Font: bold, Border: thin, CustomNumFmt: &whole}},
		{"total1", excelize.Style{Alignment: top, Font: bold, Border: thin, CustomNumFmt: &one}},
		{"grand0", excelize.Style{Alignment: top, Font: bold, Border: double, CustomNumFmt: &whole}},
		{"grand1", excelize.Style{Alignment: top, Font: bold, Border: double, CustomNumFmt: &one}},
		{"item0", excelize.Style{Alignment: top, CustomNumFmt: &whole}},
		{"item1", excelize.Style{Alignment: top, CustomNumFmt: &one}},
		{"answer", excelize.Style{Font: bold, Alignment: right}},
	} {
		id, err := b.f.NewStyle(&s.style)
		b.check(err)
		b.styles[s.name] = id
	}
}
