// Package strictjson decides what passes as JSON of our own formats: one value and nothing after it, no field
// that the Go type has not, no name twice in one object, no number that its type cannot hold, and no more bytes
// than the caller allows. An error says line and column where they are known.
//
// What the values mean, and whether they fit together, is for the caller to check. It is not for requests to the
// service, whose errors may not quote what was sent.
package strictjson
