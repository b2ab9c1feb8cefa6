package cases

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/businesscase/proposal"
)

//go:embed su*.yaml catalogue.yaml
var files embed.FS

// Names are those of the proposals, in the catalogue's order.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("cases: " + err.Error())
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok && strings.HasPrefix(name, "su") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Source is the file of a proposal as it was written; nil if there is none of that name.
func Source(name string) []byte {
	if !slices.Contains(Names(), name) {
		return nil
	}
	b, err := files.ReadFile(name + ".yaml")
	if err != nil {
		panic("cases: " + err.Error())
	}
	return b
}

// Load reads the proposal called name, such as su7. Each call returns its own copy.
func Load(name string) (*proposal.Proposal, error) {
	b := Source(name)
	if b == nil {
		return nil, fmt.Errorf("there is no proposal %q: there are %s", name, strings.Join(Names(), ", "))
	}
	return proposal.Read(bytes.NewReader(b), name+".yaml")
}

// MustLoad is [Load] for names written in code. It panics on an error.
func MustLoad(name string) *proposal.Proposal {
	p, err := Load(name)
	if err != nil {
		panic("cases: " + err.Error())
	}
	return p
}

// compute loads, compiles and computes a proposal as it is.
func compute(name string) (*proposal.Proposal, *proposal.Model, *proposal.Result, error) {
	p, err := Load(name)
	if err != nil {
		return nil, nil, nil, err
	}
	m, err := p.Compile()
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := m.Compute(proposal.Options{})
	return p, m, r, err
}
