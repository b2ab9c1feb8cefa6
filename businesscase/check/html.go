package check

import (
	"html/template"
	"io"
	"strings"
)

// fragment stands on its own: its styles reach nothing outside its section.
var fragment = template.Must(template.New("check").Parse(`<section class="bc-check" lang="{{.Lang}}">
<style>
.bc-check{font:15px/1.45 system-ui,sans-serif;max-width:60rem}
.bc-check h3{margin:1.4em 0 .4em;font-size:1em}
.bc-check ul{list-style:none;margin:0;padding:0}
.bc-check li{border-left:4px solid #888;padding:.3em .8em;margin:.5em 0}
.bc-check .error{border-color:#a3000b}.bc-check .warning{border-color:#9a6700}.bc-check .note{border-color:#57606a}
.bc-check b{font-weight:600}.bc-check small{color:#57606a}.bc-check p{margin:.2em 0}
</style>
{{with .Title}}<h2>{{.}}</h2>
{{end}}<p>{{.Summary}}</p>
{{range .Groups}}<h3>{{.Title}}</h3>
<ul>
{{range .Items}}<li class="{{.Severity}}" id="{{.ID}}"><b>{{.Title}}</b> <small>{{.Class}}</small>{{with .Explain}}<p>{{.}}</p>{{end}}{{with .Where}}<p><small>{{.}}</small></p>{{end}}</li>
{{end}}</ul>
{{end}}{{with .Rules}}<ul>
{{range .}}<li class="note">{{.}}</li>
{{end}}</ul>
{{end}}</section>
`))

type htmlItem struct {
	ID, Title, Class, Explain, Where string
	Severity                         Severity
}

type htmlGroup struct {
	Title string
	Items []htmlItem
}

// HTML writes the report as one section for a page: no scripts, nothing fetched, every text escaped.
func (r *Report) HTML(w io.Writer, lang string) error {
	if lang != English {
		lang = Danish
	}
	data := struct {
		Lang, Title, Summary string
		Groups               []htmlGroup
		Rules                []string // those that looked, when nothing was found
	}{Lang: lang, Title: r.Title, Summary: r.Summary().In(lang)}
	for _, s := range severities {
		g := htmlGroup{}
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Severity == s {
				g.Items = append(g.Items, htmlItem{htmlID(f), f.Title.In(lang), className(f.Class).In(lang), f.Explain.In(lang), f.where(r.File).In(lang), s})
			}
		}
		if len(g.Items) > 0 {
			g.Title = many(s, len(g.Items)).In(lang)
			data.Groups = append(data.Groups, g)
		}
	}
	if len(r.Findings) == 0 {
		for _, q := range r.Rules {
			data.Rules = append(data.Rules, q.Title.In(lang))
		}
	}
	return fragment.Execute(w, data)
}

// htmlID is the finding's id without blanks, which an HTML id may not have.
func htmlID(f *Finding) string {
	return "bc-" + f.Case + "-" + strings.Join(strings.Fields(f.ID), "-")
}
