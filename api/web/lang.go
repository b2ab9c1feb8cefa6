package web

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
)

// text is one text of the screen in both languages. Verbs are fmt's; numbers come in already written.
type text struct{ da, en string }

// text returns the text of a key with its arguments filled in. It panics on an unknown key: a test calls
// for every key that the templates and the code name.
func (l lang) text(key string, args ...any) string {
	t, ok := texts[key]
	if !ok {
		panic("web: no text " + key)
	}
	s := t.da
	if l == english {
		s = t.en
	}
	if len(args) == 0 {
		return s
	}
	return fmt.Sprintf(s, args...)
}

// who names a citizen that the demo knows no name of: "Kvinde, 84 år".
func who(l lang, c api.CitizenSummary) string {
	key := "sex." + c.Sex
	if texts[key].da == "" {
		key = "sex.unknown"
	}
	if c.Age <= 0 {
		return l.text("citizen.noage", l.text(key))
	}
	return l.text("citizen.who", l.text(key), c.Age)
}

// shortID is enough of an internal id to tell citizens on a screen apart; it is too long to read aloud.
func shortID(id string) string {
	if r := []rune(id); len(r) > 8 {
		return string(r[:8])
	}
	return id
}

// codeText is the text of a coded value; an unknown code is shown as it is, so that nothing is hidden.
func codeText(l lang, family, code string) string {
	if k := family + "." + strings.ReplaceAll(code, " ", "-"); texts[k].da != "" {
		return l.text(k)
	}
	return code
}

func parsePages() pages {
	p := pages{}
	for _, l := range []lang{danish, english} {
		p[l] = template.Must(template.New("").Funcs(template.FuncMap{
			"t":        l.text,
			"code":     func(family, code string) string { return codeText(l, family, code) },
			"actionOf": func(target rettidig.Target, action string) string { return actionText(l, target, action) },
			"day":      func(d rettidig.Day) string { return day(l, d) },
			"shortDay": func(d rettidig.Day) string { return shortDay(l, d) },
			"clock":    func(t time.Time) string { return clock(l, t) },
			"num":      func(v float64, dec int) string { return number(l, v, dec) },
			"int":      func(v int) string { return number(l, float64(v), 0) },
			"hours":    func(minutes float64) string { return hours(l, minutes) },
			"kr":       func(v float64) string { return kroner(l, v) },
			"who":      func(c api.CitizenSummary) string { return who(l, c) },
			"pick":     l.pick,
			"fact":     factText,
			"asset":    asset,
			"short":    shortID,
			"add":      func(a, b px) px { return a + b },
			"list":     func(v ...any) []any { return v },
			"neg":      func(v px) px { return -v },
		}).ParseFS(templateFiles, "templates/*.html"))
	}
	return p
}

// actionText names a decision; what is offered differs between training and decline.
func actionText(l lang, target rettidig.Target, action string) string {
	if action == "offer" && target == rettidig.Decline {
		return l.text("action.offer.decline")
	}
	return codeText(l, "action", action)
}
