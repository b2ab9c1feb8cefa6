package extract

import (
	"github.com/rettidig/rettidig"
)

// Mapping is what is local to one municipality's deliveries.
type Mapping struct {
	MinutesAre MinutesAre
}

func (m *Mapping) columnsOf(k Kind) map[string]string         { return nil }
func (m *Mapping) order() dateOrder                           { return "" }
func (m *Mapping) service(name string) (string, bool)         { return "", false }
func (m *Mapping) paragraph(name string) (string, bool)       { return "", false }
func (m *Mapping) reason(name string) (string, bool)          { return "", false }
func (m *Mapping) status(name string) (rettidig.Status, bool) { return "", false }
func (m *Mapping) leavesOut(name string) bool                 { return false }
