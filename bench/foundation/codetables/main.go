// Command codetables writes the code tables that the comparison engines join with: each distinct service name and
// ISO class of a delivery with the code and the concept that datasets/codes gives it. So the engines are spared the
// mapping itself, not the tidying of the names and the join. It decides nothing that the product uses.
//
//	codetables --services names.txt --isos isos.txt --out DIR
package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rettidig/rettidig/datasets/codes"
)

func main() {
	var services, isos, out string
	flag.StringVar(&services, "services", "", "file of service names, one a line, tidied")
	flag.StringVar(&isos, "isos", "", "file of ISO classes, one a line, zero-padded")
	flag.StringVar(&out, "out", ".", "folder for services.csv and classes.csv")
	flag.Parse()
	if err := errors.Join(
		table(services, filepath.Join(out, "services.csv"), []string{"name", "code", "concept", "training"}, service),
		table(isos, filepath.Join(out, "classes.csv"), []string{"iso", "class", "concept"}, class),
	); err != nil {
		fmt.Fprintf(os.Stderr, "codetables: %v\n", err)
		os.Exit(1)
	}
}

// service is the row of a known name; a name that no table knows has none.
func service(name string) []string {
	code, ok := codes.ServiceByName(name)
	if !ok {
		return nil
	}
	s, _ := codes.ServiceOf(code)
	return []string{strings.ToLower(name), code, string(s.Concept), fmt.Sprint(code == codes.TrainingByHelper)}
}

// class is the row of an ISO class: the number under which equal classes are counted as one, and its concept.
func class(iso string) []string {
	c, _ := codes.ClassOf(iso)
	return []string{iso, codes.Canonical(iso), string(c.Concept)}
}

func table(from, to string, head []string, row func(string) []string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	rows := [][]string{head}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if r := row(lines.Text()); r != nil {
			rows = append(rows, r)
		}
	}
	return errors.Join(lines.Err(), w.WriteAll(rows))
}
