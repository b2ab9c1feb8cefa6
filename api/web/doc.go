// Package web is the screen: server-rendered pages in Danish (English selectable) for assessors, the data
// team, management and auditors.
//
// It decides how an answer looks and in which order a person meets it: the facts, the person's own
// judgement, the answer as a natural frequency with its range and its reasons, the decision. It leaves to
// api.App what a person may see, what the answer is, and what is written to the ledger. No page loads
// anything from elsewhere, has an inline script or style, or needs JavaScript.
package web
