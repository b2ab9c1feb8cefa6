package store

import (
	"errors"
	"fmt"
)

// chunks are the columns of a row group, the citizen first.
type chunks []*chunk

// openChunks opens all columns of a row group; after an error, those that are open are returned to be closed.
func openChunks[F any](t *tableReader[F], group int) (cs chunks, err error) {
	cs = make(chunks, 1+len(t.cols))
	for i := range cs {
		encoding := citizenColumn.encoding
		if i > 0 {
			encoding = t.cols[i-1].encoding
		}
		if cs[i], err = t.chunkOf(group, i, encoding); err != nil {
			return cs, fmt.Errorf("column %d: %w", i, err)
		}
	}
	return cs, nil
}

// err is the first thing that went wrong in any column.
func (cs chunks) err() error {
	for i, c := range cs {
		if c.err != nil {
			return fmt.Errorf("column %d: %w", i, c.err)
		}
	}
	return nil
}

func (cs chunks) close() (err error) {
	for _, c := range cs {
		if c != nil {
			err = errors.Join(err, c.close())
		}
	}
	return err
}
