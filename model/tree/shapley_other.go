//go:build !amd64

package tree

func (f *forest) add(phi []vec, w *room, terms []term, u *vec) { f.addPlain(phi, w, terms, u) }
