package extract

// chunks is a list that grows without moving what is in it: of millions of rows, moving would take as much
// time as reading them, and twice the memory.
type chunks[T any] struct{ list [][]T }

const (
	chunkBits = 14
	chunkSize = 1 << chunkBits
)

func (c *chunks[T]) add(r T) {
	last := len(c.list) - 1
	switch {
	case last < 0:
		c.list = append(c.list, []T{r}) // the first grows from nothing: most files are small
		return
	case len(c.list[last]) == chunkSize:
		c.list = append(c.list, make([]T, 0, chunkSize))
		last++
	}
	c.list[last] = append(c.list[last], r)
}

// each visits every row; the visitor may change it.
func (c *chunks[T]) each(visit func(*T)) {
	for _, chunk := range c.list {
		for i := range chunk {
			visit(&chunk[i])
		}
	}
}
