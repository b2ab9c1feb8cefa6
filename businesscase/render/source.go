package render

import (
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Status is a parameter's status in words.
func Status(status, language string) string {
	if status == "" {
		status = proposal.Stated
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
