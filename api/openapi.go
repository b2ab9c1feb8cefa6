package api

import (
	_ "embed" // the document
	"encoding/json"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed openapi.yaml
var openAPIYAML []byte

var openAPIJSON = sync.OnceValue(func() []byte {
	var doc any
	if err := yaml.Unmarshal(openAPIYAML, &doc); err != nil {
		panic("api: openapi.yaml: " + err.Error())
	}
	b, err := json.Marshal(doc) // keys sorted: the same bytes every time
	if err != nil {
		panic("api: openapi.yaml: " + err.Error())
	}
	return b
})

// OpenAPI returns the OpenAPI 3.1 document of the API as JSON.
func OpenAPI() []byte { return slices.Clone(openAPIJSON()) }
