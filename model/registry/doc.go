// Package registry keeps models as folders that are named <target>-<n> and identified by their content:
// the artifact, the report on it, the card rule it was held against, and a manifest with the hash of each
// file. It decides how a model is stored, found again and shown to be whole. Which model may be used on
// people is decided by people; a model is only registered here.
//
// A folder is written beside its place, synced and renamed, so that a process that dies at any moment
// leaves the registry as it was. Nothing in a folder is ever changed afterwards.
package registry
