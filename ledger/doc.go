// Package ledger keeps what was judged, shown and decided about whom, by whom and when, and lets anybody
// check that nobody altered it afterwards. It decides what a record is, in which transaction it is
// written, how the chain of events is hashed and what counts as damage. It leaves to its caller who may do
// what, what to show, and what an action is called.
//
// The store is one SQLite file. A business row (a judgement, a score, a decision) and its event are written
// in the same transaction, and Do commits no row without an event: if the event cannot be written, nothing
// is. Rows are only ever added; triggers refuse UPDATE and DELETE. Each event carries the hash of the one
// before it, the hash of the row that it is about and that of the citizens who were given their id with it,
// so that changing, inserting, removing or reordering anything shows up in Verify, a pseudonym included.
// Cutting off the newest events does not: a shortened chain is a valid chain.
// For that, write Head down outside the database and give it to Verify.
//
// A citizen is known here by a random id. The pseudonym stands in one table, citizens, and a CPR number
// nowhere: text that looks like one is refused.
package ledger
