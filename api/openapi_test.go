package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// document loads what is served, read as OpenAPI 3.0: kin-openapi 0.133 knows no 3.1. What this document
// takes from 3.1 is translated (a type list with "null" becomes nullable) or let pass (info.summary), and
// TestSchemasUseOnlyWordsOf31 looks at the rest.
var document = sync.OnceValues(func() (*openapi3.T, error) {
	var raw any
	if err := json.Unmarshal(OpenAPI(), &raw); err != nil {
		return nil, err
	}
	older, err := json.Marshal(as30(raw))
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(older)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(openapi3.NewLoader().Context, openapi3.AllowExtraSiblingFields("summary"), openapi3.EnableExamplesValidation(),
		openapi3.EnableSchemaFormatValidation(), openapi3.EnableSchemaPatternValidation())
})

func as30(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = as30(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = as30(v[k])
		}
		if list, ok := v["type"].([]any); ok && len(list) == 2 && list[1] == "null" {
			v["type"], v["nullable"] = list[0], true
		}
		if v["openapi"] != nil {
			v["openapi"] = "3.0.3"
		}
	}
	return v
}

func TestTheDocumentIsValid(t *testing.T) {
	_, err := document()
	require.NoError(t, err)
}

// TestSchemasUseOnlyWordsOf31 walks every schema of the document as it is served. The words are those of
// JSON Schema 2020-12 that mean the same in both readings; nullable, which 3.1 has dropped, is not among
// them.
func TestSchemasUseOnlyWordsOf31(t *testing.T) {
	words := strings.Fields("type properties required additionalProperties items enum pattern format minimum maximum minLength maxLength description default $ref")
	kinds := strings.Fields("object array string number integer boolean null")
	var doc map[string]any
	require.NoError(t, json.Unmarshal(OpenAPI(), &doc))
	require.Equal(t, "3.1.0", doc["openapi"])
	n := 0
	var schema func(where string, v any)
	schema = func(where string, v any) {
		m, ok := v.(map[string]any)
		require.True(t, ok, where)
		n++
		for word, value := range m {
			assert.Contains(t, words, word, where)
			switch word {
			case "type":
				list, many := value.([]any)
				if !many {
					list = []any{value}
				}
				for _, k := range list {
					assert.Contains(t, kinds, k, where)
				}
			case "properties":
				for name, p := range value.(map[string]any) {
					schema(where+"/"+name, p)
				}
			case "items":
				schema(where+"/items", value)
			case "pattern":
				_, err := regexp.Compile(value.(string))
				assert.NoError(t, err, where)
			}
		}
	}
	var find func(where string, v any)
	find = func(where string, v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				find(where, e)
			}
		case map[string]any:
			for k, e := range v {
				switch k {
				case "schema":
					schema(where+"/schema", e)
				case "example", "examples":
				case "schemas":
					for name, s := range e.(map[string]any) {
						schema("schemas/"+name, s)
					}
				default:
					find(where+"/"+k, e)
				}
			}
		}
	}
	find("", doc)
	require.Greater(t, n, 100)
}

var echoParam = regexp.MustCompile(`:(\w+)`)

func TestEveryRouteIsInTheDocumentAndTheOtherWay(t *testing.T) {
	doc, err := document()
	require.NoError(t, err)
	var routed, written []string
	w := newWorld(t, nil)
	for _, r := range Handler(w.service, w.sessions, Options{}).Router().Routes() {
		routed = append(routed, r.Method+" "+echoParam.ReplaceAllString(r.Path, "{$1}"))
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			written = append(written, method+" "+path)
		}
	}
	slices.Sort(routed)
	slices.Sort(written)
	require.Equal(t, routed, written)
}

