package hostile

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDamageIsWhatItSays(t *testing.T) {
	seen := map[string]string{}
	Values([]byte(`{"a":[1,2,3,4,5],"b":{"c":"d"}}`), func(damage string, b []byte) { seen[damage] = string(b) })
	for damage, want := range map[string]string{
		".a[1] is ":      `{"a":[1,3,4,5],"b":{"c":"d"}}`,
		".a[4] is twice": `{"a":[1,2,3,4,5,5],"b":{"c":"d"}}`,
		".a is []":       `{"a":[],"b":{"c":"d"}}`,
		".b.c is 1e999":  `{"a":[1,2,3,4,5],"b":{"c":1e999}}`,
		".b is twice":    `{"a":[1,2,3,4,5],"b":{"c":"d"},"b":{"c":"d"}}`,
		".b is ":         `{"a":[1,2,3,4,5]}`,
	} {
		assert.Equal(t, want, seen[damage], damage)
	}
	assert.NotContains(t, seen, ".a[3] is 0", "the middle of a list is left")

	cuts, changed := 0, map[string]bool{}
	Bytes([]byte(`{"a":1}`), func(_ string, b []byte) {
		if len(b) < 7 {
			cuts++
			assert.False(t, json.Valid(b), "%s", b)
			return
		}
		changed[string(b)] = true
	})
	assert.Equal(t, 7, cuts)
	assert.True(t, changed[`{"a":9}`] && changed[`{"`+"\x00"+`":1}`] && !changed[`{"a":1}`])
}
