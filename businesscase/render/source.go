package render

import (
	"cmp"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Status is a parameter's status in words. What is said to be stated, or has no status, and has no source is told so:
// nobody can look it up.
func Status(q *proposal.Param, language string) string {
	status := cmp.Or(q.Status, proposal.Stated)
	if status == proposal.Stated && SourceText(q.Source, language) == "" {
		return say(language, "no source")
	}
	return known(language, status)
}

// SourceText says where something stands; "" without a source.
func SourceText(s *proposal.Source, language string) string {
	if s == nil {
		return ""
	}
	var parts []string
	for _, p := range []string{s.Where, s.File} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if s.Lines != "" {
		parts = append(parts, say(language, "lines")+" "+s.Lines)
	}
	text := strings.Join(parts, ", ")
	if s.Quote != "" {
		text = strings.TrimPrefix(text+": ", ": ") + "»" + s.Quote + "«"
	}
	return text
}
