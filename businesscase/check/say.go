package check

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Languages of a report. Any other word than English is Danish.
const (
	Danish  = "da"
	English = "en"
)

// Text is a sentence in both languages.
type Text struct {
	DA string `json:"da"`
	EN string `json:"en"`
}

// In gives the sentence in a language.
func (t Text) In(lang string) string {
	if lang == English {
		return t.EN
	}
	return t.DA
}

func (t Text) empty() bool { return t.DA == "" && t.EN == "" }

// plain is text that is the same in both languages: ids, labels, quotations.
func plain(s string) Text { return Text{s, s} }

// amount is a figure in running text: two decimals at most, four below 1.
type amount float64

// millions is a figure in millions: three decimals, so that thousands are seen.
type millions float64

// percent is a share in running text.
type percent float64

// say fills the two sentences with the same arguments: figures and texts are written in the sentence's language.
// Both formats take every argument, in the same order, as %s.
func say(da, en string, args ...any) Text {
	return Text{strings.ReplaceAll(fmt.Sprintf(da, in(Danish, args)...), "kr..", "kr."), fmt.Sprintf(en, in(English, args)...)}
}

func in(lang string, args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch x := a.(type) {
		case amount:
			out[i] = figure(float64(x), lang)
		case millions:
			out[i] = decimals(float64(x), 3, lang)
		case percent:
			out[i] = figure(float64(x)*100, lang) + " %"
		case Text:
			out[i] = x.In(lang)
		case int:
			out[i] = strconv.Itoa(x)
		default:
			out[i] = a
		}
	}
	return out
}

// figure writes 1234.5 as 1.234,5 or 1,234.5.
func figure(x float64, lang string) string {
	if math.Abs(x) < 1 {
		return decimals(x, 4, lang)
	}
	return decimals(x, 2, lang)
}

// decimals writes a figure with so many decimals at most.
func decimals(x float64, places int, lang string) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', places, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	whole, rest, has := strings.Cut(s, ".")
	group, point := ".", ","
	if lang == English {
		group, point = ",", "."
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if has {
		whole += point + rest
	}
	if x < 0 && whole != "0" {
		whole = "-" + whole
	}
	return whole
}

// listed joins texts: a, b og c.
func listed(list []Text) Text {
	var out Text
	for i, t := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			out.DA, out.EN = out.DA+" og ", out.EN+" and "
		default:
			out.DA, out.EN = out.DA+", ", out.EN+", "
		}
		out.DA, out.EN = out.DA+t.DA, out.EN+t.EN
	}
	return out
}

// slashed joins figures as tables do: 1.370 / 1.850.
func slashed(xs []float64) Text {
	var out Text
	for i, x := range xs {
		if i > 0 {
			out.DA, out.EN = out.DA+" / ", out.EN+" / "
		}
		out.DA, out.EN = out.DA+figure(x, Danish), out.EN+figure(x, English)
	}
	return out
}

// then puts one sentence after another.
func (t Text) then(u Text) Text {
	switch {
	case u.empty():
		return t
	case t.empty():
		return u
	}
	return Text{t.DA + " " + u.DA, t.EN + " " + u.EN}
}

// years writes 2022, 2023 and 2025, and 2022-2025 for a run of three or more.
func years(list []int) Text {
	var out []Text
	for i := 0; i < len(list); {
		k := i
		for k+1 < len(list) && list[k+1] == list[k]+1 {
			k++
		}
		if k >= i+2 {
			out = append(out, plain(fmt.Sprintf("%d-%d", list[i], list[k])))
			i = k + 1
			continue
		}
		out = append(out, plain(strconv.Itoa(list[i])))
		i++
	}
	return listed(out)
}
