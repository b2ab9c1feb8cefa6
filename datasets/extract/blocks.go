package extract

import (
	"context"
	"errors"
	"io"
	"sync"
)

// readBlocks reads the rows of a CSV file below its header: this goroutine cuts the stream into blocks, and all hands
// read them. What is counted does not depend on who reads which; of several refusals the one that stands first in the
// file is returned.
func (p *part) readBlocks(ctx context.Context, l *lines, sep byte, in *intake, progress func(int64)) error {
	c := &cutter{r: l.r, max: l.max, rest: l.buf[l.start:l.end:l.end], line: l.line, err: l.err, encoding: p.encoding}
	var (
		mu      sync.Mutex
		forks   = make([]*part, len(in.hands))
		readers = make([]rowReader, len(in.hands))
		worst   error
		stop    bool
		left    sync.WaitGroup
	)
	fail := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if stop = true; worst == nil || before(err, worst) {
			worst = err
		}
	}
	read := func(h *hand, block []byte, line int, encoding string) {
		defer left.Done()
		q := forks[h.no] // only this hand looks here
		if q == nil {
			q = p.fork(h)
			forks[h.no], readers[h.no] = q, q.rowReader(in.opt)
		}
		q.encoding = encoding
		t := &csvTable{lines: &lines{max: c.max, buf: block, end: len(block), err: io.EOF, line: line}, sep: sep, width: p.head.width}
		if err := q.read(ctx, t, readers[h.no], progress); err != nil {
			fail(err)
		}
		in.give(block)
		<-in.blocks
	}
	for {
		in.blocks <- struct{}{}
		mu.Lock()
		stopped := stop
		mu.Unlock()
		if stopped {
			<-in.blocks
			break
		}
		block, line, err := c.next(in.take())
		if err != nil {
			<-in.blocks
			if !errors.Is(err, io.EOF) {
				fail(err)
			}
			break
		}
		encoding := c.encoding
		left.Add(1)
		in.work <- func(h *hand) { read(h, block, line, encoding) }
	}
	left.Wait()
	p.encoding = c.encoding
	if worst != nil {
		return worst
	}
	progress(0)
	for _, q := range forks {
		if q == nil {
			continue
		}
		if err := p.join(q); err != nil {
			return err
		}
	}
	return nil
}

// before tells whether a refusal stands before another in their file. What is no refusal, such as the end of the
// context, comes first.
func before(a, b error) bool {
	var fa, fb *FileError
	if !errors.As(a, &fa) {
		return true
	}
	return errors.As(b, &fb) && fa.Line < fb.Line
}

// take gives a buffer for a block, as large as the option says; give takes it back.
func (in *intake) take() []byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	if n := len(in.free); n > 0 {
		buf := in.free[n-1]
		in.free = in.free[:n-1]
		return buf
	}
	return make([]byte, 0, in.opt.block)
}

func (in *intake) give(buf []byte) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.free = append(in.free, buf[:0])
}
