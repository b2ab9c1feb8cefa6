package xlsx

import "github.com/xuri/excelize/v2"

// makeStyles registers the styles by name.
func (b *book) makeStyles() {
	thin := []excelize.Border{{Type: "top", Color: "1F3A4D", Style: 1}}
	double := []excelize.Border{{Type: "top", Color: "1F3A4D", Style: 1}, {Type: "bottom", Color: "1F3A4D", Style: 6}}
	yellow := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF2CC"}}
	blue := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE9F1"}}
	bold := &excelize.Font{Bold: true}
	grey := &excelize.Font{Color: "777777", Italic: true}
	wrapped := &excelize.Alignment{WrapText: true, Vertical: "top"}
	whole, one, general, share := "#,##0;-#,##0;0", "#,##0.0;-#,##0.0;0.0", "#,##0.######;-#,##0.######;0", "0.##%"
	right := &excelize.Alignment{Horizontal: "right"}
	b.styles = map[string]int{}
	for _, s := range []struct {
		name  string
		style excelize.Style
	}{
		{"title", excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{"head", excelize.Style{Font: bold, Fill: blue, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}}},
		{"label", excelize.Style{Alignment: wrapped}},
		{"bold", excelize.Style{Font: bold}},
		{"grey", excelize.Style{Font: grey, Alignment: wrapped}},
		{"input", excelize.Style{Fill: yellow, CustomNumFmt: &general}},
		{"input share", excelize.Style{Fill: yellow, CustomNumFmt: &share}},
		{"value", excelize.Style{CustomNumFmt: &general}},
		{"total0", excelize.Style{Font: bold, Border: thin, CustomNumFmt: &whole}},
		{"total1", excelize.Style{Font: bold, Border: thin, CustomNumFmt: &one}},
		{"grand0", excelize.Style{Font: bold, Border: double, CustomNumFmt: &whole}},
		{"grand1", excelize.Style{Font: bold, Border: double, CustomNumFmt: &one}},
		{"item0", excelize.Style{CustomNumFmt: &whole}},
		{"item1", excelize.Style{CustomNumFmt: &one}},
		{"answer", excelize.Style{Font: bold, Alignment: right}},
	} {
		id, err := b.f.NewStyle(&s.style)
		b.check(err)
		b.styles[s.name] = id
	}
}
