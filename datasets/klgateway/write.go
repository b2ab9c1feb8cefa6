package klgateway

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// Report is what one delivery report tells: what changed for one citizen on one day.
type Report struct {
	Citizen cpr.Number
	Day     rettidig.Day // the report is sent in the evening of this day
	Dead    bool
	Changes []Change
}

// Change is one resource of a report. Its id is the caller's: the same again makes a new version of the resource.
type Change struct {
	Kind  Kind // Ability, Delivered or Planned
	ID    string
	Code  string // of an ability or a service, as datasets/codes has it
	Level int8   // of an ability
	Date  rettidig.Day
	End   rettidig.Day // of a planned service that ended; NoDay or 0: it has not
	Void  bool         // entered in error
}

// Form is how bundles stand in a file.
type Form uint8

// The forms of a file.
const (
	Lines Form = iota // one bundle a line (NDJSON)
	Array             // one array of bundles
)

// WriteOptions say how reports are written.
type WriteOptions struct {
	Form Form
	// UUIDFrom is the first day whose reports use the UUIDs of the simplified catalogue where there is one, instead of
	// the legacy keys. NoDay: none does.
	UUIDFrom rettidig.Day
}

// Write writes reports in the order given. It is for synthetic data: it panics on a CPR number that may belong to
// somebody, on a change without an id, and on a code of no table.
func Write(w io.Writer, reports iter.Seq[Report], o WriteOptions) error {
	out := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	n := 0
	if o.Form == Array {
		_ = out.WriteByte('[') // a bufio.Writer keeps its error for Flush
	}
	for r := range reports {
		if n > 0 && o.Form == Array {
			_ = out.WriteByte(',')
		}
		if err := enc.Encode(bundleOf(r, n, o)); err != nil {
			return fmt.Errorf("write delivery report %d: %w", n+1, err)
		}
		n++
	}
	if o.Form == Array {
		_, _ = out.WriteString("]\n")
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write delivery reports: %w", err)
	}
	return nil
}

const (
	systemFSIII = "urn:oid:1.2.208.176.2.21"
	systemCPR   = "urn:oid:1.2.208.176.1.2"

	profile = "http://fhir.kl.dk/gateway/StructureDefinition/klgateway-care-"
)

type jsonMap map[string]any // written with sorted keys

func bundleOf(r Report, n int, o WriteOptions) jsonMap {
	if !r.Citizen.NeverIssued() {
		panic("klgateway: a synthetic report needs a CPR number that was never issued")
	}
	sent := r.Day.Time().Add(20 * time.Hour)
	citizen := fmt.Sprintf("citizen-%016x", ResourceHash("Patient", r.Citizen.Reveal()))
	uuids := o.UUIDFrom.Valid() && r.Day >= o.UUIDFrom
	entries := []jsonMap{entryOf("Patient", citizen, jsonMap{
		"meta":            metaOf("citizen", sent),
		"identifier":      []jsonMap{{"use": "official", "system": systemCPR, "value": r.Citizen.Reveal()}},
		"deceasedBoolean": r.Dead,
	})}
	for _, c := range r.Changes {
		entries = append(entries, changeEntry(c, citizen, sent, uuids))
	}
	return jsonMap{
		"resourceType": "Bundle", "id": fmt.Sprintf("report-%d-%s", n, r.Day), "type": "collection",
		"meta": metaOf("delivery-report", sent), "timestamp": sent.Format(time.RFC3339), "entry": entries,
	}
}

func metaOf(what string, at time.Time) jsonMap {
	return jsonMap{"profile": []string{profile + what}, "lastUpdated": at.Format(time.RFC3339)}
}

func entryOf(resourceType, id string, resource jsonMap) jsonMap {
	resource["resourceType"], resource["id"] = resourceType, id
	return jsonMap{"fullUrl": resourceType + "/" + id, "resource": resource}
}

func changeEntry(c Change, citizen string, sent time.Time, uuids bool) jsonMap {
	if c.ID == "" || !c.Date.Valid() {
		panic("klgateway: a change needs an id and a date")
	}
	subject := jsonMap{"reference": "Patient/" + citizen}
	switch c.Kind {
	case Ability:
		a, known := codes.AbilityOf(c.Code)
		level := codes.LevelKey(c.Level)
		if !known || level == "" {
			panic(fmt.Sprintf("klgateway: no ability %q on level %d", c.Code, c.Level))
		}
		r := jsonMap{
			"meta": metaOf("condition", sent), "subject": subject, "recordedDate": c.Date.String(),
			"clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", ""),
			"code":           concept(systemFSIII, keyOf(a.Code, a.ID, uuids || a.Broad()), a.DA),
			"severity":       concept(systemFSIII, level, codes.LevelLabel(c.Level, "da")),
		}
		if c.Void {
			r["verificationStatus"] = concept("", "entered-in-error", "")
		}
		return entryOf("Condition", c.ID, r)
	case Delivered:
		return entryOf("Procedure", c.ID, jsonMap{
			"meta": metaOf("completed-intervention", sent), "subject": subject, "status": status(c, "completed"),
			"code": serviceConcept(c.Code, uuids), "performedDateTime": c.Date.String(),
		})
	case Planned:
		period := jsonMap{"start": c.Date.String()}
		state := "active"
		if c.End.Valid() && c.End != 0 {
			period["end"], state = c.End.String(), "completed"
		}
		return entryOf("CarePlan", c.ID, jsonMap{
			"meta": metaOf("planned-intervention", sent), "subject": subject, "status": status(c, state), "intent": "plan", "period": period,
			"activity": []jsonMap{{"detail": jsonMap{"code": serviceConcept(c.Code, uuids), "status": "in-progress"}}},
		})
	}
	panic("klgateway: a change is an ability, a delivered or a planned service, not " + c.Kind.String())
}

func status(c Change, otherwise string) string {
	if c.Void {
		return "entered-in-error"
	}
	return otherwise
}

func serviceConcept(code string, uuids bool) jsonMap {
	s, known := codes.ServiceOf(code)
	if !known {
		panic(fmt.Sprintf("klgateway: no service %q", code))
	}
	return concept(systemFSIII, keyOf(s.Code, s.ID, uuids), s.DA)
}

// keyOf returns the UUID if it is wanted and known, else the legacy key.
func keyOf(code, uuid string, wanted bool) string {
	if wanted && uuid != "" {
		return uuid
	}
	return code
}

func concept(system, code, display string) jsonMap {
	coding := jsonMap{"code": code}
	if system != "" {
		coding["system"] = system
	}
	if display != "" {
		coding["display"] = display
	}
	return jsonMap{"coding": []jsonMap{coding}}
}
