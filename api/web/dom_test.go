package web

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// parse reads a page as a browser does.
func (s *site) parse(page string) *html.Node {
	s.Helper()
	n, err := html.Parse(strings.NewReader(page))
	require.NoError(s, err)
	return n
}

// walk calls f for every node under n.
func walk(n *html.Node, f func(*html.Node)) {
	f(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, f)
	}
}

// find lists the elements of a name.
func find(n *html.Node, name string) []*html.Node {
	var out []*html.Node
	walk(n, func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == name {
			out = append(out, n)
		}
	})
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words is the text under n with blanks collapsed.
func words(n *html.Node) string {
	var b strings.Builder
	walk(n, func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// skeleton is the page without its words: elements and the names of their attributes, in order.
func skeleton(n *html.Node) string {
	var b strings.Builder
	walk(n, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		b.WriteString("<" + n.Data)
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key)
		}
		b.WriteString(">\n")
	})
	return b.String()
}

// checkStructure holds a page to what every page must be: nothing inline, nothing from elsewhere, one h1,
// a language, labelled controls, tables with scopes, ids that occur once.
func (s *site) checkStructure(name, page string) {
	s.Helper()
	for _, bad := range []string{"<no value>", "NaN", "%!", "ZgotmplZ", "{{", "&lt;nil&gt;", "Inf"} {
		assert.NotContains(s, page, bad, name)
	}
	doc := s.parse(page)
	ids := map[string]int{}
	labels := map[string]bool{}
	walk(doc, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		assert.NotContains(s, []string{"script", "style", "iframe", "object", "embed", "base"}, n.Data, name)
		for _, a := range n.Attr {
			assert.NotEqual(s, "style", a.Key, "%s: inline style on %s", name, n.Data)
			assert.False(s, strings.HasPrefix(a.Key, "on"), "%s: %s on %s", name, a.Key, n.Data)
			if slices.Contains([]string{"href", "src", "action", "srcset", "poster", "formaction"}, a.Key) {
				assert.True(s, strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") || strings.HasPrefix(a.Val, "#"), "%s: %s=%q leads elsewhere", name, a.Key, a.Val)
			} else if a.Key != "xmlns" {
				assert.NotContains(s, a.Val, "://", "%s: %s", name, a.Key)
			}
			switch a.Key {
			case "id":
				ids[a.Val]++
			case "for":
				labels[a.Val] = true
			}
		}
		switch {
		case n.Data == "th":
			assert.Contains(s, []string{"col", "row"}, attr(n, "scope"), "%s: th %q without scope", name, words(n))
		case n.Data == "table":
			assert.NotEmpty(s, find(n, "caption"), "%s: a table without caption", name)
		case n.Data == "fieldset":
			assert.NotEmpty(s, find(n, "legend"), "%s: a fieldset without legend", name)
		case n.Data == "svg" && attr(n, "role") == "img":
			assert.True(s, attr(n, "aria-label") != "" || attr(n, "aria-labelledby") != "", "%s: a drawing without a name", name)
		}
	})
	walk(doc, func(n *html.Node) {
		if n.Type == html.ElementNode && slices.Contains([]string{"input", "select", "textarea"}, n.Data) && attr(n, "type") != "hidden" {
			assert.True(s, labels[attr(n, "id")], "%s: %s %q has no label", name, n.Data, attr(n, "name"))
		}
		if r := attr(n, "aria-describedby") + " " + attr(n, "aria-labelledby"); n.Type == html.ElementNode {
			for id := range strings.FieldsSeq(r) {
				assert.Equal(s, 1, ids[id], "%s: reference to %q", name, id)
			}
		}
	})
	for id, n := range ids {
		assert.Equal(s, 1, n, "%s: id %q", name, id)
	}
	require.Len(s, find(doc, "h1"), 1, name)
	require.NotEmpty(s, pageTitle(doc), name)
	assert.Contains(s, []string{"da", "en"}, attr(find(doc, "html")[0], "lang"), name)
	skip := find(doc, "a")[0]
	assert.Equal(s, "#main-content", attr(skip, "href"), "%s: the first link skips to the content", name)
	assert.Equal(s, 1, ids["main-content"], name)
}

// pageTitle is the title in the head; drawings have titles too.
func pageTitle(doc *html.Node) string { return words(find(find(doc, "head")[0], "title")[0]) }
