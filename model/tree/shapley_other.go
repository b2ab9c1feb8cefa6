//go:build !amd64

package tree

func (f *forest) add(w *room, terms []term, b *block) { f.addPlain(w, terms, b) }
