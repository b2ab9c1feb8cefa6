package klgateway

import (
	"errors"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/cpr"
)

// readKeys are the elements that are loaded, wherever they stand. What is not here (names, addresses, notes, free
// text) never is.
var readKeys = func() map[string]bool {
	m := map[string]bool{}
	for key := range strings.FieldsSeq(`resourceType id meta lastUpdated timestamp fullUrl resource
		identifier system value deceasedBoolean deceasedDateTime
		status verificationStatus clinicalStatus code coding display severity recordedDate subject reference
		period start end activity detail performedDateTime performedPeriod
		extension url valueReference valueCodeableConcept`) {
		m[key] = true
	}
	return m
}()

// entry is what is held of one entry until its bundle ends.
type entry struct {
	at    Position
	fate  Fate   // Kept as long as nothing speaks against it
	cause string // why it is not

	resourceType string
	id           string
	subject      string // id of the citizen that it is about; "": not told
	updated      string // meta.lastUpdated

	record Record   // what is known without the bundle
	plans  []string // ids of the care plans that a visit delivered
	alive  bool     // a Patient that is said to be alive
	notes  []string
}

func (e *entry) drop(cause string)       { e.fate, e.cause = Dropped, cause }
func (e *entry) quarantine(cause string) { e.fate, e.cause = Quarantined, cause }
func (e *entry) note(note string)        { e.notes = append(e.notes, note) }

// entryOf takes what is needed from an entry.
func (f *file) entryOf(v *value) entry {
	e := entry{record: Record{Date: rettidig.NoDay, End: rettidig.NoDay}}
	r := v.get("resource")
	e.resourceType = r.str("resourceType")
	switch {
	case f.scan.twice:
		e.quarantine("key_twice")
		return e
	case f.scan.overflow:
		e.quarantine("resource_too_large")
		return e
	case r == nil || r.kind != '{':
		e.quarantine("resource_missing")
		return e
	case e.resourceType == "":
		e.quarantine("resource_without_type")
		return e
	}
	e.id = r.str("id")
	if e.id == "" {
		e.id = idOf(v.str("fullUrl"))
	}
	e.updated = r.str("meta", "lastUpdated")
	e.subject = idOf(r.str("subject", "reference"))
	e.record.Resource = ResourceHash(e.resourceType, e.id)
	e.record.Void = r.str("status") == "entered-in-error" || r.str("verificationStatus", "coding", "code") == "entered-in-error"
	switch e.resourceType {
	case "Patient":
		f.patient(&e, v, r)
	case "Condition":
		f.condition(&e, r)
	case "Procedure":
		f.procedure(&e, r)
	case "CarePlan":
		f.carePlan(&e, r)
	case "Encounter":
		f.encounter(&e, r)
	case "Observation":
		f.observation(&e, r)
	case "Goal":
		e.drop("goal")
	default:
		e.drop("resource_not_used")
	}
	if e.fate == Kept && e.id == "" {
		e.quarantine("resource_id_missing")
	}
	return e
}

// idOf returns the id at the end of a reference: "Patient/17", "https://…/Patient/17", "urn:uuid:17".
func idOf(reference string) string {
	reference = strings.TrimPrefix(reference, "urn:uuid:")
	return reference[strings.LastIndexByte(reference, '/')+1:]
}

func (f *file) patient(e *entry, v, r *value) {
	c := citizen{id: e.id, fullURL: idOf(v.str("fullUrl")), refused: "citizen_number_missing"}
	for _, system := range []string{systemCPR, "urn:oid:1.2.208.176.1.6"} { // the second: replacement numbers
		for _, id := range r.get("identifier").all() {
			if s := id.str("system"); c.refused == "citizen_number_missing" && (s == system || system != systemCPR && strings.HasPrefix(s, system)) {
				c.number, c.refused = numberOf(id.str("value"))
			}
		}
	}
	f.bundle.citizens = append(f.bundle.citizens, c)
	e.subject, e.record.Kind = e.id, Death
	e.record.Resource = ResourceHash("Patient", "") // one death per citizen, whatever the systems call the citizen
	dead, died := r.get("deceasedBoolean"), r.str("deceasedDateTime")
	switch {
	case died != "":
		e.record.Date = e.date(died)
	case dead != nil && dead.kind == 't':
	case dead != nil && dead.kind == 'f':
		e.alive = true
	default:
		e.drop("citizen_alive")
	}
}

func numberOf(text string) (n cpr.Number, refused string) {
	n, err := cpr.Parse(text)
	switch {
	case err == nil:
		return n, ""
	case errors.Is(err, cpr.ErrLetter):
		return n, "cpr_letters"
	case errors.Is(err, cpr.ErrDate):
		return n, "cpr_date"
	}
	return n, "cpr_length"
}

// date reads a date that an entry must have.
func (e *entry) date(text string) rettidig.Day {
	d, _, cause := moment(text)
	if cause != "" && e.fate == Kept {
		e.quarantine("date_" + cause)
	}
	return d
}

