package synth

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Files are packed by the workers, block by block: each block is a run of deflate that ends on a whole byte and refers
// to nothing outside it, so the runs of all blocks, one after the other, are one stream. Whoever writes the file then
// has only to copy. A workbook is a zip of sheets, so it comes about in the same way.

// packing is what a table lies in.
type packing uint8

const (
	loose packing = iota
	gzipped
	zipped  // a member of an archive
	inSheet // a sheet of a workbook
)

// packer deflates; each worker has its own.
type packer struct {
	w   *flate.Writer
	buf bytes.Buffer
}

// pack returns b as a run of deflate.
func (p *packer) pack(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	p.buf.Reset()
	if p.w == nil {
		p.w, _ = flate.NewWriter(&p.buf, flate.BestSpeed) // fails only for a level that does not exist
	} else {
		p.w.Reset(&p.buf)
	}
	_, _ = p.w.Write(b) // a bytes.Buffer takes everything
	_ = p.w.Flush()
	return bytes.Clone(p.buf.Bytes())
}

// lastRun ends a stream of deflate: an empty block that says that it is the last.
var lastRun = []byte{1, 0, 0, 0xff, 0xff}

// sink is one table's file on its way to the disk.
type sink struct {
	table *table
	dir   string
	file  *os.File
	buf   *bufio.Writer
	parts []part
	rows  int // in the last part
}

// part is one file, member or sheet of a table; a table has several when a sheet is full.
type part struct {
	path        string // where the packed bytes lie
	crc         uint32
	raw, packed uint64
}

func newSink(dir string, t *table) (*sink, error) {
	s := &sink{table: t, dir: dir}
	return s, s.begin()
}

func (s *sink) begin() error {
	t := s.table
	name := t.file
	switch t.pack {
	case zipped, inSheet:
		name = fmt.Sprintf(".%s-%s-%d.part", t.file, t.member, len(s.parts))
	case gzipped:
		name += ".gz"
	}
	p := part{path: filepath.Join(s.dir, name)}
	f, err := os.Create(p.path)
	if err != nil {
		return err
	}
	s.file, s.buf, s.rows = f, bufio.NewWriterSize(f, 1<<18), 0
	s.parts = append(s.parts, p)
	if t.pack == gzipped {
		if _, err := s.buf.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}); err != nil {
			return err
		}
	}
	var p1 packer
	return s.write(t.head, p1.pack(t.head))
}

// write adds bytes, packed already if the table is.
func (s *sink) write(raw, packed []byte) error {
	if s.table.pack == loose {
		_, err := s.buf.Write(raw)
		return err
	}
	p := &s.parts[len(s.parts)-1]
	p.crc = crc32.Update(p.crc, crc32.IEEETable, raw)
	p.raw += uint64(len(raw))
	p.packed += uint64(len(packed))
	_, err := s.buf.Write(packed)
	return err
}

// add writes a block's rows; a full sheet is closed and the next begun.
func (s *sink) add(rows int, raw, packed []byte) error {
	if s.table.pack == inSheet && s.rows+rows > sheetRows {
		if err := s.endPart(); err != nil {
			return err
		}
		if err := s.begin(); err != nil {
			return err
		}
	}
	s.rows += rows
	return s.write(raw, packed)
}

// sheetRows is how many rows go into one sheet; it holds 1,048,576.
const sheetRows = 1_000_000

func (s *sink) endPart() error {
	var p1 packer
	if err := s.write(s.table.tail, p1.pack(s.table.tail)); err != nil {
		return err
	}
	if s.table.pack != loose {
		p := &s.parts[len(s.parts)-1]
		if _, err := s.buf.Write(lastRun); err != nil {
			return err
		}
		p.packed += uint64(len(lastRun))
		if s.table.pack == gzipped {
			end := binary.LittleEndian.AppendUint32(nil, p.crc)
			if _, err := s.buf.Write(binary.LittleEndian.AppendUint32(end, uint32(p.raw))); err != nil {
				return err
			}
		}
	}
	if err := s.buf.Flush(); err != nil {
		return err
	}
	f := s.file
	s.file = nil
	return f.Close()
}

// release closes what an interrupted run left open.
func (s *sink) release() {
	if s.file != nil {
		_ = s.file.Close()
	}
}

// assemble makes the archives and workbooks of their parts. Parts beyond the first of a table go to NAME-2 and so on.
func assemble(dir string, sinks []*sink) error {
	type member struct {
		name string
		part part
	}
	files := map[string][]member{}
	var order []string
	for _, s := range sinks {
		t := s.table
		if t.pack != zipped && t.pack != inSheet {
			continue
		}
		for i, p := range s.parts {
			file := t.file
			if i > 0 {
				ext := filepath.Ext(file)
				file = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(file, ext), i+1, ext)
			}
			if files[file] == nil {
				order = append(order, file)
			}
			files[file] = append(files[file], member{t.member, p})
		}
	}
	for _, file := range order {
		err := writeZip(filepath.Join(dir, file), func(z *zip.Writer) error {
			members := files[file]
			if filepath.Ext(file) != ".xlsx" {
				for _, m := range members {
					if err := copyPart(z, m.name, m.part); err != nil {
						return err
					}
				}
				return nil
			}
			var names []string
			for i, m := range members {
				names = append(names, m.name)
				if err := copyPart(z, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), m.part); err != nil {
					return err
				}
			}
			return writeBook(z, names)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func writeZip(path string, fill func(*zip.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b := bufio.NewWriterSize(f, 1<<18)
	z := zip.NewWriter(b)
	if err := fill(z); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// copyPart moves the packed bytes of a part into an archive.
func copyPart(z *zip.Writer, name string, p part) error {
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: p.crc, CompressedSize64: p.packed, UncompressedSize64: p.raw})
	if err != nil {
		return err
	}
	f, err := os.Open(p.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.Copy(w, f); err != nil {
		return err
	}
	return os.Remove(p.path)
}

// What stands before and after the rows of a sheet.
const (
	sheetHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + "\n"
	sheetTail = "</sheetData></worksheet>\n"
)

// writeBook writes the parts of a workbook beside its sheets: the least that spreadsheet programs ask for.
func writeBook(z *zip.Writer, sheets []string) error {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	var types, book, rels strings.Builder
	for i, name := range sheets {
		n := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, n)
		fmt.Fprintf(&book, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, name, n, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, n, n)
	}
	for _, e := range []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + book.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + rels.String() + `<Relationship Id="rIdStyles" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`},
	} {
		w, err := z.Create(e.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, head+e.text); err != nil {
			return err
		}
	}
	return nil
}