// TestEverySchemaHasTheFieldsOfItsType compares names both ways, so that a field which no test happens to
// fill is documented too.
func TestEverySchemaHasTheFieldsOfItsType(t *testing.T) {
	doc, err := document()
	require.NoError(t, err)
	types := map[string]any{"Problem": Problem{}, "FieldError": FieldError{}, "Person": Person{}, "CitizenSummary": CitizenSummary{}, "CitizenPage": CitizenPage{},
		"CitizenView": CitizenView{}, "TargetState": TargetState{}, "PastDecision": PastDecision{}, "SummaryFact": SummaryFact{}, "Timeline": Timeline{},
		"TimelineAid": TimelineAid{}, "TimelineWeek": TimelineWeek{}, "TimelineMark": TimelineMark{}, "Judgement": Judgement{}, "ScoreRequest": ScoreRequest{},
		"ScoreView": ScoreView{}, "TrackRecord": TrackRecord{}, "Decision": Decision{}, "Receipt": Receipt{}, "Estimate": Estimate{},
		"CalibrationPoint": CalibrationPoint{}, "LeakCheck": LeakCheck{}, "ModelView": ModelView{}, "SavingsLine": SavingsLine{}, "SavingsCase": SavingsCase{},
		"SensitivityCell": SensitivityCell{}, "SavingsView": SavingsView{}, "SimulationRequest": SimulationRequest{}, "SimulationView": SimulationView{},
		"SimulatedYear": SimulatedYear{}, "SimulatedGain": SimulatedGain{}, "SimulatedBar": SimulatedBar{}, "AuditEvent": AuditEvent{}, "AuditPage": AuditPage{}, "Component": Component{},
		"Readiness": readiness{}, "Reason": plainScore("benefit", "da").Reasons[0], "Fact": plainScore("benefit", "da").Reasons[0].Facts[0],
		"Frequency": *plainScore("benefit", "da").Frequency, "ModelRef": plainScore("benefit", "da").Model}
	for name, ref := range doc.Components.Schemas {
		if !ref.Value.Type.Is("object") {
			continue
		}
		v, ok := types[name]
		if !assert.True(t, ok, "schema %s belongs to no type", name) {
			continue
		}
		var want, got []string
		for field := range ref.Value.Properties {
			got = append(got, field)
		}
		want = jsonNames(reflect.TypeOf(v))
		slices.Sort(want)
		slices.Sort(got)
		assert.Equal(t, want, got, name)
		delete(types, name)
	}
	require.Empty(t, types, "types without a schema")
}

func jsonNames(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && tag == "":
			names = append(names, jsonNames(f.Type)...)
		case tag != "" && tag != "-":
			names = append(names, tag)
		}
	}
	return names
}

func TestTheListsInTheDocumentAreTheListsInTheCode(t *testing.T) {
	doc, err := document()
	require.NoError(t, err)
	schemas := doc.Components.Schemas
	require.Equal(t, DecisionReasons, texts(schemas["DecisionReason"].Value.Enum))
	require.Equal(t, Actions, texts(schemas["Action"].Value.Enum))
	require.Equal(t, Answers, texts(schemas["Judgement"].Value.Properties["answer"].Value.Enum))
	require.Equal(t, []string{Development, Shadow, Live}, texts(schemas["Mode"].Value.Enum))
	kind := doc.Paths.Find("/api/v1/worklist").Get.Parameters.GetByInAndName("query", "kind")
	require.Equal(t, Kinds, texts(kind.Schema.Value.Enum))
	for _, r := range texts(schemas["Role"].Value.Enum) {
		require.Contains(t, permissions, Role(r))
	}
	require.Len(t, schemas["Role"].Value.Enum, len(permissions))
}

func texts(enum []any) (out []string) {
	for _, v := range enum {
		out = append(out, v.(string))
	}
	return out
}

// operation finds what the document says about a request.
func operation(doc *openapi3.T, method, path string) *openapi3.Operation {
	path, _, _ = strings.Cut(path, "?")
	if item := doc.Paths.Map()[path]; item != nil {
		return item.Operations()[method]
	}
	for template, item := range doc.Paths.Map() {
		pattern := "^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`) + "$"
		if strings.Contains(template, "{") && regexp.MustCompile(pattern).MatchString(path) {
			return item.Operations()[method]
		}
	}
	return nil
}

// conform holds every response of every test against the document. What the document does not know must be
// a problem.
func conform(t *testing.T, method, path string, res *http.Response, body []byte) {
	t.Helper()
	doc, err := document()
	require.NoError(t, err)
	op := operation(doc, method, path)
	media, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	if op == nil {
		require.GreaterOrEqual(t, res.StatusCode, 400, "%s %s is not in the document", method, path)
		visit(t, doc.Components.Schemas["Problem"].Value, media, ProblemType, body)
		return
	}
	want := op.Responses.Status(res.StatusCode)
	if want == nil {
		require.GreaterOrEqual(t, res.StatusCode, 400, "%s %s: status %d is not in the document", method, path, res.StatusCode)
		want = op.Responses.Default()
	}
	require.NotNil(t, want, "%s %s: status %d is not in the document", method, path, res.StatusCode)
	if len(want.Value.Content) == 0 {
		require.Empty(t, body)
		return
	}
	for expected, m := range want.Value.Content {
		visit(t, m.Schema.Value, media, expected, body)
	}
}

func visit(t *testing.T, schema *openapi3.Schema, media, want string, body []byte) {
	t.Helper()
	require.Equal(t, want, media, string(body))
	var v any
	require.NoError(t, json.Unmarshal(body, &v), string(body))
	require.NoError(t, schema.VisitJSON(v, openapi3.MultiErrors()), string(body))
}
