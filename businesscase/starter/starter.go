// Package starter holds proposals to begin with: one for each usual kind, commented, and whole enough to compute as
// they stand. It decides what they show; what a file may say is package proposal's.
package starter

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// Kinds are the starters there are.
func Kinds() []string { return []string{"bus", "staff", "licences", "training", "empty"} }

// Text is the starter of a kind, naming the file that it will stand in.
func Text(kind, file string) (string, error) {
	b, err := files.ReadFile(kind + ".yaml")
	if err != nil || strings.ContainsAny(kind, `./\`) {
		return "", fmt.Errorf("there is no starter %q, only %s", kind, strings.Join(Kinds(), ", "))
	}
	return strings.ReplaceAll(string(b), "{{FILE}}", file), nil
}
