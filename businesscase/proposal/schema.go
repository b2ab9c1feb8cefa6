package proposal

import _ "embed"

//go:embed SCHEMA.md
var schema string

// Schema is the field reference of proposal files, SCHEMA.md: every field with what it holds, as Markdown.
func Schema() string { return schema }
