package tree

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/rettidig/rettidig/internal/strictjson"
)

// largest is the most that a reader takes in.
const largest = 256 << 20

// Write checks the ensemble and writes it as JSON with a line for each column and each node, so that two
// models can be compared line by line. Numbers are as short as they read back: the same ensemble gives the
// same bytes, and so does one that was read and is written again.
func (e *Ensemble) Write(w io.Writer) error {
	if err := e.Check(); err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	b.WriteString("{\"columns\": [")
	for j := range e.Columns {
		line(b, j, "\n  ", &e.Columns[j])
	}
	b.WriteString("\n ],\n \"base\": ")
	line(b, 0, "", e.Base)
	b.WriteString(",\n \"trees\": [")
	for t := range e.Trees {
		if t > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  {\"nodes\": [")
		for n := range e.Trees[t].Nodes {
			line(b, n, "\n    ", &e.Trees[t].Nodes[n])
		}
		b.WriteString("\n  ]}")
	}
	b.WriteString("\n ]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("tree: write: %w", err)
	}
	return nil
}

// line writes element i of a list. Nothing here can fail to encode: Check has seen that numbers are finite.
func line(b *bufio.Writer, i int, before string, v any) {
	if i > 0 {
		b.WriteByte(',')
	}
	b.WriteString(before)
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("tree: " + err.Error())
	}
	b.Write(bytes.TrimSpace(text.Bytes()))
}

// Read reads what Write wrote and checks everything that scoring relies on. Unknown fields, anything after
// the ensemble and every fault that Check knows are errors that say where.
func Read(r io.Reader) (*Ensemble, error) {
	b, err := all(r)
	if err != nil {
		return nil, err
	}
	if err := tooMany(b); err != nil {
		return nil, err
	}
	e := new(Ensemble)
	if err := strictjson.Decode(b, "ensemble", e); err != nil {
		return nil, fmt.Errorf("tree: %w", err)
	}
	if err := e.Check(); err != nil {
		return nil, err
	}
	return e, nil
}

func all(r io.Reader) ([]byte, error) {
	b, err := strictjson.All(r, largest, "model")
	if err != nil {
		return nil, fmt.Errorf("tree: %w", err)
	}
	return b, nil
}

// tooMany refuses JSON with more objects than the limits of Check allow, of which each takes a hundred times
// more memory than its two bytes of text.
func tooMany(b []byte) error {
	if n := bytes.Count(b, []byte("{")); n > maxNodes+maxColumns+3*maxTrees {
		return fmt.Errorf("tree: %d objects: not a model", n)
	}
	return nil
}
