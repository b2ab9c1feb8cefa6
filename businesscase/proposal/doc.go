// Package proposal reads business-case proposals and computes them. It decides what a proposal file may say, in which
// units, where each figure comes from, how it is rounded, and when an investment has paid itself back.
//
// A proposal is a YAML file ([Read]; the schema is the type [Proposal], documented in SCHEMA.md). Amounts are 1,000 kr
// of the proposal's price level; savings are negative, costs positive. [Proposal.Compile] checks every formula and its
// unit and gives a [Model]; [Model.Compute] gives every parameter, quantity, row, total and payback, rounded and not.
//
// It leaves to others: whether text, tables and formulas agree (package check), how a table looks (render, xlsx), what
// is uncertain (risk), and what happened later (account).
package proposal