func (f *file) condition(e *entry, r *value) {
	e.record.Kind = Ability
	if e.record.Void {
		return
	}
	severity := r.get("severity")
	hasLevel := len(severity.get("coding").all()) > 0
	code, nursing, known := abilityOf(r.get("code"), hasLevel)
	switch {
	case nursing && hasLevel:
		e.quarantine("nursing_with_level")
		return
	case nursing:
		e.drop("nursing_condition")
		return
	case code == "":
		e.quarantine("code_missing")
		return
	case !known && !hasLevel:
		e.drop("condition_unknown")
		return
	case !hasLevel:
		e.quarantine("level_missing")
		return
	case !known:
		e.note("ability_unknown")
	}
	level, ok := levelOf(severity)
	if !ok {
		e.quarantine("level_unknown")
		return
	}
	if ended := r.str("clinicalStatus", "coding", "code"); ended == "inactive" || ended == "resolved" {
		e.note("condition_ended")
	}
	e.record.Code, e.record.Level = code, level
	e.record.Date = e.date(r.str("recordedDate"))
}

// abilityOf finds the ability, or that the condition is one of nursing. A title alone is believed only if there is a
// level: nursing and training have conditions of the same titles.
func abilityOf(code *value, hasLevel bool) (ability string, nursing, known bool) {
	codings := code.get("coding").all()
	for i := range codings {
		key := codings[i].str("code")
		if a, ok := codes.AbilityByName(key); ok && key != "" {
			return a, false, true
		}
		if codes.NursingCondition(key) {
			return "", true, false
		}
	}
	for i := range codings {
		title := codings[i].str("display")
		if a, ok := codes.AbilityByName(title); ok && hasLevel && title != "" {
			return a, false, true
		}
	}
	name := unknownName(codings)
	return name, false, false
}

// unknownName names a code that no table knows, after its title or else its code.
func unknownName(codings []value) string {
	for _, key := range []string{"display", "code"} {
		for i := range codings {
			if name := strings.Join(strings.Fields(codings[i].str(key)), " "); name != "" {
				return codes.UnknownPrefix + harmless(name)
			}
		}
	}
	return ""
}

// harmless replaces a name that could hold a CPR number, or is too long to be a name.
func harmless(name string) string {
	const uuid = 36
	isUUID := len(name) == uuid && name[8] == '-' && name[13] == '-' && name[18] == '-' && name[23] == '-'
	digits := 0
	for _, c := range name {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	if len(name) > 80 || digits >= 6 && !isUUID {
		return "?"
	}
	return name
}

func levelOf(severity *value) (int8, bool) {
	codings := severity.get("coding").all()
	for _, key := range []string{"code", "display"} {
		for i := range codings {
			if level, ok := codes.LevelByName(codings[i].str(key)); ok {
				return level, true
			}
		}
	}
	return 0, false
}

// serviceOf finds the service: by the FSIII code, by the first two parts of a local level-3 code (H1.1.1 is a kind of
// H1.1), then by title.
func serviceOf(code *value) (service string, known bool) {
	codings := code.get("coding").all()
	for _, read := range []func(c *value) string{
		func(c *value) string { return c.str("code") },
		func(c *value) string {
			key := c.str("code")
			if i := strings.LastIndexByte(key, '.'); i > 0 && strings.Count(key, ".") == 2 {
				return key[:i]
			}
			return ""
		},
		func(c *value) string { return c.str("display") },
	} {
		for i := range codings {
			if s, ok := codes.ServiceByName(read(&codings[i])); ok {
				return s, true
			}
		}
	}
	return unknownName(codings), false
}

func (f *file) service(e *entry, code *value) {
	service, known := serviceOf(code)
	s, _ := codes.ServiceOf(service)
	switch {
	case service == "":
		e.quarantine("code_missing")
		return
	case s.Administrative:
		e.drop("administrative")
		return
	case !known:
		e.note("service_unknown")
	}
	e.record.Code = service
}

func (f *file) procedure(e *entry, r *value) {
	e.record.Kind = Delivered
	if e.record.Void {
		return
	}
	if s := r.str("status"); s != "" && s != "completed" {
		e.drop("intervention_not_done")
		return
	}
	f.service(e, r.get("code"))
	at := r.str("performedDateTime")
	if at == "" {
		at = r.str("performedPeriod", "start")
	}
	e.record.Date = e.date(at)
}

// carePlan also remembers what the plan grants, for the visits of its bundle.
func (f *file) carePlan(e *entry, r *value) {
	e.record.Kind = Planned
	f.service(e, r.get("activity", "detail", "code"))
	if e.fate == Kept || e.cause == "administrative" {
		f.bundle.plans[e.id] = e.record.Code
	}
	if e.record.Void {
		e.fate, e.cause, e.record.Code, e.notes = Kept, "", "", nil
		return
	}
	e.record.Date = e.date(r.str("period", "start"))
	if end := r.str("period", "end"); end != "" {
		e.record.End = e.date(end)
	}
}

func (f *file) encounter(e *entry, r *value) {
	e.record.Kind = Delivered
	if e.record.Void {
		return
	}
	for _, x := range r.get("extension").all() {
		if strings.HasSuffix(strings.ToLower(x.str("url")), "basedoninterventionextension") || strings.HasSuffix(x.str("url"), "basedOnIntervention") {
			e.plans = append(e.plans, idOf(x.str("valueReference", "reference")))
		}
	}
	slices.Sort(e.plans)
	e.plans = slices.Compact(e.plans)
	if r.str("status") != "finished" || len(e.plans) == 0 {
		e.drop("encounter_not_delivery")
		return
	}
	e.record.Date = e.date(r.str("period", "start"))
}

func (f *file) observation(e *entry, r *value) {
	e.drop("resource_not_used")
	if key := r.str("valueCodeableConcept", "coding", "code"); key != "" {
		if _, ok := codes.FollowUpByName(key); ok {
			e.drop("follow_up")
		} else {
			e.note("follow_up_unknown")
		}
	}
}
