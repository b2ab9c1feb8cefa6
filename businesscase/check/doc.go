// Package check reviews a business-case proposal: it finds what its text, its printed tables and its formulas do not
// agree on, what is missing, and what a reader should ask about. It decides which disagreements are worth a finding,
// how grave each is, and says what would make it fit. Nothing is listed by hand: every finding follows from the
// proposal's file and its computed result.
//
// It leaves to others: whether the file can be read and computed at all (package proposal), how tables look (render),
// and what is uncertain (risk). It corrects nothing.
package check
