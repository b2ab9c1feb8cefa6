// Package api is the service: who may ask what, in which order, what is written down about it, and the JSON
// interface over HTTP.
//
// App is everything that a screen or a program can ask for; Service is App over a population, a scoring
// engine and a ledger. It decides permissions, the order "own judgement, then the answer", what the modes
// development, shadow and live allow, how often somebody may look a CPR number up, and that nothing is
// answered that has not been written to the ledger. It leaves the answer to the Scorer, the record to
// package ledger, and pages to api/web.
//
// Handler puts App on Echo as /api/v1 with one OpenAPI document, one error form (RFC 9457) and the security
// headers; Sessions knows who is logged in and is shared with the pages.
package api
